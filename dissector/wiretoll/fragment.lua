-- fragment.lua - IP fragments: what the first tells of the later ones.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local frame, network = toll.frame, toll.network
local layer, account = frame.layer, toll.names.accounts.at
local min = math.min

--[[
As capture/decode/fragment.c and capture/flow/fragments.c.  A frame may hold
first[1..firsts], and at last a later fragment:
   key         what all fragments of its datagram share
   body_from   of a first one: bytes of the frame that stand before its body
   ends_at     the same, of the end of the packet inside; huge: not known
   later_key, later_at, later_bytes   its offset in the datagram, its length
   continues   what its first one has said of it, or nil
]]
local fragment = {}

local FIRSTS = 2 -- fragments in fragments beyond are not joined
local FIRSTS_KEPT = 4096

-- An IP header said this of its place; what it stands before comes next.
function fragment.enter(f, key, offset, has_more)
	if offset > 0 then
		f.later_key, f.later_at = key, offset
		return
	elseif not has_more then
		return
	end
	f.goes_on = true
	if f.firsts < FIRSTS then
		f.firsts = f.firsts + 1
		f.payload_from = nil -- where it is not behind all headers
		f.first[f.firsts] = { key = key, body_from = frame.passed(f),
			ends_at = math.huge }
	end
end

local messages = { [layer.ICMP] = layer.ICMP, [layer.ICMPV6] = layer.ICMPV6,
	[layer.IGMP] = layer.IGMP, [layer.ESP] = layer.ENCRYPTED }

-- By itself a later fragment tells no more than its protocol.
function layer.FRAGMENT.decode(f)
	f.is_later_fragment = true
	f.later_bytes = f.length
	if network.is_transport[f.protocol] then
		frame.enter_transport(f)
		return layer.PAYLOAD
	end
	return messages[network.of_protocol(f.protocol)] or layer.OTHER
end

-- What the later fragments are, by offsets in the datagram: before payload_at
-- are TCP options, behind ends_at padding, between them `account`.
local function continuation(f, first)
	local out = {
		payload_at = f.payload_from - first.body_from,
		ends_at = first.ends_at - first.body_from,
		account = f.behind,
		has_transport = f.transport_at ~= math.huge,
	}
	-- Chunks of SCTP are counted one by one: nothing was left behind.
	if f.behind == account.other and f.has_ports then
		out.account = account.payload
	elseif f.behind == account.tcp then -- the rest of its header is there
		out.account = account.truncated
	end
	if out.account ~= account.payload then
		out.payload_at = 0
	end
	return out
end

-- Say what a later fragment is, by the continuation of its first one.
function fragment.continue(f, is)
	f.continues = is
	local at, bytes = f.later_at, f.later_bytes
	if bytes == 0 then
		return
	end
	local options = math.max(min(bytes, is.payload_at - at), 0)
	local padding = math.max(min(bytes - options,
		at + bytes - is.ends_at), 0)
	f.parts = f.parts - 1 -- what it was taken for
	f.payload, f.transport_at = 0, math.huge
	frame.post(f, account.padding, padding)
	if is.has_transport then
		frame.enter_transport(f)
	end
	frame.post(f, account["tcp.options"], options)
	if options > 0 then
		f.options, f.option[1], f.option_size[1] = 1,
			toll.names.options.at.truncated, options
	end
	bytes = bytes - options - padding
	frame.post(f, is.account, bytes)
	if is.account == account.payload then
		f.payload = bytes
	end
end

-- The last first fragments, in a ring, and the newest of each key.
local ring, known, noted

function fragment.reset()
	ring, known, noted = {}, {}, 0
end
fragment.reset()

local function remember(origin)
	local place = noted % FIRSTS_KEPT
	local oldest = ring[place]
	if oldest and known[oldest.key] == oldest then
		known[oldest.key] = nil
	end
	ring[place], known[origin.key] = origin, origin
	noted = noted + 1
end

-- A first fragment tells what the later ones are, and which side of a flow sent
-- it, if any; seq is where TCP's payload starts, else false.
function fragment.note(f, side, seq)
	for i = 1, f.firsts do
		local is = continuation(f, f.first[i])
		remember({ key = f.first[i].key, is = is, side = side,
			seq = seq and seq - is.payload_at })
	end
end

--[[
Whose a later fragment is: the side of a flow, and the sequence number of its
payload; nil without one.  First of all, is its first one, or its connection,
not known any more?
]]
function fragment.follow(f)
	local origin = known[f.later_key]
	if not origin then
		return true
	end
	fragment.continue(f, origin.is)
	local side = origin.side
	-- The tuple may have gone on to the next connection since.
	if not side or side.flow.is_past then
		return side ~= nil
	end
	return false, side, origin.seq and (origin.seq +
		math.max(f.later_at, origin.is.payload_at)) % 4294967296
end

return fragment
