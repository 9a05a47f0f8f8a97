-- segment.lua - why was a TCP segment sent, what of its payload is new?
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local ranges, purpose = toll.ranges, toll.names.purposes.at
local position, is_astray = ranges.position, ranges.is_astray

--[[
As capture/flow/.  A segment is judged once, in the order of the capture: what
is kept of its connection is that before it.
]]
local segment = {}

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

-- The sequence number of its payload: that of a SYN starts behind it (RFC 7413).
function segment.payload_seq(f)
	return has_syn[f.flags] and (f.seq + 1) % WRAP or f.seq
end

--[[
One of a connection's two sides.  Tables that grow are slow: this has places for
all that is noted.  `stop` is behind all that it sent; `upto` is the same while
its next segment is but ACK or data, and nothing is pending: see find_upto.
]]
function segment.new_side(of, number)
	return { flow = of, number = number, seen = ranges.new(), stop = 0,
		upto = nil, probes = 0, unacked_fins = 0,
		isn = nil, shift = nil, has_synack = nil, is_syn_acked = nil,
		last_ack = nil, has_fin = nil, fin = nil }
end

-- Was it reset, or closed by both?
function segment.is_over(of)
	return of.is_reset or of[1].has_fin and of[2].has_fin
end

-- May a SYN come late, whose first position is this?
local function fits_before(from, seq)
	local seen = from.seen
	local first = seen.next == 0 and from.stop or seen.base
	return first == 0 or position(seen, seq) == first
end

-- Does a SYN begin the next connection between the same two ends?
function segment.begins_next(from, seq, flags)
	local of = from.flow
	-- With SYN cookies, two SYN-ACKs of one connection may differ.
	if has_ack[flags] then
		return segment.is_over(of) and from.isn ~= seq
	elseif from.isn then
		-- After a reset it is a new attempt, whatever its number.
		return from.isn ~= seq or of.is_reset
	end
	return segment.is_over(of) or not fits_before(from, (seq + 1) % WRAP)
end

-- Does it acknowledge the SYN of the other side, and perhaps data?
local function acks_syn(to, ack)
	return to.isn and (ack - to.isn - 1) % WRAP < HALF
end

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
function segment.note_last_ack(from, ack)
	local last = from.last_ack
	if not last or (last - ack) % WRAP >= MAX_LATE then
		from.last_ack = ack
	end
end

local function note_ack(from, to, ack)
	segment.note_last_ack(from, ack)
	if not to.is_syn_acked and acks_syn(to, ack) then
		to.is_syn_acked = true
	end
	if to.unacked_fins > 0 and ack == (to.fin + 1) % WRAP then
		to.unacked_fins = to.unacked_fins - 1
	end
end

-- The first that fits.
local function purpose_of(from, to, f, fresh, is_probe)
	local flags = f.flags
	if has_rst[flags] then
		return purpose.reset
	elseif has_syn[flags] then
		return purpose.setup
	elseif fresh > 0 then
		return purpose.data
	elseif f.payload > 0 then
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

-- It occupies len sequence numbers from seq on, SYN and FIN among them.
local function note_stop(from, seq, len)
	local old = from.stop
	if old > 0 and (seq + len - old) % WRAP == 0 then
		return
	end
	local stop = position(from.seen, seq) + len
	if stop > old and not is_astray(from.seen, seq, len) then
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
	return from.stop ~= 0 and (from.stop - seq) % WRAP == 1 and
		(not to.last_ack or to.last_ack == (seq + 1) % WRAP)
end

-- Note a SYN, FIN or RST; `fin` is the sequence number of a FIN.
local function note_flags(from, to, f, fin)
	local of, flags = from.flow, f.flags
	if has_syn[flags] then
		of.client = of.client or (has_ack[flags] and to or from).number
	end
	if has_fin[flags] then
		note_fin(from, fin)
	end
	if has_rst[flags] and is_heeded(from, to, f.seq) then
		of.is_reset = true
	end
end

-- Judge a segment that side `from` sent, and note it: its purpose, how much of
-- its payload is new, holes given up.
function segment.judge(from, f)
	local to = from.flow[3 - from.number]
	local seq, flags, len = f.seq, f.flags, f.payload
	local is_plain = flags % (RST + RST) == 0 -- no SYN, FIN or RST
	local is_probe = is_plain and len <= 1 and probes(from, to, seq)
	local first = segment.payload_seq(f)
	if has_syn[flags] then
		note_syn(from, seq, flags, f.window_shift)
	end
	local fresh, given_up = ranges.add(from.seen, first, len)
	local why = purpose_of(from, to, f, fresh, is_probe)
	if not is_plain then
		note_flags(from, to, f, (first + len) % WRAP)
	end
	if has_ack[flags] then
		note_ack(from, to, f.ack)
	end
	if not has_rst[flags] then
		note_stop(from, seq, (first - seq) % WRAP + len +
			(has_fin[flags] and 1 or 0))
	end
	if is_probe or to.probes > 0 then
		note_probes(from, to, len, is_probe, why)
	end
	return why, fresh, given_up
end

-- The same for a later IP fragment, which is payload and nothing else.
function segment.judge_fragment(from, seq, len)
	local fresh, given_up = ranges.add(from.seen, seq, len)
	note_stop(from, seq, len)
	return fresh > 0 and purpose.data or purpose["repeat"], fresh, given_up
end

--[[
For who counts the usual segments by himself: `upto`, the position at which the
segment of a side is but ACK or data, new and nothing else; nil: segment.judge
must judge it.  Who takes one moves side.upto behind its payload, and notes its ACK.
For it is no retransmission nor probe (it begins where all before it ends), answers
no probe or FIN, and ends no handshake, of which last_ack may tell, too.
]]
function segment.find_upto(from)
	local to, upto = from.flow[3 - from.number], from.seen.next
	if from.stop == upto and upto > 0 and from.last_ack and
		to.probes == 0 and to.unacked_fins == 0 and
		(to.is_syn_acked or not to.isn) then
		from.upto = upto
	end
	return from.upto
end

-- What was taken so, before the next is judged.
function segment.catch_up(side)
	local upto, seen = side.upto, side.seen
	if upto and upto > seen.next then
		seen.next, seen.astray, side.stop = upto, nil, upto
	end
	side.upto = nil
end

return segment
