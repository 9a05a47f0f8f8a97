-- ranges.lua - which bytes of one direction of a connection have been seen.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

--[[
As capture/flow/ranges.c: everything from base to next has been seen but for
the holes.  Positions are sequence numbers unwrapped; Lua 5.2 counts exactly up
to 2^53, which is 8 PB.  Past MAX_HOLES the oldest hole is given up.
]]
local ranges = {}

local MAX_HOLES = 64
local MAX_WINDOW = 1073741824 -- RFC 7323 section 2.3
local WRAP, HALF = 4294967296, 2147483648
local ORIGIN = 1099511627776 -- 2^40, so that earlier positions stay above 0

function ranges.new()
	return { base = 0, next = 0, has_floor = false, holes = nil, made = 0,
		astray = nil, astray_len = nil, astray_next = nil }
end

-- Start at the position behind a SYN: what lies below is never new.
function ranges.start(r, seq)
	r.base = ORIGIN + seq
	r.next = r.base
	r.has_floor = true
end

-- The position of a sequence number, the nearest to what was seen last.
function ranges.position(r, seq)
	local upto = r.next
	if upto == 0 then
		upto = r.base
		if upto == 0 then
			return ORIGIN + seq
		end
	end
	local ahead = (seq - upto) % WRAP
	if ahead >= HALF then
		ahead = ahead - WRAP
	end
	return upto + ahead
end

-- No byte yet, but a segment that ends there: positions are those nearest.
function ranges.anchor(r, stop)
	if r.next == 0 then
		r.base = stop
	end
end

local function remove_hole(r, i)
	table.remove(r.holes, i)
	if #r.holes == 0 then
		r.holes = nil
		r.made = 0
	end
end

local function give_up_oldest(r)
	local oldest = 1
	for i, hole in ipairs(r.holes) do
		if hole.made < r.holes[oldest].made then
			oldest = i
		end
	end
	remove_hole(r, oldest)
end

-- Put a hole in front of place i.  How many were given up for it.
local function insert_hole(r, i, from, to)
	r.holes = r.holes or {}
	table.insert(r.holes, i, { from = from, to = to, made = r.made })
	r.made = r.made + 1
	if #r.holes <= MAX_HOLES then
		return 0
	end
	give_up_oldest(r)
	return 1
end

-- How much of [from, to) lies in holes, and how many were given up.
local function fill_holes(r, from, to)
	local filled, given_up, i = 0, 0, 1
	while r.holes and i <= #r.holes do
		local hole = r.holes[i]
		local low = from > hole.from and from or hole.from
		local high = to < hole.to and to or hole.to
		if hole.from >= to then
			break
		elseif low >= high then
			i = i + 1
		else
			filled = filled + high - low
			local hole_to = hole.to
			if low > hole.from then
				hole.to = low
				i = i + 1
				if high < hole_to then
					given_up = insert_hole(r, i, high,
						hole_to)
				end
			elseif high < hole_to then
				hole.from = high
			else
				remove_hole(r, i)
			end
			if to < hole_to then -- it ends inside: no other is met
				break
			end
		end
	end
	return filled, given_up
end

-- Bytes below everything seen: new, unless the connection began at base.
local function extend_down(r, from, to)
	local base = r.base
	if r.has_floor or from >= base then
		return 0, 0
	end
	r.base = from
	if to < base then
		return to - from, insert_hole(r, 1, to, base)
	end
	return base - from, 0
end

-- Do len bytes from seq on reach further ahead than any window can?
function ranges.is_astray(r, seq, len)
	return r.next ~= 0 and
		ranges.position(r, seq) + len > r.next + MAX_WINDOW
end

local function note(r, seq, len)
	local upto, from = r.next, ranges.position(r, seq)
	local to = from + len
	if upto == 0 then
		r.base, r.next = from, to
		return len, 0
	end
	local fresh, given_up = fill_holes(r, from, to)
	local below, more = extend_down(r, from, to)
	fresh, given_up = fresh + below, given_up + more
	if to > upto then
		r.next = to
		if from > upto then
			local last = r.holes and #r.holes or 0
			return fresh + to - from,
				given_up + insert_hole(r, last + 1, upto, from)
		end
		fresh = fresh + to - upto
	end
	return fresh, given_up
end

--[[
Note [seq, seq + len).  How many bytes had not been seen, holes given up.  What
is astray is new and not noted, unless the next bytes follow on it.
]]
function ranges.add(r, seq, len)
	local upto = r.next
	if len == 0 then
		return 0, 0
	elseif seq == upto % WRAP and upto > 0 then -- the usual case
		r.next = upto + len
		r.astray = nil
		return len, 0
	end
	local more = 0
	if ranges.is_astray(r, seq, len) then
		if seq ~= r.astray_next or not r.astray then
			r.astray, r.astray_len = seq, len
			r.astray_next = (seq + len) % WRAP
			return len, 0
		end
		local _
		_, more = note(r, r.astray, r.astray_len)
	end
	r.astray = nil
	local fresh, given_up = note(r, seq, len)
	return fresh, given_up + more
end

return ranges
