-- transport.lua - TCP and its options, UDP, UDP-Lite, SCTP, DCCP.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub = string.byte, string.sub
local frame, account = toll.frame, toll.names.accounts.at
local layer, network = frame.layer, toll.network
local peek, header, skip, post = frame.peek, frame.header, frame.skip,
	frame.post
local missing, broken, be16 = frame.missing, frame.broken, frame.be16

local transport = {}

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
local function option_len(f, at, readable, left, goes_on)
	if readable < 2 then
		return nil
	end
	local len = byte(f.bytes, at + 1)
	if len < 2 or len > left then
		post_option(f, goes_on and len >= 2 and kinds.truncated or
			kinds.malformed, left)
		return left, true
	end
	return len
end

--[[
The options of most segments: two NOPs and timestamps.  They are not posted one
by one, only noted (has_usual), which saves as much time as all others take.
]]
transport.USUAL = {
	option = { kinds.nop, kinds.timestamps },
	size = { 2, 10 }, -- bytes of it in a frame
}

--[[
Break tcp.options down; len bytes, of which captured can be read.  The last one
may go on in the next fragment.
]]
local function decode_options(f, at, captured, len, goes_on)
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
				captured - done, len - done, goes_on)
			if is_bad then
				return
			elseif not size then
				break
			end
			post_option(f, option_of[kind] or kinds.other, size)
			if kind == 3 and size == 3 and captured > done + 2 then
				f.window_shift = byte(f.bytes, at + done + 2)
			end
			done = done + size
		end
	end
	if done < len then
		post_option(f, (captured < len or goes_on) and
			kinds.truncated or kinds.malformed, len - done)
	end
end

-- Post and pass len bytes of options, and break them down.
local function take_options(f, len)
	local at, readable = f.at, f.captured < len and f.captured or len
	local goes_on = f.goes_on and len == f.length
	skip(f, account["tcp.options"], len)
	if at + readable - 1 > f.held then
		frame.hold(f, at + readable - 1)
	end
	decode_options(f, at, readable, len, goes_on)
end

function layer.TCP.decode(f)
	f.transport_at = f.parts + 1
	if f.length < 20 and f.goes_on then
		return layer.TCP_PART
	end
	local at = header(f, account.tcp, 20)
	if not at then
		return missing(f, 20)
	end
	local s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		byte(f.bytes, at + 4, at + 13)
	local len = (offset - offset % 16) / 4 - 20
	if len < 0 or len > f.length and not f.goes_on then
		return layer.MALFORMED
	end
	f.options, f.has_usual, f.window_shift = 0, false, 0
	if f.firsts > 0 then
		f.payload_from = frame.passed(f) + len
		len = math.min(len, f.length) -- the next has the rest
	end
	if len > 0 then
		take_options(f, len)
	end
	set_ports(f, at)
	f.seq = s1 * 16777216 + s2 * 65536 + s3 * 256 + s4
	f.ack = a1 * 16777216 + a2 * 65536 + a3 * 256 + a4
	f.flags = flags
	return layer.PAYLOAD
end

function layer.UDP.decode(f)
	local at = peek(f, 8)
	if not at then
		frame.enter_transport(f)
		return missing(f, 8)
	end
	local len = be16(f, at + 4)
	if len == 0 then -- RFC 2675: to the end of the jumbogram
		len = f.length
	end
	-- What a short length leaves over belongs to no datagram.
	if len >= 8 then
		frame.trim(f, len)
	end
	f.transport_at = f.parts + 1
	if len < 8 then
		return broken(f, account.udp, 8, len)
	end
	header(f, account.udp, 8)
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
	local coverage = be16(f, at + 4) -- of the checksum
	if coverage ~= 0 and coverage < 8 then
		return layer.MALFORMED
	end
	set_ports(f, at)
	return layer.PAYLOAD
end

local function chunk_header_len(kind, len)
	return kind == 0 and 16 or kind == 64 and 20 or len
end

-- One chunk and its padding: its header bytes, its payload, and whether it
-- made sense; nil if what is left is none.
local function take_chunk(f)
	local at = peek(f, 4)
	if not at then
		return nil
	end
	local kind, _, len1, len2 = byte(f.bytes, at, at + 3)
	local len = len1 * 256 + len2
	if len > f.length then -- the next IP fragment may have the rest
		if f.goes_on and chunk_header_len(kind, len) > f.length then
			return nil
		end
		len = f.length
	end
	local header_len = chunk_header_len(kind, len)
	if len < 4 or len < header_len then
		frame.pass(f, 4)
		return 4, 0, false
	end
	local padded = math.min(frame.even4(len), f.length)
	frame.pass(f, padded)
	return header_len + padded - len, len - header_len, true
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
		local more_headers, more_payload, is_good = take_chunk(f)
		headers, payload = headers + (more_headers or 0),
			payload + (more_payload or 0)
		if not is_good then
			break
		end
	end
	post(f, account["sctp.chunk"], headers)
	post(f, account.payload, payload)
	f.payload = payload
	if f.length == 0 then
		return layer.OTHER -- nothing is left
	end
	local is_cut = f.captured < 4 and f.captured < f.length
	return (is_cut or f.goes_on) and layer.TRUNCATED or layer.MALFORMED
end

-- Its data offset counts the whole header in words.
function layer.DCCP.decode(f)
	local at = peek(f, 12)
	frame.enter_transport(f)
	if not at then
		return missing(f, 12)
	end
	local len = frame.u8(f, at + 4) * 4
	if len < (frame.has(frame.u8(f, at + 8), 1) and 16 or 12) then
		return broken(f, account.dccp, 12, 0)
	end
	if not skip(f, account.dccp, len) then
		return broken(f, account.dccp, 12, len)
	end
	set_ports(f, at)
	return layer.PAYLOAD
end

return transport
