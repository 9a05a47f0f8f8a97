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
local APART = 0.1 -- seconds between a packet and its copy

-- Of each: the frame's bytes, the first and the last that are looked at, ...
local bytes_of, firsts, lasts, ids, lengths, times, place
local count -- of packets in the ring, by identification: mostly there is none

function copies.reset()
	bytes_of, firsts, lasts, ids, lengths, times = {}, {}, {}, {}, {}, {}
	place, count = 0, {}
end
copies.reset()

local function find(packet, id, length, time)
	for i = 0, MEMORY - 1 do
		if ids[i] == id and lengths[i] == length and
			math.abs(times[i] - time) <= APART and
			sub(bytes_of[i], firsts[i], lasts[i]) == packet then
			return true
		end
	end
	return false
end

local function remember(f, last, id, time)
	local i = place
	local old = ids[i]
	if old then
		count[old] = count[old] - 1
	end
	count[id] = (count[id] or 0) + 1
	bytes_of[i], firsts[i], lasts[i], ids[i], lengths[i], times[i] =
		f.bytes, f.ip_at, last, id, f.ip_bytes, time
	place = (i + 1) % MEMORY
end

-- Is an IPv4 packet with that identification the copy of one among the last?
function copies.note(f, id)
	local at, readable, time = f.ip_at, f.ip_readable, f.time or 0
	local last = at + (readable < BYTES and readable or BYTES) - 1
	if last > f.held then
		frame.hold(f, last)
	end
	local is_copy = (count[id] or 0) > 0 and
		find(sub(f.bytes, at, last), id, f.ip_bytes, time)
	remember(f, last, id, time)
	return is_copy
end

-- The same for the packet of any frame.
function copies.has(f)
	local at = f.ip_at
	if f.ip_bytes == 0 or f.ip_readable < 20 then
		return false
	end
	if at + 19 > f.held then
		frame.hold(f, at + 19)
	end
	local first, _, _, _, id1, id2 = byte(f.bytes, at, at + 5)
	local id = id1 * 256 + id2
	return first < 80 and id ~= 0 and copies.note(f, id)
end

return copies
