-- flow.lua - whose is a frame, why was it sent, what of its payload is new?
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local ranges, purpose = toll.ranges, toll.names.purposes.at
local fragment, treasure = toll.fragment, toll.game
local position, is_astray = ranges.position, ranges.is_astray
local sub = string.sub

--[[
As capture/flow/ and capture/pipeline.c.  State is kept in the order of the
capture, on the first pass only: flow.judge is called once for each frame.
]]
local flow = {}

local TCP = 6
local FIN, SYN, RST, ACK = 1, 2, 4, 16
local WRAP, HALF = 4294967296, 2147483648
local MAX_SHIFT = 14 -- of a window (RFC 7323 section 2.3)
local MAX_LATE = 2 ^ 30 -- bytes an acknowledgment may be old
local MAX_UNACKED_FINS = 7

-- What each value of the flags byte holds.
local has_fin, has_syn, has_rst, has_ack = {}, {}, {}, {}
for flags = 0, 255 do
	has_fin[flags] = flags % (2 * FIN) >= FIN
	has_syn[flags] = flags % (2 * SYN) >= SYN
	has_rst[flags] = flags % (2 * RST) >= RST
	has_ack[flags] = flags % (2 * ACK) >= ACK
end

flow.directions = nil -- by protocol: addresses and ports to { flow, side }
flow.list = {} -- all there ever were, by their number

function flow.reset()
	flow.directions = { [TCP] = {} }
	flow.list = {}
	fragment.reset()
end
flow.reset()

-- Tables that grow are slow: both have places for all that is noted.
local function new_side()
	return { seen = ranges.new(), stop = 0, probes = 0, unacked_fins = 0,
		isn = nil, shift = nil, has_synack = nil, is_syn_acked = nil,
		last_ack = nil, has_fin = nil, fin = nil }
end

-- What there is of one connection; `stop` is behind all that a side sent.
local function new_flow(protocol, ports)
	local id = #flow.list + 1
	local is_tcp = protocol == TCP
	local new = { is_tcp and new_side() or nil, is_tcp and new_side() or nil,
		id = id, protocol = protocol, bytes = 0, payload = 0, ports = ports,
		client = nil, is_reset = nil, is_past = nil, counted = nil,
		dialogue = nil, version = nil }
	flow.list[id] = new
	return new
end

local function is_over(of)
	return of.is_reset or of[1].has_fin and of[2].has_fin
end

-- May a SYN come late, whose first position is this?
local function fits_before(from, seq)
	local seen = from.seen
	local first = seen.next == 0 and from.stop or seen.base
	return first == 0 or position(seen, seq) == first
end

local function begins_next(of, side, seq, flags)
	local from = of[side]
	-- With SYN cookies, two SYN-ACKs of one connection may differ.
	if has_ack[flags] then
		return is_over(of) and from.isn ~= seq
	elseif from.isn then
		-- After a reset it is a new attempt, whatever its number.
		return from.isn ~= seq or of.is_reset
	end
	return is_over(of) or not fits_before(from, (seq + 1) % WRAP)
end

-- Does it acknowledge the SYN of the other side, and perhaps data?
local function acks_syn(to, ack)
	return to.isn and (ack - to.isn - 1) % WRAP < HALF
end
flow.acks_syn = acks_syn

-- Does the bare ACK complete the handshake?  Only the first segment that
-- acknowledges the SYN-ACK does.
local function completes_handshake(from, to, seq, ack)
	if to.has_synack then
		return not to.is_syn_acked and acks_syn(to, ack)
	end
	-- Only this direction was captured: its first segment after SYN.
	return from.isn and not to.last_ack and not from.last_ack and
		seq == (from.isn + 1) % WRAP
end

local function purpose_of_bare(from, to, seq, ack, is_acking, is_probe)
	if is_acking and completes_handshake(from, to, seq, ack) then
		return purpose.setup
	elseif is_probe then
		return purpose.probe
	elseif is_acking and to.probes > 0 and ack == from.last_ack then
		return purpose.probe
	elseif is_acking and to.unacked_fins > 0 and
		ack == (to.fin + 1) % WRAP then
		return purpose.teardown
	end
	return purpose.ack
end

-- One that was overtaken says nothing (RFC 9293 section 3.10.7.4).
function flow.note_last_ack(from, ack)
	local last = from.last_ack
	if not last or (last - ack) % WRAP >= MAX_LATE then
		from.last_ack = ack
	end
end

local function note_ack(from, to, ack)
	flow.note_last_ack(from, ack)
	if not to.is_syn_acked and acks_syn(to, ack) then
		to.is_syn_acked = true
	end
	if to.unacked_fins > 0 and ack == (to.fin + 1) % WRAP then
		to.unacked_fins = to.unacked_fins - 1
	end
end

-- A SYN, FIN or RST, or none of these: the first purpose that fits.
local function purpose_of(from, to, f, len, fresh, is_probe)
	local flags = f.flags
	if has_rst[flags] then
		return purpose.reset
	elseif has_syn[flags] then
		return purpose.setup
	elseif fresh > 0 then
		return purpose.data
	elseif len > 0 then
		return purpose["repeat"]
	elseif has_fin[flags] then
		return purpose.teardown
	end
	return purpose_of_bare(from, to, f.seq, f.ack, has_ack[flags], is_probe)
end

local function note_syn(from, seq, flags, shift)
	if from.isn then
		return
	end
	if from.seen.next == 0 then
		ranges.start(from.seen, (seq + 1) % WRAP)
	end
	from.has_synack = has_ack[flags]
	from.isn = seq
	from.shift = math.min(shift, MAX_SHIFT)
end

-- A FIN below the SYN is one of the connection before, sent again.
local function note_fin(from, fin)
	local seen = from.seen
	if is_astray(seen, fin, 0) or
		seen.has_floor and position(seen, fin) < seen.base then
		return
	end
	from.unacked_fins = math.min(from.unacked_fins + 1, MAX_UNACKED_FINS)
	from.has_fin, from.fin = true, fin
end

-- RFC 9293 section 3.10.7.4: a reset outside the window is not heeded.  Only
-- how far the window can open is followed.
local function is_heeded(from, to, seq)
	local window = 65535 * 2 ^ (to.shift or MAX_SHIFT)
	return from.stop == 0 or
		math.abs(position(from.seen, seq) - from.stop) <= window
end

local function note_stop(from, seq, len)
	local stop = position(from.seen, seq) + len
	if stop > from.stop and not is_astray(from.seen, seq, len) then
		from.stop = stop
		ranges.anchor(from.seen, stop)
	end
end

-- A probe waits for an answer: a bare ACK, or data that makes it needless.
local function note_probes(from, to, len, is_probe, why)
	if is_probe then
		from.probes = math.min(from.probes + 1, 255)
	elseif why == purpose.probe then
		to.probes = to.probes - 1
	elseif len > 0 then
		to.probes = 0
	end
end

-- Keep-alives and zero-window probes repeat the last position, while nothing is
-- known to wait to be acknowledged (RFC 9293 section 3.8.4).
local function probes(from, to, seq)
	return from.stop ~= 0 and position(from.seen, seq) + 1 == from.stop and
		(not to.last_ack or to.last_ack == (seq + 1) % WRAP)
end

-- Judge one segment that `side` sent, and note it.
local function judge_segment(of, side, f)
	local from, to = of[side], of[3 - side]
	local seq, flags, len = f.seq, f.flags, f.payload
	local is_syn, is_fin = has_syn[flags], has_fin[flags]
	local is_reset = has_rst[flags]
	local is_probe = len <= 1 and not (is_syn or is_fin or is_reset) and
		probes(from, to, seq)
	if is_syn then
		note_syn(from, seq, flags, f.window_shift)
		of.client = of.client or (has_ack[flags] and 3 - side or side)
	end
	-- The payload of a SYN starts behind it (RFC 7413).
	local first = is_syn and (seq + 1) % WRAP or seq
	local fresh, given_up = ranges.add(from.seen, first, len)
	local why = purpose_of(from, to, f, len, fresh, is_probe)
	if is_reset and is_heeded(from, to, seq) then
		of.is_reset = true
	end
	if is_fin then
		note_fin(from, (first + len) % WRAP)
	end
	if has_ack[flags] then
		note_ack(from, to, f.ack)
	end
	if not is_reset then
		note_stop(from, seq, len + (is_syn and 1 or 0) +
			(is_fin and 1 or 0))
	end
	note_probes(from, to, len, is_probe, why)
	return why, fresh, given_up
end

-- Judge a later IP fragment, which is payload and nothing else.
local function judge_fragment(of, side, seq, len)
	local from = of[side]
	local fresh, given_up = ranges.add(from.seen, seq, len)
	note_stop(from, seq, len)
	return fresh > 0 and purpose.data or purpose["repeat"], fresh, given_up
end

-- The same tuple seen from the other side.
local function turn_round(tuple)
	local half = math.floor((#tuple - 4) / 2)
	return sub(tuple, half + 1, 2 * half) .. sub(tuple, 1, half) ..
		sub(tuple, -2) .. sub(tuple, -4, -3)
end

-- A tuple not met before: its flow, and the way back.
local function add_directions(of_protocol, key, f)
	local back = turn_round(key)
	local new = { flow = new_flow(f.protocol, sub(key, -4)), side = 1,
		back = nil }
	of_protocol[key] = new
	if back ~= key then
		new.back = { flow = new.flow, side = 2, back = new }
		of_protocol[back] = new.back
	end
	return new
end

local function find_flow(f)
	local of_protocol = flow.directions[f.protocol]
	if not of_protocol then
		of_protocol = {}
		flow.directions[f.protocol] = of_protocol
	end
	local key = f.tuple
	local found = of_protocol[key]
	if not found then
		found = add_directions(of_protocol, key, f)
	elseif f.protocol == TCP and has_syn[f.flags] and
		begins_next(found.flow, found.side, f.seq, f.flags) then
		found.flow.is_past = true
		found.flow = new_flow(TCP, found.flow.ports)
		if found.back then
			found.back.flow = found.flow
		end
	end
	return found.flow, found.side
end

--[[
Judge one frame taken apart.  Returns its purpose, how much of its payload is
new, its flow or nil, holes given up, whether it is a later fragment whose first
is not known, and what an application said in it, or nil.
]]
function flow.judge(f)
	local of, side, seq, is_lost
	if f.has_ports then
		of, side = find_flow(f)
	end
	if f.firsts > 0 then
		fragment.note(f, of, side, of and of.protocol == TCP and
			f.seq + (has_syn[f.flags] and 1 or 0))
	end
	local is_later = f.is_later_fragment
	if is_later then
		is_lost, of, side, seq = fragment.follow(f)
	end
	if not of or of.protocol ~= TCP or is_later and f.payload == 0 then
		return f.payload > 0 and purpose.data or purpose.control,
			f.payload, of, 0, is_lost
	end
	local why, fresh, given_up
	if is_later then
		why, fresh, given_up = judge_fragment(of, side, seq, f.payload)
	else
		why, fresh, given_up = judge_segment(of, side, f)
		seq = f.seq + (has_syn[f.flags] and 1 or 0)
	end
	local said
	if fresh > 0 and of.dialogue ~= false then
		said = treasure.hear(of, side, seq, f, fresh)
	end
	return why, fresh, of, given_up, is_lost, said
end

function flow.has_start(of)
	return of[1].isn and not of[1].has_synack or
		of[2].isn and not of[2].has_synack
end

function flow.has_end(of)
	return is_over(of)
end

return flow
