-- copies.lua - packets captured twice, as behind a mirror port.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub = string.byte, string.sub
local frame = toll.frame

--[[
As capture/flow/copies.c.  The last packets, in a ring, by their length and
first bytes from the IP header on; IPv6, or an identification of 0, cannot tell
a copy from the same thing said again.
]]
local copies = {}

local MEMORY = 64 -- packets remembered
local BYTES = 128 -- of each that are looked at
local APART = 100000000 -- nanoseconds between a packet and its copy

-- Of each, from place 0: the frame's bytes, the part of them that is looked at,
-- identification and length, and its time.
local bytes_of, part_of, names_of, times
local count -- of packets so far
local newest -- by identification, roughly: the last packet that had it
local SLOTS = 4096

function copies.reset()
	bytes_of, part_of, names_of, times = {}, {}, {}, {}
	count, newest = 0, {}
	for slot = 0, SLOTS - 1 do
		newest[slot] = -MEMORY
	end
end
copies.reset()

-- Two numbers below 2^24 as one.
local function join(a, b)
	return a * 16777216 + b
end

-- Times are seconds, whose last digits are not exact.
local function are_near(a, b)
	return math.floor(math.abs(a - b) * 1e9 + 0.5) <= APART
end

local function find(packet, name, time)
	for i = 0, MEMORY - 1 do
		if names_of[i] == name and are_near(times[i], time) then
			local first = math.floor(part_of[i] / 16777216)
			local last = part_of[i] % 16777216
			if sub(bytes_of[i], first, last) == packet then
				return true
			end
		end
	end
	return false
end

--[[
Is an IPv4 packet with that identification and length the copy of one among the
last?  Of its bytes, `readable` are from place `at` of `bytes` on.
]]
function copies.note(bytes, at, readable, id, length, time)
	local last = at + (readable < BYTES and readable or BYTES) - 1
	local name, slot, i = join(id, length), id % SLOTS, count % MEMORY
	local is_copy = count - newest[slot] <= MEMORY and
		find(sub(bytes, at, last), name, time or 0)
	bytes_of[i], part_of[i], names_of[i], times[i] = bytes, join(at, last),
		name, time or 0
	newest[slot] = count
	count = count + 1
	return is_copy
end

-- The same for the packet of any frame.
function copies.has(f)
	local at, readable = f.ip_at, f.ip_readable
	if f.ip_bytes == 0 or readable < 20 then
		return false
	end
	local last = at + math.min(readable, BYTES) - 1
	if last > f.held then
		frame.hold(f, last)
	end
	local first, _, _, _, id1, id2 = byte(f.bytes, at, at + 5)
	local id = id1 * 256 + id2
	return first < 80 and id ~= 0 and
		copies.note(f.bytes, at, readable, id, f.ip_bytes, f.time)
end

return copies
