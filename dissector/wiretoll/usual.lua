-- usual.lua - the headers of a usual frame, found in its first bytes.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte = string.byte
local tunnel = toll.tunnel
local account, kinds = toll.names.accounts.at, toll.names.options.at

--[[
Ethernet with IPv4 or IPv6 and TCP or UDP in it, without any header that is rare,
has one of eight shapes: the parts that such a frame has before its payload.
Nothing is looked up here, nor kept: this runs for nearly every frame.
]]
local usual = {}

local TCP, UDP = 6, 17

-- Shapes, by number: { account, size } of each part.
usual.shapes = {}
for _, network in ipairs({ { "ip", 20 }, { "ipv6", 40 } }) do
	for _, transport in ipairs({ { "udp", 8 }, { "tcp", 20 },
		{ "tcp", 20, "tcp.options", 12 },
		{ "tcp", 20, "tcp.options", 20 } }) do
		table.insert(usual.shapes, { { account.eth, 14 },
			{ account[network[1]], network[2] },
			{ account[transport[1]], transport[2] },
			transport[3] and
				{ account[transport[3]], transport[4] } })
	end
end
local IPV6 = 4 -- what its four shapes lie behind those of IPv4

-- The options of most SYN segments, and the size of each.
usual.of_syn = { [kinds.mss] = 4, [kinds.sack_permitted] = 2,
	[kinds.timestamps] = 10, [kinds.nop] = 1, [kinds.window_scale] = 3 }

-- Options of a SYN from place `at` on: its shape and window's shift; or nil.
local function find_syn_options(bytes, at)
	local mss, size, _, _, sack, two, stamps, ten = byte(bytes, at, at + 7)
	local nop, scale, three, shift = byte(bytes, at + 16, at + 19)
	if mss == 2 and size == 4 and sack == 4 and two == 2 and stamps == 8 and
		ten == 10 and nop == 1 and scale == 3 and three == 3 then
		return 4, shift
	end
	return nil
end

--[[
The transport header at place `at` of a packet that ends before `stop`.  Returns
the shape among IPv4's and the place of the payload, of TCP the flags, seq, ack
and a window's shift as well; nil if it is not a usual one.
]]
local function find_tcp(bytes, at)
	local s1, s2, s3, s4, a1, a2, a3, a4, offset, flags, _, _, _, _, _, _,
		nop1, nop2, stamps, ten = byte(bytes, at + 4, at + 23)
	if not flags then
		return nil
	end
	local shape, behind, shift
	if offset >= 128 and offset < 144 and nop1 == 1 and nop2 == 1 and
		stamps == 8 and ten == 10 then
		shape, behind = 3, at + 32
	elseif offset >= 80 and offset < 96 then
		shape, behind = 2, at + 20
	elseif offset >= 160 and offset < 176 then
		shape, shift = find_syn_options(bytes, at + 20)
		behind = at + 40
	end
	return shape, behind, flags, s1 * 16777216 + s2 * 65536 + s3 * 256 + s4,
		a1 * 16777216 + a2 * 65536 + a3 * 256 + a4, shift
end

local function find_udp(bytes, at, stop)
	local s1, s2, d1, d2, len1, len2, _, last = byte(bytes, at, at + 7)
	if not last or len1 * 256 + len2 ~= stop - at or stop - at < 8 or
		tunnel.ports[s1 * 256 + s2] or tunnel.ports[d1 * 256 + d2] then
		return nil
	end
	return 1, at + 8
end

-- By protocol; each is called with the bytes, at and stop.
usual.transports = { [TCP] = find_tcp, [UDP] = find_udp }

--[[
The IP header of a frame.  Returns the protocol in it, or nil; the place of the
transport's header; that behind the packet; its identification, 0 if it has
none; the place of its addresses; what its shapes lie behind those of IPv4.
]]
function usual.find_ip(bytes)
	local type1, type2, first, _, c, d, e, g, h, i, _, protocol =
		byte(bytes, 13, 24)
	if not protocol then
		return nil
	elseif type1 == 8 and type2 == 0 and first == 0x45 and i == 0 and
		(h == 0 or h == 0x40) then
		return protocol, 35, 15 + c * 256 + d, e * 256 + g, 27, 0
	elseif type1 == 0x86 and type2 == 0xdd and first >= 0x60 and
		first <= 0x6f then
		return h, 55, 55 + e * 256 + g, 0, 23, IPV6
	end
	return nil
end

return usual
