-- network.lua - IPv4, IPv6 and its headers, AH; TCP, UDP, SCTP, DCCP.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub = string.byte, string.sub
local frame, account = toll.frame, toll.names.accounts.at
local layer = frame.layer
local peek, header, skip, post = frame.peek, frame.header, frame.skip,
	frame.post
local missing, trim, has = frame.missing, frame.trim, frame.has
local be16, be32 = frame.be16, frame.be32

local network = {}

local TCP, UDP, HOP_BY_HOP, FRAGMENT = 6, 17, 0, 44

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
for _, extension in ipairs({ HOP_BY_HOP, 43, FRAGMENT, 60, 135, 139, 140 }) do
	protocols[extension] = layer.IPV6_EXT
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
	if len < f.length then
		trim(f, len)
	end
	if not f.is_inside_ip then
		f.ip_bytes = f.length
		f.is_inside_ip = true
	end
	f.has_ports = false -- what stands outside is no transport
	f.transport_at = math.huge
	f.is_first_fragment, f.is_later_fragment = false, false
end

local function after_ip(f, protocol)
	f.protocol = protocol
	if f.is_later_fragment then
		return layer.FRAGMENT
	end
	return protocols[protocol] or layer.OTHER
end

local function note_fragment(f, offset, has_more, id)
	f.is_later_fragment = offset > 0
	f.is_first_fragment = offset == 0 and has_more
	f.fragment_at, f.fragment_id = offset, id
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
		return layer.MALFORMED
	end
	enter_ip(f, len, is_told)
	if not header(f, account.ip, 20) then
		return missing(f, 20)
	end
	f.ip_version = 4
	f.addresses_at, f.addresses_len = at + 12, 8
	if offset1 ~= 0 and offset1 ~= 64 or offset2 ~= 0 then
		local offset = (offset1 % 32 * 256 + offset2) * 8
		note_fragment(f, offset, has(offset1, 0x20), id1 * 256 + id2)
	end
	if header_len > 20 and
		not skip(f, account["ip.options"], header_len - 20) then
		return layer.MALFORMED
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
		return layer.MALFORMED
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
	f.addresses_at, f.addresses_len = at + 8, 32
	return after_ip(f, protocol)
end

-- RFC 8200 section 4.5: 8 bytes; its offset is in units of 8 bytes.
local function ipv6_fragment(f)
	local at = header(f, account["ipv6.ext"], 8)
	if not at then
		return missing(f, 8)
	end
	local word = be16(f, at + 2)
	note_fragment(f, word - word % 8, has(word, 1), be32(f, at + 4))
	return after_ip(f, frame.u8(f, at))
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
	if not skip(f, account["ipv6.ext"], (len + 1) * 8) then
		return layer.MALFORMED
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
		return layer.MALFORMED
	end
	return after_ip(f, protocol)
end

-- It has no transport header, but it may carry application bytes.
function layer.FRAGMENT.decode(f)
	if network.is_transport[f.protocol] then
		frame.enter_transport(f)
		return layer.PAYLOAD
	end
	local whole = protocols[f.protocol]
	return (whole == layer.ICMP or whole == layer.ICMPV6 or
		whole == layer.IGMP) and whole or layer.OTHER
end

-- Both addresses of the innermost IP packet, the source first.
function network.addresses(f)
	return sub(f.bytes, f.addresses_at,
		f.addresses_at + f.addresses_len - 1)
end

-- Addresses and ports are one piece where no header stands between them.
local function set_ports(f, at)
	f.has_ports = true
	if f.addresses_at + f.addresses_len == at then
		f.tuple = sub(f.bytes, f.addresses_at, at + 3)
	else
		f.tuple = network.addresses(f) .. sub(f.bytes, at, at + 3)
	end
end

-- IANA, "TCP Option Kind Numbers".
local kinds = toll.names.options.at
local option_of = {
	[0] = kinds.eol,
	[1] = kinds.nop,
	[2] = kinds.mss,
	[3] = kinds.window_scale,
	[4] = kinds.sack_permitted,
	[5] = kinds.sack,
	[8] = kinds.timestamps,
	[19] = kinds.md5,
	[29] = kinds.ao,
	[30] = kinds.mptcp,
	[34] = kinds.fast_open,
}

local function post_option(f, kind, size)
	local n = f.options + 1
	f.options, f.option[n], f.option_size[n] = n, kind, size
end

-- The size of one option at place `at`; nil: it cannot be read.
local function option_len(f, at, readable, left)
	if readable < 2 then
		return nil
	end
	local len = byte(f.bytes, at + 1)
	if len < 2 or len > left then
		post_option(f, kinds.malformed, left)
		return left, true
	end
	return len
end

--[[
The options of most segments: two NOPs and timestamps.  They are not posted one
by one, only noted (has_usual), which saves as much time as all others take.
]]
network.USUAL = {
	option = { kinds.nop, kinds.timestamps },
	size = { 2, 10 }, -- bytes of it in a frame
}

-- Break tcp.options down; len bytes, of which captured can be read.
local function decode_options(f, at, captured, len)
	local done = 0
	if captured == 12 then
		local first, second, third, size = byte(f.bytes, at, at + 3)
		if first == 1 and second == 1 and third == 8 and size == 10 then
			f.has_usual = true
			return
		end
	end
	while done < captured do
		local kind = byte(f.bytes, at + done)
		if kind == 0 then -- all behind it is padding
			return post_option(f, kinds.eol, len - done)
		elseif kind == 1 then
			post_option(f, kinds.nop, 1)
			done = done + 1
		else
			local size, is_bad = option_len(f, at + done,
				captured - done, len - done)
			if is_bad then
				return
			elseif not size then
				break
			end
			post_option(f, option_of[kind] or kinds.other, size)
			done = done + size
		end
	end
	if done < len then
		post_option(f, captured < len and kinds.truncated or
			kinds.malformed, len - done)
	end
end

function layer.TCP.decode(f)
	f.transport_at = f.parts + 1
	if f.length < 20 and f.is_first_fragment then
		return layer.TCP_PART
	end
	local at = header(f, account.tcp, 20)
	if not at then
		return missing(f, 20)
	end
	local s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		byte(f.bytes, at + 4, at + 13)
	local len = (offset - offset % 16) / 4 - 20
	if len < 0 then
		return layer.MALFORMED
	end
	f.options, f.has_usual = 0, false
	if len > 0 then
		local options, readable = f.at, math.min(f.captured, len)
		if not skip(f, account["tcp.options"], len) then
			return layer.MALFORMED
		end
		if options + readable - 1 > f.held then
			frame.hold(f, options + readable - 1)
		end
		decode_options(f, options, readable, len)
	end
	set_ports(f, at)
	f.transport_bytes = len + 20
	f.seq = s1 * 16777216 + s2 * 65536 + s3 * 256 + s4
	f.ack = a1 * 16777216 + a2 * 65536 + a3 * 256 + a4
	f.flags = flags
	return layer.PAYLOAD
end

function layer.UDP.decode(f)
	local at = peek(f, 8)
	f.transport_at = f.parts + 1
	if not at then
		return missing(f, 8)
	end
	local len = be16(f, at + 4)
	if len == 0 then -- RFC 2675: to the end of the jumbogram
		len = f.length
	end
	-- What a short length leaves over belongs to no datagram.
	if len >= 8 then
		trim(f, len)
	end
	f.transport_at = f.parts + 1
	if not skip(f, account.udp, 8) or len < 8 then
		return layer.MALFORMED
	end
	set_ports(f, at)
	return toll.tunnel.of_udp_ports(f, be16(f, at), be16(f, at + 2))
end

-- In the place of the length stands how much the checksum covers.
function layer.UDPLITE.decode(f)
	frame.enter_transport(f)
	local at = header(f, account.udplite, 8)
	if not at then
		return missing(f, 8)
	end
	set_ports(f, at)
	return layer.PAYLOAD
end

local function chunk_header_len(kind, len)
	return kind == 0 and 16 or kind == 64 and 20 or len
end

-- One chunk and its padding: its header bytes and its payload, or nil.
local function take_chunk(f)
	local at = peek(f, 4)
	if not at then
		return nil
	end
	local kind, _, len1, len2 = byte(f.bytes, at, at + 3)
	local len = len1 * 256 + len2
	local header_len = chunk_header_len(kind, len)
	if len < 4 or len < header_len then
		return nil
	end
	if len > f.length then -- the next IP fragment has the rest
		if not f.is_first_fragment or header_len > f.length then
			return nil
		end
		len = f.length
	end
	local padded = math.min(frame.even4(len), f.length)
	frame.pass(f, padded)
	return header_len + padded - len, len - header_len
end

function layer.SCTP.decode(f)
	frame.enter_transport(f)
	local at = header(f, account.sctp, 12)
	if not at then
		return missing(f, 12)
	end
	set_ports(f, at)
	local headers, payload = 0, 0
	while f.length > 0 do
		local more_headers, more_payload = take_chunk(f)
		if not more_headers then
			break
		end
		headers, payload = headers + more_headers,
			payload + more_payload
	end
	post(f, account["sctp.chunk"], headers)
	post(f, account.payload, payload)
	f.payload = payload
	if f.length == 0 then
		return layer.OTHER -- nothing is left
	end
	return f.captured < 4 and f.captured < f.length and layer.TRUNCATED or
		layer.MALFORMED
end

-- Its data offset counts the whole header in words.
function layer.DCCP.decode(f)
	local at = peek(f, 12)
	frame.enter_transport(f)
	if not at then
		return missing(f, 12)
	end
	local len = frame.u8(f, at + 4) * 4
	if len < 12 or not skip(f, account.dccp, len) then
		return layer.MALFORMED
	end
	set_ports(f, at)
	return layer.PAYLOAD
end

return network
