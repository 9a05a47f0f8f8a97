-- wan.lua - MPLS, PPP, PPPoE, HDLC, frame relay, and 802.11.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte = string.byte
local frame, account = toll.frame, toll.names.accounts.at
local layer, of_ethertype = frame.layer, toll.link.of_ethertype
local peek, header, skip = frame.peek, frame.header, frame.skip
local missing, broken = frame.missing, frame.broken
local has, u8 = frame.has, frame.u8
local be16, be32, le16, le32 = frame.be16, frame.be32, frame.le16, frame.le32

local by_version = {
	[0] = layer.PW_CONTROL_WORD,
	[4] = layer.IPV4,
	[6] = layer.IPV6,
}

-- An Ethernet pseudowire without a control word: the first 16 bits of one are
-- zero (RFC 4448 section 4.6), and a known EtherType is in its place.
local function is_bare_ethernet(f)
	local at = peek(f, 14)
	return at and be16(f, at) ~= 0 and
		of_ethertype(be16(f, at + 12)) ~= layer.OTHER
end

-- Behind the last label the first four bits tell what follows (RFC 4385).
function layer.MPLS.decode(f)
	local at = header(f, account.mpls, 4)
	if not at then
		return missing(f, 4)
	end
	if not has(u8(f, at + 2), 1) then
		return layer.MPLS
	end
	at = peek(f, 1)
	if not at then
		return missing(f, 1)
	end
	local version = frame.high(u8(f, at), 16)
	return version == 0 and is_bare_ethernet(f) and layer.ETHERNET or
		by_version[version] or layer.OTHER
end

-- An Ethernet pseudowire (RFC 4448) is by far the most common.
function layer.PW_CONTROL_WORD.decode(f)
	return header(f, account.pwethcw, 4) and layer.ETHERNET or missing(f, 4)
end

-- Its tags, in discovery, are part of it.
function layer.PPPOE.decode(f)
	local at = header(f, account.pppoe, 6)
	if not at then
		return missing(f, 6)
	end
	frame.trim(f, be16(f, at + 4))
	if u8(f, at + 1) == 0 then -- session data
		return layer.PPP
	end
	skip(f, account.pppoe, f.length)
	return layer.OTHER -- nothing is left
end

local ppp_protocols = {
	[0x0021] = layer.IPV4,
	[0x0057] = layer.IPV6,
	[0x0281] = layer.MPLS,
	[0x0283] = layer.MPLS,
}

-- Address and control may be left out, and the protocol's first byte.
function layer.PPP.decode(f)
	local len = 0
	local at = peek(f, 2)
	if at and be16(f, at) == 0xff03 then
		len = 2
	end
	at = peek(f, len + 1)
	if not at then
		return missing(f, len + 1)
	end
	local is_short = has(u8(f, at + len), 1)
	len = len + (is_short and 1 or 2)
	at = header(f, account.ppp, len)
	if not at then
		return missing(f, len)
	end
	local protocol = is_short and u8(f, at + len - 1) or
		be16(f, at + len - 2)
	return ppp_protocols[protocol] or layer.OTHER
end

-- Serial lines show either; Cisco's addresses tell.
function layer.PPP_OR_CHDLC.decode(f)
	local at = peek(f, 1)
	if not at then
		return missing(f, 1)
	end
	local first = u8(f, at)
	return (first == 0x0f or first == 0x8f) and layer.CHDLC or layer.PPP
end

function layer.CHDLC.decode(f)
	local at = header(f, account.chdlc, 4)
	if not at then
		return missing(f, 4)
	end
	local value = be16(f, at + 2)
	-- SLARP has RARP's number, but not its message.
	return value == 0x8035 and layer.OTHER or of_ethertype(value)
end

local nlpids = {
	[0x80] = layer.SNAP,
	[0x8e] = layer.IPV6,
	[0xcc] = layer.IPV4,
	[0xcf] = layer.PPP,
}

-- An address of two to four bytes: the last has its low bit set.
local function frame_relay_address_len(f)
	for len = 2, 4 do
		local at = peek(f, len)
		if at and has(u8(f, at + len - 1), 1) then
			return len
		end
	end
	return nil
end

-- RFC 2427; or Cisco's, with an EtherType behind the address.
function layer.FRAME_RELAY.decode(f)
	local len = frame_relay_address_len(f)
	if not len then
		return f.captured < f.length and layer.TRUNCATED or
			layer.MALFORMED
	end
	local at = peek(f, len + 2)
	if not at then
		return missing(f, len + 2)
	end
	at = at + len
	local is_cisco = u8(f, at) ~= 0x03
	local is_padded = not is_cisco and u8(f, at + 1) == 0
	local value = be16(f, at)
	len = len + (is_padded and 3 or 2)
	if not header(f, account.fr, len) then
		return missing(f, len)
	end
	if is_cisco then
		return of_ethertype(value)
	end
	return nlpids[u8(f, is_padded and at + 2 or at + 1)] or layer.OTHER
end

-- Some captures put one byte in front that says who sent the frame.
local function skip_direction(name, next_layer)
	return function(f)
		return header(f, name, 1) and next_layer or missing(f, 1)
	end
end
layer.PPP_WITH_DIRECTION.decode =
	skip_direction(account.ppp, layer.PPP_OR_CHDLC)
layer.CHDLC_WITH_DIRECTION.decode = skip_direction(account.chdlc, layer.CHDLC)
layer.FRAME_RELAY_WITH_DIRECTION.decode =
	skip_direction(account.fr, layer.FRAME_RELAY)

-- The flags field of a radiotap header of len readable bytes; 0 if none.
local function radiotap_flags(f, at, len)
	local present, offset = le32(f, at + 4), 8
	if not has(present, 2) then
		return 0
	end
	local word = present
	while word >= 2147483648 do
		if offset + 4 > len then
			return 0
		end
		word = le32(f, at + offset)
		offset = offset + 4
	end
	if has(present, 1) then -- a time stamp, aligned to eight
		offset = offset + -offset % 8 + 8
	end
	return offset < len and u8(f, at + offset) or 0
end

function layer.RADIOTAP.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local len = le16(f, at + 2)
	local readable = math.min(len, f.captured)
	peek(f, readable)
	if len < 8 or not skip(f, account.radiotap, len) then
		return broken(f, account.radiotap, 8, len)
	end
	local flags = radiotap_flags(f, at, readable)
	f.is_wlan_padded = has(flags, 0x20)
	if has(flags, 0x10) then
		frame.trim_fcs(f, 4)
	end
	return layer.WLAN
end

-- Does a PPI header say that an FCS is there?
local function ppi_has_fcs(f, at, len)
	local offset = 8
	while offset + 14 <= len do
		if le16(f, at + offset) == 2 then -- 802.11 common
			return has(u8(f, at + offset + 12), 1)
		end
		offset = offset + 4 + le16(f, at + offset + 2)
	end
	return false
end

function layer.PPI.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local len, link_type = le16(f, at + 2), le16(f, at + 4)
	local readable = math.min(len, f.captured)
	peek(f, readable)
	if len < 8 or not skip(f, account.ppi, len) then
		return broken(f, account.ppi, 8, len)
	end
	if ppi_has_fcs(f, at, readable) then
		frame.trim_fcs(f, 4)
	end
	local next_layer = toll.decode.of_link(link_type)
	return next_layer ~= layer.PPI and next_layer or layer.OTHER
end

-- Prism's header and AVS's stand under one link type; a magic number tells.
function layer.PRISM.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local magic = be32(f, at)
	local is_avs = magic - magic % 4096 == 0x80211000
	local len = be32(f, at + 4)
	if not is_avs and len > 0xffff then
		len = le32(f, at + 4)
	end
	local name = is_avs and account.wlancap or account.prism
	if len < 8 or not skip(f, name, len) then
		return broken(f, name, 8, len)
	end
	return layer.WLAN
end

local MANAGEMENT, DATA = 0, 2 -- types of 802.11 frames

local function wlan_header_len(kind, subtype, flags, is_padded)
	local is_qos = kind == DATA and has(subtype, 8)
	local len = 24
	if kind == DATA and flags % 4 == 3 then -- a fourth address
		len = len + 6
	end
	if is_qos then
		len = len + 2
	end
	if (is_qos or kind == MANAGEMENT) and has(flags, 0x80) then
		len = len + 4
	end
	return is_padded and frame.even4(len) or len
end

-- Several packets in one frame are not told apart here.
local function has_many(f, at, subtype, flags)
	return has(subtype, 8) and
		has(u8(f, at + 24 + (flags % 4 == 3 and 6 or 0)), 0x80)
end

-- Between mesh stations, IEEE 802.11-2020 section 9.2.4.7.3.
local function has_mesh_control(f, at, subtype, flags)
	return has(subtype, 8) and flags % 4 == 3 and
		has(u8(f, at + 31), 0x01)
end

local function take_mesh_control(f)
	local at = peek(f, 1)
	if not at then
		return missing(f, 1)
	end
	local len = 6 + u8(f, at) % 4 * 6
	return skip(f, account.wlan, len) and layer.LLC or
		broken(f, account.wlan, 1, len)
end

function layer.WLAN.decode(f)
	local at = peek(f, 2)
	if not at then
		return missing(f, 2)
	end
	local control, flags = byte(f.bytes, at, at + 1)
	local is_padded = f.is_wlan_padded
	f.is_wlan_padded = false -- radiotap sets it, for the next header
	local kind = frame.high(control, 4) % 4
	local subtype = frame.high(control, 16)
	if kind ~= MANAGEMENT and kind ~= DATA then
		return layer.WLAN_CONTROL
	end
	local len = wlan_header_len(kind, subtype, flags, is_padded)
	at = header(f, account.wlan, len)
	if not at then
		return missing(f, len)
	end
	if has(flags, 0x40) then -- protected
		return layer.ENCRYPTED
	elseif kind == MANAGEMENT then
		return layer.WLAN_MGT
	end
	local is_later = u8(f, at + 22) % 16 ~= 0
	if has(subtype, 4) or is_later or has_many(f, at, subtype, flags) then
		return layer.OTHER
	end
	return has_mesh_control(f, at, subtype, flags) and
		take_mesh_control(f) or layer.LLC
end

return {}
