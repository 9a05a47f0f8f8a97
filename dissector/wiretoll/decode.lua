-- decode.lua - the link types, and the loop that walks a frame.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local frame, account = toll.frame, toll.names.accounts.at
local layer = frame.layer

local decode = {}

local MAX_DEPTH = 40 -- headers in one frame; what is nested deeper is `other`

-- LINKTYPE_ values, for headers that name one.
local links = {
	[0] = layer.NULL,
	[1] = layer.ETHERNET,
	[9] = layer.PPP_OR_CHDLC,
	[50] = layer.PPP_OR_CHDLC,
	[51] = layer.PPPOE,
	[100] = layer.LLC,
	[101] = layer.RAW_IP,
	[104] = layer.CHDLC,
	[105] = layer.WLAN,
	[107] = layer.FRAME_RELAY,
	[108] = layer.NULL,
	[109] = layer.ENC,
	[113] = layer.SLL,
	[117] = layer.PFLOG,
	[119] = layer.PRISM,
	[127] = layer.RADIOTAP,
	[163] = layer.PRISM,
	[192] = layer.PPI,
	[204] = layer.PPP_WITH_DIRECTION,
	[205] = layer.CHDLC_WITH_DIRECTION,
	[206] = layer.FRAME_RELAY_WITH_DIRECTION,
	[219] = layer.MPLS,
	[228] = layer.IPV4,
	[229] = layer.IPV6,
	[239] = layer.NFLOG,
	[258] = layer.PKTAP,
	[276] = layer.SLL2,
}

function decode.of_link(link_type)
	return links[link_type]
end

--[[
What Wireshark calls the same (WTAP_ENCAP_ values, which never change).  Not
here, and so unknown: types that wiretoll does not decode, and those of which
Wireshark takes bytes away before a script sees them.
]]
local encapsulations = {
	[1] = layer.ETHERNET,
	[4] = layer.PPP_OR_CHDLC,
	[7] = layer.RAW_IP,
	[10] = layer.LLC,
	[15] = layer.NULL,
	[20] = layer.WLAN,
	[21] = layer.PRISM,
	[23] = layer.RADIOTAP,
	[24] = layer.PRISM,
	[25] = layer.SLL,
	[26] = layer.FRAME_RELAY,
	[28] = layer.CHDLC,
	[38] = layer.ENC,
	[39] = layer.PFLOG,
	[97] = layer.PPI,
	[129] = layer.IPV4,
	[130] = layer.IPV6,
	[139] = layer.PPPOE,
	[141] = layer.NFLOG,
	[171] = layer.PKTAP,
	[174] = layer.NULL, -- OpenBSD's loopback
	[210] = layer.SLL2,
}

decode.ETHERNET = layer.ETHERNET

-- Wireshark takes away the byte for the direction.
local is_changed = { [204] = true, [205] = true, [206] = true }

-- The first layer of a capture file's frames, or nil if it is not known here.
function decode.of_capture(link_type)
	-- Old writers put their own system's number of raw IP there.
	local known = (link_type == 12 or link_type == 14) and 101 or link_type
	return not is_changed[known] and links[known] or nil
end

-- The first layer of a frame, or nil if it is not known here.
function decode.of_encapsulation(number)
	return encapsulations[number]
end

-- Take a frame apart whose view is set; fcs_len of its bytes are an FCS.
function decode.walk(f, first, fcs_len)
	frame.clear(f)
	if fcs_len > 0 then
		frame.trim_fcs(f, fcs_len)
	end
	local at, depth = first, 0
	local step = at.decode
	while step do
		depth = depth + 1
		at = depth <= MAX_DEPTH and step(f) or layer.OTHER
		step = at.decode
	end
	local rest, length = at.rest, f.length
	f.behind = rest
	if f.firsts > 0 then
		f.payload_from = f.payload_from or frame.passed(f)
	end
	if length > 0 then
		if rest == account.payload then
			f.payload = f.payload + length
		end
		frame.post(f, rest, length)
	end
end

return decode
