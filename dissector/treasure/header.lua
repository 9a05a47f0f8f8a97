-- header.lua - the TCP header of a frame, from its bytes.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

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

-- The first bytes of a TCP header at place `at`, if there is one.
local function header_at(tvb, at, src, dst)
	if at + HEADER_LEN - 1 > tvb:len() then
		return nil
	end
	local a, b, c, d, s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		tvb:raw(at - 1, HEADER_LEN):byte(1, HEADER_LEN)
	if a * 256 + b ~= src or c * 256 + d ~= dst or offset < 0x50 then
		return nil
	end
	return flags % 32, ((s1 * 256 + s2) * 256 + s3) * 256 + s4,
		((a1 * 256 + a2) * 256 + a3) * 256 + a4
end

local header = { WRAP = 4294967296 } -- of sequence numbers

-- Flags, sequence and acknowledgement numbers of a frame between these ports;
-- nil: not here.
function header.read(tvb, src, dst)
	local flags, seq, ack = header_at(tvb, last_at, src, dst)
	if not flags then
		last_at = header_search(tvb, src, dst) or last_at
		return header_at(tvb, last_at, src, dst)
	end
	return flags, seq, ack
end

-- Bytes of payload in the frame that was read last, as IP's header says, if it
-- stands right before TCP's; else to the end of the frame.
function header.payload_len(tvb)
	local at = last_at - 1 -- from 0
	local len = tvb:reported_len() - at
	if at >= 20 and tvb(at - 20, 1):uint() == 0x45 and
		tvb(at - 11, 1):uint() == 6 then
		len = tvb(at - 18, 2):uint() - 20
	elseif at >= 40 and tvb(at - 40, 1):bitfield(0, 4) == 6 and
		tvb(at - 34, 1):uint() == 6 then
		len = tvb(at - 36, 2):uint()
	end
	return math.max(0, len - 4 * tvb(at + 12, 1):bitfield(0, 4))
end

return header
