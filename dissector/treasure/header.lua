-- header.lua - the TCP header of a frame, from its bytes.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub = string.byte, string.sub

local SEARCH_MAX = 512 -- bytes of a frame in which its TCP header begins
local HEADER_LEN = 14  -- bytes of it that are read, to the flags

-- Where the TCP header of this frame begins (from 1) in its first bytes, found
-- by its ports, as Wireshark does not say.  Nil if it is not here, as in a later
-- fragment.
local function header_search(tvb, src, dst)
	local ports = string.char(math.floor(src / 256), src % 256,
		math.floor(dst / 256), dst % 256)
	local bytes, at = tvb:raw(0, math.min(tvb:len(), SEARCH_MAX)), 0
	repeat
		at = bytes:find(ports, at + 1, true)
		if not at or at + HEADER_LEN - 1 > #bytes then
			return nil
		end
	until bytes:byte(at + 12) >= 0x50
	return at
end

local last_at = 1 -- where the last one was: mostly the next is there, too

-- What header.read returns, of the TCP header at place `at` of these bytes, if
-- there is one.
local function header_in(bytes, at, src, dst)
	if not bytes then
		return nil
	end
	local a, b, c, d, s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		byte(bytes, at, at + HEADER_LEN - 1)
	if not flags or a * 256 + b ~= src or c * 256 + d ~= dst or
		offset < 0x50 then
		return nil
	end
	return flags % 32, ((s1 * 256 + s2) * 256 + s3) * 256 + s4,
		((a1 * 256 + a2) * 256 + a3) * 256 + a4
end

-- The same of a frame.
local function header_at(tvb, at, src, dst)
	if at + HEADER_LEN - 1 > tvb:len() then
		return nil
	end
	return header_in(tvb:raw(at - 1, HEADER_LEN), 1, src, dst)
end

local header = { WRAP = 4294967296 } -- of sequence numbers

-- Bytes of the IPv4 header, with its options, that ends with byte `before`; nil:
-- none does.
local function ipv4_header_len(bytes, before)
	for len = 20, math.min(before, 60), 4 do
		local at = before - len + 1
		if byte(bytes, at) == 0x40 + len / 4 and
			byte(bytes, at + 9) == 6 then
			return len
		end
	end
	return nil
end

-- Bytes of payload in the frame that was read last, as IP's header says, if it
-- stands right before TCP's; else to the end of the frame.
function header.payload_len(tvb)
	local at = last_at - 1 -- from 0
	local first = at >= 60 and at - 60 or 0
	local bytes, before = tvb:raw(first, at + 13 - first), at - first
	local start = before - 40 + 1 -- of an IPv6 header
	local function be16(place)
		local high, low = byte(bytes, place, place + 1)
		return high * 256 + low
	end
	local len = tvb:reported_len() - at
	local ip_len = ipv4_header_len(bytes, before)
	if ip_len then
		len = be16(before - ip_len + 3) - ip_len
	elseif before >= 40 and math.floor(byte(bytes, start) / 16) == 6 and
		byte(bytes, start + 6) == 6 then
		len = be16(start + 4)
	end
	return math.max(0, len - 4 * math.floor(byte(bytes, before + 13) / 16))
end

local last_tvb -- the frame that was looked at last, and what was found
local found_bytes, found_at, found_addresses, found_behind

-- The methods themselves, looked up once.
local len_of, raw_of

local function look(tvb)
	len_of, raw_of = len_of or tvb.len, raw_of or tvb.raw
	local len = len_of(tvb)
	local bytes = raw_of(tvb, 0, len < 74 and len or 74)
	local high, low, first, _, len1, len2, len3, len4, part1, part2, _,
		protocol = byte(bytes, 13, 24)
	last_tvb, found_bytes = tvb, nil
	if not protocol then
		return
	elseif high == 8 and low == 0 then
		if first == 0x45 and part2 == 0 and protocol == 6 and
			(part1 == 0 or part1 == 0x40) then
			found_bytes, found_at, found_addresses, found_behind =
				bytes, 35, 27, len1 * 256 + len2 - 20
		end
	elseif high == 0x86 and low == 0xdd and part1 == 6 then
		found_bytes, found_at, found_addresses, found_behind =
			bytes, 55, 23, len3 * 256 + len4
	end
end

--[[
The usual segment, by IPv4 or IPv6 in Ethernet without any header that is rare:
the first bytes of its frame, where its TCP header begins, where its addresses
do, and the bytes of IP behind its own header.  Nil: it is none, or cut.
]]
local function usual(tvb)
	if not rawequal(tvb, last_tvb) then -- == compares their bytes
		look(tvb)
	end
	return found_bytes, found_at, found_addresses, found_behind
end

-- Flags, sequence and acknowledgement numbers of a frame between these ports;
-- nil: not here.
function header.read(tvb, src, dst)
	local bytes, at = usual(tvb)
	local flags, seq, ack = header_in(bytes, at, src, dst)
	if flags then
		last_at = at
		return flags, seq, ack
	end
	flags, seq, ack = header_at(tvb, last_at, src, dst)
	if not flags then
		last_at = header_search(tvb, src, dst) or last_at
		return header_at(tvb, last_at, src, dst)
	end
	return flags, seq, ack
end

-- Is this surely a segment, from or to one of these ports, that neither opens
-- nor ends a connection?
function header.is_uneventful(tvb, ports)
	local bytes, at = usual(tvb)
	if not bytes then
		return false
	end
	local a, b, c, d, _, _, _, _, _, _, _, _, offset, flags =
		byte(bytes, at, at + 13)
	return flags ~= nil and offset >= 0x50 and flags % 8 == 0 and
		(ports[a * 256 + b] or ports[c * 256 + d]) == true
end

-- Addresses and ports of a usual segment between these ports, as bytes; nil of
-- any other.
function header.tuple(tvb, src, dst)
	local bytes, at, addresses = usual(tvb)
	if not bytes then
		return nil
	end
	local a, b, c, d = byte(bytes, at, at + 3)
	return d and a * 256 + b == src and c * 256 + d == dst and
		sub(bytes, addresses, at + 3) or nil
end

-- Sequence and acknowledgement numbers of a usual segment that goes between
-- these, as header.tuple says, has so many bytes of payload, and neither opens
-- nor ends a connection; nil of any other.
function header.read_data(tvb, tuple, len)
	local bytes, at, addresses, behind_ip = usual(tvb)
	if not bytes or sub(bytes, addresses, at + 3) ~= tuple then
		return nil
	end
	local s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		byte(bytes, at + 4, at + 13)
	if flags ~= 16 and flags ~= 24 or
		behind_ip - len ~= (offset - offset % 16) / 4 then
		return nil
	end
	return ((s1 * 256 + s2) * 256 + s3) * 256 + s4,
		((a1 * 256 + a2) * 256 + a3) * 256 + a4
end

return header
