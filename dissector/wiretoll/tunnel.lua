-- tunnel.lua - packets in packets: GRE, VXLAN, NSH, Geneve, GTP, L2TP, ESP ...
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte = string.byte
local frame, account = toll.frame, toll.names.accounts.at
local layer, of_ethertype = frame.layer, toll.link.of_ethertype
local peek, header, skip = frame.peek, frame.header, frame.skip
local missing, broken = frame.missing, frame.broken
local has, u8 = frame.has, frame.u8
local be16, be32 = frame.be16, frame.be32
local enter_tunnel = frame.enter_tunnel

local tunnel = {}

local function gre_len(flags)
	local len = 4
	if has(flags, 0x8000) or has(flags, 0x4000) then -- checksum, routing
		len = len + 4
	end
	if has(flags, 0x2000) then -- key
		len = len + 4
	end
	if has(flags, 0x1000) then -- sequence
		len = len + 4
	end
	if flags % 8 == 1 and has(flags, 0x0080) then -- PPTP's acknowledgement
		len = len + 4
	end
	return len
end

local function after_gre(f, flags, kind)
	if kind == 0x88be then -- ERSPAN; type I has no header of its own
		return has(flags, 0x1000) and layer.ERSPAN_II or layer.ETHERNET
	elseif kind == 0x22eb then
		return layer.ERSPAN_III
	elseif kind == 0x880b then
		return layer.PPP
	elseif kind == 0x883e then -- WCCP; version 2 has four bytes more
		local at = peek(f, 1)
		if at and frame.high(u8(f, at), 16) ~= 4 and
			not skip(f, account.gre, 4) then
			return missing(f, 4)
		end
		return layer.IPV4
	end
	return of_ethertype(kind)
end

-- RFC 1701: entries of family, offset, length; the last has no length.
local function gre_routing(f, flags, kind)
	local len = 0
	repeat
		local at = peek(f, len + 4)
		if not at then
			return missing(f, len + 4)
		end
		local last = u8(f, at + len + 3)
		len = len + 4 + last
	until last == 0
	if not skip(f, account.gre, len) then
		return missing(f, len)
	end
	return after_gre(f, flags, kind)
end

-- RFC 2784, 2890, 2637
function layer.GRE.decode(f)
	local at = peek(f, 4)
	if not at then
		return missing(f, 4)
	end
	local flags, kind = be16(f, at), be16(f, at + 2)
	if not skip(f, account.gre, gre_len(flags)) then
		return broken(f, account.gre, 4, gre_len(flags))
	end
	enter_tunnel(f)
	return has(flags, 0x4000) and gre_routing(f, flags, kind) or
		after_gre(f, flags, kind)
end

function layer.ERSPAN_II.decode(f)
	return skip(f, account.erspan, 8) and layer.ETHERNET or missing(f, 8)
end

function layer.ERSPAN_III.decode(f)
	local at = header(f, account.erspan, 12)
	if not at then
		return missing(f, 12)
	end
	local first, last = byte(f.bytes, at + 10, at + 11)
	if has(last, 1) and not skip(f, account.erspan, 8) then
		return missing(f, 8)
	end
	local kind = frame.high(first, 4) % 32 -- the frame type
	return kind == 0 and layer.ETHERNET or kind == 2 and layer.RAW_IP or
		layer.OTHER
end

-- RFC 3378
function layer.ETHERIP.decode(f)
	enter_tunnel(f)
	return skip(f, account.etherip, 2) and layer.ETHERNET or missing(f, 2)
end

-- RFC 4303: where the payload ends and the trailer begins is not told.
function layer.ESP.decode(f)
	return skip(f, account.esp, 8) and layer.ENCRYPTED or missing(f, 8)
end

-- RFC 7348
function layer.VXLAN.decode(f)
	enter_tunnel(f)
	return skip(f, account.vxlan, 8) and layer.ETHERNET or missing(f, 8)
end

-- VXLAN-GPE and NSH (RFC 8300 section 2.2) number what follows alike.
local next_protocols = { layer.IPV4, layer.IPV6, layer.ETHERNET, layer.NSH,
	layer.MPLS }

-- draft-ietf-nvo3-vxlan-gpe section 3: VXLAN with a next protocol.
function layer.VXLAN_GPE.decode(f)
	enter_tunnel(f)
	local at = header(f, account.vxlan, 8)
	return not at and missing(f, 8) or
		next_protocols[u8(f, at + 3)] or layer.OTHER
end

-- RFC 8300 section 2: its length counts words of four bytes, all of it.
function layer.NSH.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local len = u8(f, at + 1) % 64 * 4
	if len < 8 or not skip(f, account.nsh, len) then
		return broken(f, account.nsh, 8, len)
	end
	return next_protocols[u8(f, at + 3)] or layer.OTHER
end

-- RFC 8926: options in units of four bytes.
function layer.GENEVE.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local len, kind = 8 + u8(f, at) % 64 * 4, be16(f, at + 2)
	enter_tunnel(f)
	return skip(f, account.geneve, len) and of_ethertype(kind) or
		broken(f, account.geneve, 8, len)
end

-- Extension headers, in units of four bytes; each ends with the next type.
local function gtp_extensions(f, kind)
	while kind ~= 0 do
		local at = peek(f, 1)
		if not at then
			return missing(f, 1)
		end
		local len = u8(f, at) * 4
		if len == 0 then
			return layer.MALFORMED
		elseif len > f.length then
			return missing(f, len)
		elseif not peek(f, len) then
			return layer.TRUNCATED
		end
		kind = u8(f, at + len - 1)
		skip(f, account.gtp, len)
	end
	local at = peek(f, 1)
	if not at then
		return f.length == 0 and not f.goes_on and layer.OTHER or
			layer.TRUNCATED
	end
	local version = frame.high(u8(f, at), 16)
	return (version == 4 or version == 6) and layer.RAW_IP or layer.OTHER
end

-- 3GPP TS 29.281 section 5.1
function layer.GTP.decode(f)
	local at = peek(f, 8)
	enter_tunnel(f)
	if not at then
		return missing(f, 8)
	end
	local flags, kind = byte(f.bytes, at, at + 1)
	frame.trim(f, 8 + be16(f, at + 2))
	if kind ~= 255 then
		return layer.GTP_CONTROL
	end
	local len = flags % 8 ~= 0 and 12 or 8
	at = header(f, account.gtp, len)
	if not at then
		return missing(f, len)
	end
	return gtp_extensions(f, has(flags, 4) and u8(f, at + 11) or 0)
end

-- RFC 2661 section 3.1
function layer.L2TP.decode(f)
	local at = peek(f, 6)
	enter_tunnel(f)
	if not at then
		return missing(f, 6)
	end
	local flags, len = be16(f, at), 6
	if has(flags, 0x8000) then
		if has(flags, 0x4000) then
			frame.trim(f, be16(f, at + 2))
		end
		return layer.L2TP_CONTROL
	end
	if has(flags, 0x4000) then -- length
		len = len + 2
	end
	if has(flags, 0x0800) then -- sequence
		len = len + 4
	end
	if has(flags, 0x0200) then -- offset
		if not peek(f, len + 2) then
			return missing(f, len + 2)
		end
		len = len + 2 + be16(f, at + len)
	end
	return skip(f, account.l2tp, len) and layer.PPP or
		broken(f, account.l2tp, 6, len)
end

-- The bytes before the IPv6 packet (RFC 4380 section 5.1.1).
local function teredo_len(f)
	local len, at = 0, peek(f, 4)
	if at and be16(f, at) == 1 then
		len = 13 + u8(f, at + 2) + u8(f, at + 3)
	end
	at = peek(f, len + 2)
	if at and be16(f, at + len) == 0 then
		len = len + 8
	end
	return len
end

-- Certain only if an IPv6 packet fits to the byte.
local function is_teredo(f)
	local len = teredo_len(f)
	local at = peek(f, len + 6)
	if not at or frame.high(u8(f, at + len), 16) ~= 6 then
		return false
	end
	local whole = len + 40 + be16(f, at + len + 4)
	return whole == f.length or whole > f.length and f.goes_on
end

function layer.TEREDO.decode(f)
	enter_tunnel(f)
	local len = teredo_len(f)
	return skip(f, account.teredo, len) and layer.IPV6 or missing(f, len)
end

-- Do the fixed bits of a tunnel's header fit?  Eight bytes are readable.
local fits = {
	[4789] = function(f, at) -- the group policy extension has a bit more
		return u8(f, at) % 128 == 8 and u8(f, at + 7) == 0
	end,
	[4790] = function(f, at) -- version 0, an id, a next protocol
		return frame.high(u8(f, at), 4) % 16 == 3 and
			u8(f, at + 7) == 0
	end,
	[6081] = function(f, at)
		local first, second = byte(f.bytes, at, at + 1)
		return first < 64 and second % 64 == 0 and
			be16(f, at + 2) >= 0x0600
	end,
	[2152] = function(f, at)
		return frame.high(u8(f, at), 16) == 3 and
			(be16(f, at + 2) <= f.length - 8 or f.goes_on)
	end,
	[1701] = function(f, at)
		return u8(f, at + 1) % 16 == 2
	end,
	[3544] = is_teredo,
	[4500] = function(f, at) -- RFC 3948: four zero bytes mark IKE
		return be32(f, at) ~= 0
	end,
}

local layers = {
	[4789] = layer.VXLAN,
	[4790] = layer.VXLAN_GPE,
	[6081] = layer.GENEVE,
	[2152] = layer.GTP,
	[1701] = layer.L2TP,
	[3544] = layer.TEREDO,
	[4500] = layer.ESP,
}

tunnel.ports = layers -- by number: where a tunnel may be

-- Some answer from their port to any other; most send to it both ways.
local answers = { [1701] = true, [3544] = true, [4500] = true }

-- The tunnel inside a UDP datagram, or PAYLOAD where none is certain.
function tunnel.of_udp_ports(f, source, destination)
	local is_to = layers[destination]
	local port = is_to and destination or source
	if not is_to and not answers[source] then
		return layer.PAYLOAD
	end
	-- A service's client may have any port, a tunnel's too.
	if (is_to and source or destination) < 1024 or f.length < 8 then
		return layer.PAYLOAD
	end
	local at = peek(f, 8)
	if not at then
		return layer.TRUNCATED
	end
	return fits[port](f, at) and layers[port] or layer.PAYLOAD
end

return tunnel
