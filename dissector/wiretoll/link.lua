-- link.lua - Ethernet, ISL, VLAN tags, LLC and SNAP, ARP, cooked headers.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte = string.byte
local frame, account = toll.frame, toll.names.accounts.at
local layer = frame.layer
local peek, header, skip = frame.peek, frame.header, frame.skip
local missing, broken, trim = frame.missing, frame.broken, frame.trim
local be16, be32, le16, le32 = frame.be16, frame.be32, frame.le16, frame.le32

local link = {}

local MAX_802_3_LEN = 1500 -- up to this it is an 802.3 length

local ethertypes = {
	[0x0800] = layer.IPV4,
	[0x86dd] = layer.IPV6,
	[0x0806] = layer.ARP,
	[0x8035] = layer.ARP, -- RARP
	[0x8100] = layer.VLAN,
	[0x88a8] = layer.VLAN,
	[0x9100] = layer.VLAN,
	[0x9200] = layer.VLAN,
	[0x8847] = layer.MPLS,
	[0x8848] = layer.MPLS,
	[0x8863] = layer.PPPOE,
	[0x8864] = layer.PPPOE,
	[0x880b] = layer.PPP,
	[0x6558] = layer.ETHERNET, -- transparent bridging
	[0x8809] = layer.SLOW,
	[0x888e] = layer.EAPOL,
	[0x88cc] = layer.LLDP,
	[0x2000] = layer.CDP,
	[0x894f] = layer.NSH, -- RFC 8300
}

function link.of_ethertype(value)
	return ethertypes[value] or layer.OTHER
end

-- IPv6 has another number on each system.
local families = {
	[2] = layer.IPV4,
	[10] = layer.IPV6, -- Linux
	[23] = layer.IPV6, -- Windows
	[24] = layer.IPV6, -- NetBSD, OpenBSD
	[28] = layer.IPV6, -- FreeBSD
	[30] = layer.IPV6, -- macOS
}

local function of_family(family)
	return families[family] or layer.OTHER
end

-- The two bytes behind Ethernet or VLAN: an EtherType, or an 802.3 length.
local function type_or_length(f, value)
	if value > MAX_802_3_LEN then
		return ethertypes[value] or layer.OTHER
	end
	trim(f, value)
	-- Novell's frames of all ones have no LLC header.
	local at = peek(f, 2)
	if at and be16(f, at) == 0xffff then
		return layer.OTHER
	end
	return layer.LLC
end

-- Cisco's Inter-Switch Link: where it is sent to, and a length behind.
local function is_isl(f)
	local at = peek(f, 14)
	if not at then
		return false
	end
	local a, b, c, d, e = byte(f.bytes, at, at + 4)
	return (a == 1 or a == 3) and b == 0 and c == 0x0c and d + e == 0 and
		be16(f, at + 12) < 0x0600
end

-- A whole frame, with its own FCS, behind 26 bytes.
function layer.ISL.decode(f)
	local at = peek(f, 26)
	if not at then
		return missing(f, 26)
	end
	local kind, len = frame.high(frame.u8(f, at + 5), 16),
		14 + be16(f, at + 12)
	if len < 26 then
		return broken(f, account.isl, 26, len)
	end
	if f.length == len + 4 then -- ISL's own FCS
		frame.trim_fcs(f, 4)
	end
	trim(f, len)
	if not header(f, account.isl, 26) then
		return missing(f, 26)
	end
	if kind ~= 0 then
		return layer.OTHER
	end
	frame.trim_fcs(f, 4)
	return layer.ETHERNET
end

function layer.ETHERNET.decode(f)
	if is_isl(f) then
		return layer.ISL
	end
	local at = header(f, account.eth, 14)
	if not at then
		return missing(f, 14)
	end
	local d1, d2, d3, d4, d5, d6, s1, s2, s3, s4, s5, s6, high, low =
		byte(f.bytes, at, at + 13)
	if not f.is_inside_ip then
		f.is_loopback = d1 + d2 + d3 + d4 + d5 + d6 + s1 + s2 + s3 +
			s4 + s5 + s6 == 0
	end
	local value = high * 256 + low
	return value > MAX_802_3_LEN and ethertypes[value] or
		type_or_length(f, value)
end

function layer.VLAN.decode(f)
	local at = header(f, account.vlan, 4)
	if not at then
		return missing(f, 4)
	end
	return type_or_length(f, be16(f, at + 2))
end

-- Bridged frames, with or without their FCS, and behind LLC with two bytes that
-- align them (RFC 2684 section 5.2); in frame relay they have none (RFC 2427).
local function of_bridged(f, value, pad)
	if value == 0x0001 then
		frame.trim_fcs(f, 4)
	end
	if value == 0x0001 or value == 0x0007 then
		return skip(f, account.snap, pad) and layer.ETHERNET or
			missing(f, pad)
	end
	return value == 0x000e and layer.STP or layer.OTHER
end

local function take_snap(f, pad)
	local at = header(f, account.snap, 5)
	if not at then
		return missing(f, 5)
	end
	local value, oui = be16(f, at + 3), frame.high(be32(f, at), 256)
	if oui == 0x000000 or oui == 0x0000f8 then -- RFC 1042, 802.1H
		return link.of_ethertype(value)
	elseif oui == 0x00000c then -- Cisco
		return value == 0x2000 and layer.CDP or
			value == 0x010b and layer.STP or layer.OTHER
	elseif oui == 0x0080c2 then -- 802.1
		return of_bridged(f, value, pad)
	end
	return layer.OTHER
end

function layer.SNAP.decode(f)
	return take_snap(f, 0)
end

function layer.SNAP_PADDED.decode(f)
	return take_snap(f, 2)
end

local saps = { [0x06] = layer.IPV4, [0x42] = layer.STP, [0xaa] = layer.SNAP_PADDED }

function layer.LLC.decode(f)
	local at = peek(f, 3)
	if not at then
		return missing(f, 3)
	end
	local sap, _, control = byte(f.bytes, at, at + 2)
	local is_unnumbered = control % 4 == 3
	if not skip(f, account.llc, is_unnumbered and 3 or 4) then
		return broken(f, account.llc, 3, 4)
	end
	return is_unnumbered and saps[sap] or layer.OTHER
end

-- An ARP message says how long it is; what follows is padding.
function layer.ARP.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local a, b = byte(f.bytes, at + 4, at + 5)
	local len = 8 + 2 * (a + b)
	trim(f, len)
	return skip(f, account.arp, len) and layer.OTHER or
		broken(f, account.arp, 8, len)
end

-- A message of len bytes, as far as it is there, and padding.
local function take_message(f, name, len)
	trim(f, len)
	skip(f, name, f.length)
	return layer.OTHER -- nothing is left
end

-- IEEE 802.1AB section 8: values of a type and a length, to type 0.
function layer.LLDP.decode(f)
	local len = 0
	local at = peek(f, 2)
	while at do
		local head = be16(f, at + len)
		len = len + 2 + head % 512
		if head < 512 then
			return take_message(f, account.lldp, len)
		end
		at = peek(f, len + 2)
	end
	return take_message(f, account.lldp, f.length)
end

-- IEEE 802.1X section 11.3: version, type, the length of what follows.
function layer.EAPOL.decode(f)
	local at = peek(f, 4)
	return take_message(f, account.eapol, at and 4 + be16(f, at + 2) or
		f.length)
end

-- Linux, if_arp.h: Frame Relay, radiotap, netlink.
local of_hardware = { [770] = layer.FRAME_RELAY, [803] = layer.RADIOTAP,
	[824] = layer.OTHER }

-- In the cooked headers small protocol numbers are the kernel's own.
local function of_cooked(f, hardware, protocol)
	f.is_cooked_ethernet, f.is_loopback = hardware == 1, hardware == 772
	-- Of some the protocol says nothing (LINKTYPE_LINUX_SLL).
	return of_hardware[hardware] or protocol == 4 and layer.LLC or link.of_ethertype(protocol)
end

function layer.SLL.decode(f)
	local at = header(f, account.sll, 16)
	if not at then
		return missing(f, 16)
	end
	return of_cooked(f, be16(f, at + 2), be16(f, at + 14))
end

function layer.SLL2.decode(f)
	local at = header(f, account.sll2, 20)
	if not at then
		return missing(f, 20)
	end
	return of_cooked(f, be16(f, at + 8), be16(f, at))
end

-- The family is in the writer's byte order, or it is an EtherType.
function layer.NULL.decode(f)
	local at = header(f, account.null, 4)
	if not at then
		return missing(f, 4)
	end
	f.is_loopback = true
	local family = be32(f, at)
	if family > 0xffff then
		family = le32(f, at)
	end
	if family >= 0x0600 and family <= 0xffff then
		return link.of_ethertype(family)
	end
	return of_family(family)
end

-- OpenBSD's pf(4): the first byte is the length, padded to four.
function layer.PFLOG.decode(f)
	local at = peek(f, 8)
	if not at then
		return missing(f, 8)
	end
	local len, family = byte(f.bytes, at, at + 1)
	len = frame.even4(len)
	if len < 8 or not skip(f, account.pflog, len) then
		return broken(f, account.pflog, 8, len)
	end
	return of_family(family)
end

-- One value of an NFLOG header: its length (header included) and its type.
local function nflog_value(f, at)
	local _, _, a, b = byte(f.bytes, at, at + 3)
	if a == 0 and b ~= 0 then -- big endian
		return be16(f, at), be16(f, at + 2)
	end
	return le16(f, at), le16(f, at + 2)
end

-- Linux netfilter: a family, then values; the packet is that of type 9.
function layer.NFLOG.decode(f)
	local at = header(f, account.nflog, 4)
	if not at then
		return missing(f, 4)
	end
	local family = frame.u8(f, at)
	while f.length > 0 do
		at = peek(f, 4)
		if not at then
			return missing(f, 4)
		end
		local len, kind = nflog_value(f, at)
		if len < 4 or len > f.length then
			return broken(f, account.nflog, 4, len)
		end
		if kind == 9 then
			trim(f, len)
			skip(f, account.nflog, 4)
			return of_family(family)
		end
		skip(f, account.nflog, math.min(frame.even4(len), f.length))
	end
	return layer.OTHER
end

-- OpenBSD's enc(4): the family in the writer's byte order, SPI, flags.
function layer.ENC.decode(f)
	local at = header(f, account.enc, 12)
	if not at then
		return missing(f, 12)
	end
	local family = be32(f, at)
	return of_family(family > 0xffff and le32(f, at) or family)
end

-- macOS: its own length, a record type, the link type of what follows.
function layer.PKTAP.decode(f)
	local at = peek(f, 12)
	if not at then
		return missing(f, 12)
	end
	local len, link_type = le32(f, at), le32(f, at + 8) % 65536
	if len < 12 or not skip(f, account.pktap, len) then
		return broken(f, account.pktap, 12, len)
	end
	local next_layer = toll.decode.of_link(link_type)
	return next_layer ~= layer.PKTAP and next_layer or layer.OTHER
end

return link
