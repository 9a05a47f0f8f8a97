-- network.lua - IPv4, IPv6 and its headers, AH.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub, format = string.byte, string.sub, string.format
local frame, account = toll.frame, toll.names.accounts.at
local layer = frame.layer
local peek, header, skip = frame.peek, frame.header, frame.skip
local missing, broken, has = frame.missing, frame.broken, frame.has
local be16, be32 = frame.be16, frame.be32

local network = {}

local TCP, UDP, HOP_BY_HOP, ROUTING, FRAGMENT = 6, 17, 0, 43, 44
-- IANA, "IP Option Numbers", "IPv6 Routing Types".
local OPTION_END, OPTION_NOP = 0, 1
local is_source_route = { [131] = true, [137] = true }
local lists_last_at_end, SEGMENTS = { [0] = true, [2] = true }, 4

local protocols = {
	[1] = layer.ICMP,
	[2] = layer.IGMP,
	[4] = layer.IPV4,
	[6] = layer.TCP,
	[17] = layer.UDP,
	[33] = layer.DCCP,
	[41] = layer.IPV6,
	[47] = layer.GRE,
	[50] = layer.ESP,
	[51] = layer.AH,
	[58] = layer.ICMPV6,
	[97] = layer.ETHERIP,
	[132] = layer.SCTP,
	[136] = layer.UDPLITE,
	[137] = layer.MPLS,
	[143] = layer.ETHERNET, -- RFC 8986
}
for _, extension in ipairs({ HOP_BY_HOP, ROUTING, FRAGMENT, 60, 135, 139, 140 }) do
	protocols[extension] = layer.IPV6_EXT
end

function network.of_protocol(number)
	return protocols[number] or layer.OTHER
end

-- These carry application bytes.
network.is_transport = { [6] = true, [17] = true, [33] = true, [132] = true,
	[136] = true }

local versions = { [4] = layer.IPV4, [6] = layer.IPV6 }

function layer.RAW_IP.decode(f)
	local at = peek(f, 1)
	if not at then
		return missing(f, 1)
	end
	return versions[frame.high(byte(f.bytes, at), 16)] or layer.MALFORMED
end

-- The datagram starts here and has len bytes; behind it there is padding.
local function enter_ip(f, len, is_told)
	if not f.is_inside_ip then
		f.is_told = is_told
	end
	if len < f.length or f.goes_on then
		frame.trim(f, len)
	end
	if not f.is_inside_ip then
		f.ip_at, f.ip_bytes, f.ip_readable = f.at, f.length, f.captured
		f.is_inside_ip = true
	end
	f.has_ports = false -- what stands outside has no flow
end

-- A header that cannot be believed: no packet, but of the network.
local function broken_ip(f, name, len)
	f.is_inside_ip, f.has_ports = true, false
	return broken(f, name, len, 0)
end

local function after_ip(f, protocol)
	f.protocol = protocol
	return protocols[protocol] or layer.OTHER
end

--[[
The same, where the header said its place in a datagram.  All its fragments
share the key (RFC 791 section 3.2, RFC 8200 section 4.5).
]]
local function after_fragmented(f, protocol, offset, has_more, key)
	-- No %s: in Lua 5.2 it ends at a byte of zero.
	toll.fragment.enter(f, network.addresses(f) .. key, offset, has_more)
	local whole = after_ip(f, protocol)
	return offset > 0 and layer.FRAGMENT or whole
end

--[[
What is routed by its source is on its way to the last address of the route,
which TCP and UDP sum up (RFC 791 section 3.1, RFC 8200 sections 4.4 and 8.1,
RFC 8754): that is the flow's.
]]
local function seek_route(f, at, len)
	local bytes, stop = f.bytes, at + len
	while at + 2 < stop do
		local kind, step, pointer = byte(bytes, at, at + 2)
		if kind == OPTION_NOP then
			step = 1
		end
		if kind == OPTION_END or step == 0 or at + step > stop then
			return
		elseif is_source_route[kind] then
			if step >= 7 and pointer <= step then
				f.route_end = sub(bytes, at + step - 4, at + step - 1)
			end
			return
		end
		at = at + step
	end
end

local function follow_routing(f, at, len)
	local kind, left = byte(f.bytes, at + 2, at + 3)
	if left == 0 or len < 24 then
		return
	elseif kind == SEGMENTS then -- the last stands first
		f.route_end = sub(f.bytes, at + 8, at + 23)
	elseif lists_last_at_end[kind] then
		f.route_end = sub(f.bytes, at + len - 16, at + len - 1)
	end
end

function layer.IPV4.decode(f)
	local at = peek(f, 20)
	if not at then
		return missing(f, 20)
	end
	local bytes = f.bytes
	local first, _, len1, len2, id1, id2, offset1, offset2, _, protocol =
		byte(bytes, at, at + 9)
	local header_len, len = first % 16 * 4, len1 * 256 + len2
	local is_told = len > 0
	if not is_told then -- segmentation offload: to the end of the frame
		len = f.length
	end
	if first < 64 or first > 79 or header_len < 20 or len < header_len then
		return broken_ip(f, account.ip, 20)
	end
	enter_ip(f, len, is_told)
	if not header(f, account.ip, 20) then
		return missing(f, 20)
	end
	f.ip_version = 4
	f.addresses_at, f.addresses_len, f.route_end = at + 12, 8, nil
	if header_len > 20 and peek(f, header_len - 20) then
		seek_route(f, at + 20, header_len - 20)
	end
	if header_len > 20 and
		not skip(f, account["ip.options"], header_len - 20) then
		return missing(f, header_len - 20)
	end
	if offset1 ~= 0 and offset1 ~= 64 or offset2 ~= 0 then
		return after_fragmented(f, protocol,
			(offset1 % 32 * 256 + offset2) * 8, has(offset1, 0x20),
			format("/%d/%d", protocol, id1 * 256 + id2))
	end
	return after_ip(f, protocol)
end

-- Length 0 is a jumbogram (RFC 2675) or segmentation offload; or it is true.
local function ipv6_zero_len(f, at, protocol)
	local behind = f.length - 40
	if protocol == TCP or protocol == UDP then
		return behind
	end
	if protocol ~= HOP_BY_HOP then
		return 0
	end
	if not peek(f, 48) then
		return behind
	end
	local kind, len = byte(f.bytes, at + 42, at + 43)
	if kind ~= 0xc2 or len ~= 4 then
		return behind
	end
	return math.min(be32(f, at + 44), behind)
end

function layer.IPV6.decode(f)
	local at = peek(f, 40)
	if not at then
		return missing(f, 40)
	end
	local first, _, _, _, len1, len2, protocol = byte(f.bytes, at, at + 6)
	if first < 96 or first > 111 then
		return broken_ip(f, account.ipv6, 40)
	end
	local len = len1 * 256 + len2
	local is_told = len > 0
	if not is_told then
		len = ipv6_zero_len(f, at, protocol)
	end
	enter_ip(f, 40 + len, is_told)
	if not header(f, account.ipv6, 40) then
		return missing(f, 40)
	end
	f.ip_version = 6
	f.addresses_at, f.addresses_len, f.route_end = at + 8, 32, nil
	return after_ip(f, protocol)
end

-- RFC 8200 section 4.5: 8 bytes; its offset is in units of 8 bytes.
local function ipv6_fragment(f)
	local at = header(f, account["ipv6.ext"], 8)
	if not at then
		return missing(f, 8)
	end
	local word = be16(f, at + 2)
	return after_fragmented(f, frame.u8(f, at), word - word % 8,
		has(word, 1), format("/%.0f", be32(f, at + 4)))
end

function layer.IPV6_EXT.decode(f)
	-- In IPv4 these numbers are protocols of their own.
	if f.ip_version ~= 6 then
		return layer.OTHER
	elseif f.protocol == FRAGMENT then
		return ipv6_fragment(f)
	end
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local protocol, len = byte(f.bytes, at, at + 1)
	len = (len + 1) * 8
	if f.protocol == ROUTING and peek(f, len) then
		follow_routing(f, at, len)
	end
	if not skip(f, account["ipv6.ext"], len) then
		return broken(f, account["ipv6.ext"], 8, len)
	end
	return after_ip(f, protocol)
end

-- Its length field counts 32-bit words, less two.
function layer.AH.decode(f)
	local at = peek(f, 12)
	if not at then
		return missing(f, 12)
	end
	local protocol, words = byte(f.bytes, at, at + 1)
	local len = (words + 2) * 4
	if len < 12 or not skip(f, account.ah, len) then
		return broken(f, account.ah, 12, len)
	end
	return after_ip(f, protocol)
end

-- Both addresses of the innermost IP packet, the source first.
function network.addresses(f)
	local at, len = f.addresses_at, f.addresses_len
	if f.route_end then
		return sub(f.bytes, at, at + len / 2 - 1) .. f.route_end
	end
	return sub(f.bytes, at, at + len - 1)
end

return network
