-- frame.lua - one frame being taken apart: what is left of it, its parts.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte = string.byte
local account = toll.names.accounts.at

--[[
A frame is a table.  What is left of it while it is decoded:
   at         place in `bytes` of the next byte, from 1
   captured   bytes readable there; at most length
   length     bytes there were on the wire
   bytes      the first of its bytes, `held` of them; `fetch` brings the rest
   goes_on    the next IP fragment has more of it
What was found, as in capture/decode/anatomy.h:
   parts, account[], size[], inside[]   in order; they add up to the frame
   transport_at, options, option[], option_size[], ...
Decoders post their header, move past it, and return what comes next: a row
of `layer`, with either `decode` or the account `rest` that takes all.
]]
local frame = {}

-- A layer that takes all that is left, for each account that can.
frame.layer = {}
for name, rest in pairs({
	PAYLOAD = "payload", TCP_PART = "tcp", ICMP = "icmp",
	ICMPV6 = "icmpv6", IGMP = "igmp", STP = "stp", CDP = "cdp",
	SLOW = "slow", WLAN_MGT = "wlan.mgt",
	WLAN_CONTROL = "wlan", L2TP_CONTROL = "l2tp", GTP_CONTROL = "gtp",
	OTHER = "other", ENCRYPTED = "encrypted", TRUNCATED = "truncated",
	MALFORMED = "malformed",
}) do
	frame.layer[name] = { rest = account[rest] }
end
-- The others get their decoder from the file that has it.
for name in ([[ETHERNET ISL VLAN LLC SNAP SNAP_PADDED SLL SLL2 NULL PFLOG NFLOG ENC PKTAP MPLS
	PW_CONTROL_WORD PPPOE PPP PPP_WITH_DIRECTION PPP_OR_CHDLC CHDLC
	CHDLC_WITH_DIRECTION FRAME_RELAY FRAME_RELAY_WITH_DIRECTION RADIOTAP PPI
	PRISM WLAN RAW_IP IPV4 IPV6 IPV6_EXT AH FRAGMENT GRE ERSPAN_II
	ERSPAN_III ETHERIP VXLAN VXLAN_GPE NSH GENEVE GTP L2TP TEREDO ESP TCP
	UDP UDPLITE SCTP DCCP ARP LLDP EAPOL]]):gmatch("%S+") do
	frame.layer[name] = {}
end
local layer = frame.layer

function frame.post(f, name, size)
	if size == 0 then
		return
	end
	local n = f.parts + 1
	f.parts = n
	f.account[n], f.size[n], f.inside[n] = name, size, f.is_inside_ip
end
local post = frame.post

-- Bring all captured bytes, if the first ones do not reach as far as the last
-- that is wanted.
function frame.hold(f, last)
	if last > f.held then
		f.bytes = f.fetch(last)
		f.held = #f.bytes
	end
end

-- The place of the next len bytes, if they are readable; nothing is passed.
function frame.peek(f, len)
	if len > f.captured then
		return nil
	end
	local at = f.at
	if at + len - 1 > f.held then
		frame.hold(f, at + len - 1)
	end
	return at
end

function frame.pass(f, len)
	local captured = f.captured
	local readable = len < captured and len or captured
	f.at = f.at + readable
	f.captured = captured - readable
	f.length = f.length - len
end
local pass = frame.pass

--[[
A header all of which must be readable: posted and passed; its place, or nil.
This runs several times a frame, so it calls nothing.
]]
function frame.header(f, name, len)
	local at, captured = f.at, f.captured
	if len > captured then
		return nil
	end
	if at + len - 1 > f.held then
		frame.hold(f, at + len - 1)
	end
	local n = f.parts + 1
	f.parts = n
	f.account[n], f.size[n], f.inside[n] = name, len, f.is_inside_ip
	f.at, f.captured, f.length = at + len, captured - len, f.length - len
	return at
end

-- What is left instead of a header of len bytes that is not there.
function frame.missing(f, len)
	return len > f.length and not f.goes_on and layer.MALFORMED or
		layer.TRUNCATED
end

-- The rest of a header, readable or not.  False if the frame was shorter.
function frame.skip(f, name, len)
	if len > f.length then
		return false
	end
	post(f, name, len)
	pass(f, len)
	return true
end

--[[
A header that cannot be passed, as it says that it has len bytes: too few, or
more than there are.  Its fixed part is posted; what is left behind that is
malformed, or goes on in the next fragment.
]]
function frame.broken(f, name, fixed, len)
	if not frame.skip(f, name, fixed) or len < fixed then
		return layer.MALFORMED
	end
	return frame.missing(f, len - fixed)
end

-- The bytes of the frame that stand before what is left.
function frame.passed(f)
	return f.whole - f.trimmed - f.length
end

-- Later fragments tell more of it, or begin behind it.
local function note_end(f, len)
	local ends_at = frame.passed(f) + len
	for i = 1, f.firsts do
		local first = f.first[i]
		if first.ends_at > ends_at then
			first.ends_at = ends_at
		end
	end
end

-- Post what lies behind the next len bytes as padding, and forget it.
function frame.trim(f, len)
	local length = f.length
	if f.goes_on then
		if len ~= length then
			note_end(f, len)
		end
		f.goes_on = len > length
	end
	if len >= length then
		return
	end
	post(f, account.padding, length - len)
	f.trimmed = f.trimmed + length - len
	f.length = len
	if f.captured > len then
		f.captured = len
	end
end

-- The same for a frame check sequence at the end, if there is room for it.
function frame.trim_fcs(f, len)
	if len > f.length then
		return
	end
	post(f, account.fcs, len)
	f.trimmed = f.trimmed + len
	f.length = f.length - len
	if f.captured > f.length then
		f.captured = f.length
	end
end

function frame.enter_transport(f)
	f.transport_at = f.parts + 1
end

-- What was taken for a transport was the outside of a tunnel: no flow.
function frame.enter_tunnel(f)
	f.has_ports = false
end

function frame.be16(f, at)
	local a, b = byte(f.bytes, at, at + 1)
	return a * 256 + b
end

function frame.be32(f, at)
	local a, b, c, d = byte(f.bytes, at, at + 3)
	return a * 16777216 + b * 65536 + c * 256 + d
end

function frame.le16(f, at)
	local a, b = byte(f.bytes, at, at + 1)
	return b * 256 + a
end

function frame.le32(f, at)
	local a, b, c, d = byte(f.bytes, at, at + 3)
	return d * 16777216 + c * 65536 + b * 256 + a
end

function frame.u8(f, at)
	return (byte(f.bytes, at))
end

-- Is that one bit of a number set?  Lua 5.2 has no operator for it.
function frame.has(number, bit)
	return number % (bit + bit) >= bit
end

-- The number without its low bits.
function frame.high(number, unit)
	return (number - number % unit) / unit
end

-- Round up to a multiple of four.
function frame.even4(len)
	return len + -len % 4
end

function frame.clear(f)
	f.parts, f.options, f.payload, f.has_usual = 0, 0, 0, false
	f.transport_at = math.huge
	f.is_inside_ip, f.is_loopback = false, false
	f.is_cooked_ethernet = false
	f.has_ports, f.goes_on, f.is_later_fragment = false, false, false
	f.firsts, f.trimmed, f.continues = 0, 0, nil
	f.ip_version, f.ip_bytes, f.protocol = 0, 0, 0
	f.is_told = false -- does the outermost IP header tell its length?
end

function frame.new()
	local f = { account = {}, size = {}, inside = {}, option = {},
		option_size = {}, first = {} }
	frame.clear(f)
	return f
end

return frame
