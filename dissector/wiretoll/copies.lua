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

local keys, lengths, times, place
local count -- of packets in the ring, by key

function copies.reset()
	keys, lengths, times, place, count = {}, {}, {}, 0, {}
end
copies.reset()

local function find(key, length, time)
	for i = 0, MEMORY - 1 do
		if keys[i] == key and lengths[i] == length and
			math.abs(times[i] - time) <= APART then
			return true
		end
	end
	return false
end

local function remember(key, length, time)
	local old = keys[place]
	if old then
		local left = count[old] - 1
		count[old] = left > 0 and left or nil
	end
	count[key] = (count[key] or 0) + 1
	keys[place], lengths[place], times[place] = key, length, time
	place = (place + 1) % MEMORY
end

-- Is the IPv4 packet of a frame the copy of one among the last?
function copies.has(f)
	local at, readable = f.ip_at, f.ip_readable
	if f.ip_bytes == 0 or readable < 20 then
		return false
	end
	local last = at + (readable < BYTES and readable or BYTES) - 1
	if last > f.held then
		frame.hold(f, last)
	end
	local first, _, _, _, id1, id2 = byte(f.bytes, at, at + 5)
	if first >= 80 or id1 + id2 == 0 then
		return false
	end
	local key, time = sub(f.bytes, at, last), f.time or 0
	local is_copy = count[key] ~= nil and find(key, f.ip_bytes, time)
	remember(key, f.ip_bytes, time)
	return is_copy
end

return copies
