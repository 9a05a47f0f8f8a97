-- fast.lua - the usual frames of a report in tshark, each in one go.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local sub = string.sub
local len_of, raw_of -- methods of a tvb, looked up once
local names, frame, flow = toll.names, toll.frame, toll.flow
local copies, usual, view, books = toll.copies, toll.usual, toll.view,
	toll.books
local game, segment = toll.game, toll.segment
local find_ip, transports = usual.find_ip, usual.transports
local account, purpose = names.accounts.at, names.purposes.at
local ACKNOWLEDGES, DATA, CONTROL = purpose.ack, purpose.data, purpose.control

--[[
To take a frame apart header by header, judge it and post each part costs more
than Wireshark's own dissection.  A usual frame (usual.lua) is counted by shape
and purpose; of these, the segment that its connection was waiting for is not
judged either.  For all others fast.count returns false before anything was
noted, and view.look does it.
]]
local fast = {
	is_on = false, -- one pass over the file, and nobody asks for fields
}

local WRAP = 4294967296
local HELD = 192 -- bytes brought: more than are looked at, mostly
local PURPOSES = #names.purposes.name

-- Since the last reset, by shape and purpose: frames, new bytes of payload, and
-- bytes that are neither those nor a header of the shape's.
local frames, payload_of, rest_of
local sums -- what else was counted
local last_time, earliest, latest -- seconds since the first frame
local time_end -- see view.time_of

function fast.reset()
	frames, payload_of, rest_of = {}, {}, {}
	for n = 1, #usual.shapes * PURPOSES do
		frames[n], payload_of[n], rest_of[n] = 0, 0, 0
	end
	sums = { flows = {}, warnings = {}, application = {}, with_payload = 0,
		with_repeated = 0, repeated = 0, with_padding = 0, padding = 0 }
	last_time, earliest, latest = -math.huge, math.huge, -math.huge
	time_end = -math.huge
	flow.unsettle()
end
fast.reset()

local f = frame.new() -- the frame, as flow.lua wants it
f.has_ports, f.behind = true, account.payload

local tvb_at_hand

function f.fetch()
	return tvb_at_hand:raw(0, f.readable)
end

local function warn(kind, count)
	sums.warnings[kind] = (sums.warnings[kind] or 0) + count
end

-- Its frames are counted in this report.
local function meet(of)
	if of.counted ~= sums then
		of.counted = sums
		sums.flows[of.id] = true
	end
end

-- The first segment that side's sender may go on with, or nil.
local function settle(side)
	local upto = segment.find_upto(side)
	if upto then
		meet(side.flow)
	end
	return upto
end

--[[
The purpose of a segment that goes on where its sender stood, in a connection
with nothing pending; nil: flow.lua must judge it.  Whether an application may
have said something in it.  The same as flow.lua would say, and would note.
]]
local function judge_steady(side, seq, ack, len)
	local upto = side.upto or settle(side)
	if not upto or upto % WRAP ~= seq then
		return nil
	end
	if ack ~= side.last_ack then
		segment.note_last_ack(side, ack)
	end
	if len == 0 then
		return ACKNOWLEDGES
	end
	side.upto = upto + len
	return DATA, side.flow.dialogue ~= false
end

-- The usual frame at hand, as flow.lua and game.lua want it.
local function fill(tvb, bytes, readable, behind, stop)
	local captured, len = readable + 1 - behind, stop - behind
	tvb_at_hand = tvb
	f.bytes, f.held, f.readable = bytes, #bytes, readable
	f.at, f.payload = behind, len
	f.captured = captured < len and captured or len
end

-- What flow.lua says of it: the purpose, and how much of its payload is new.
local function judge(protocol, tuple, flags, seq, ack, shift)
	f.protocol, f.tuple, f.flags = protocol, tuple, flags
	f.seq, f.ack, f.window_shift = seq, ack, shift or 0
	local why, fresh, of, given_up, said = flow.judge_whole(f)
	if given_up > 0 then
		warn("holes_given_up", given_up)
	end
	if said then
		books.hear(sums, said)
	end
	if fresh > 0 and why ~= DATA then
		sums.with_payload = sums.with_payload + 1
	end
	meet(of)
	return why, fresh
end

-- What an application says in a segment that is not judged.
local function hear(side, seq)
	local said = game.hear(side.flow, side.number, seq, f, f.payload)
	if said then
		books.hear(sums, said)
	end
end

-- The time of the first frame, or of one before its predecessor; nil as
-- view.time_of.
local function note_time(pinfo)
	local time = view.time_of(pinfo)
	if time then
		latest = math.max(latest, last_time, time)
		earliest = math.min(earliest, time)
		last_time, time_end = time, view.time_end
	end
	return time
end

local function note_size(bytes, readable, whole, ip_bytes)
	if ip_bytes > 1500 and sub(bytes, 1, 12) ~= ("\0"):rep(12) then
		warn("larger_than_mtu", 1)
	end
	if readable < whole then
		warn("snapped", 1)
	end
end

-- Bytes that are neither new payload nor a header of the shape.
local function note_rest(n, padding, repeated)
	rest_of[n] = rest_of[n] + padding + repeated
	if padding > 0 then
		sums.with_padding = sums.with_padding + 1
		sums.padding = sums.padding + padding
	end
	if repeated > 0 then
		sums.with_repeated = sums.with_repeated + 1
		sums.repeated = sums.repeated + repeated
	end
end

local function post(n, padding, len, fresh)
	frames[n] = frames[n] + 1
	if fresh > 0 then
		payload_of[n] = payload_of[n] + fresh
	end
	if padding > 0 or fresh < len then
		note_rest(n, padding, len - fresh)
	end
end

-- What makes the capture lie, and is seen in a single packet.
local function note_packet(pinfo, bytes, readable, whole, stop, id)
	local time, rest = pinfo.rel_ts, readable - 14
	if time >= last_time and time < time_end then
		last_time = time
	else
		time = note_time(pinfo)
	end
	if stop - 15 > 1500 or readable < whole then
		note_size(bytes, readable, whole, stop - 15)
	end
	if id ~= 0 and copies.note(bytes, 15,
		rest < stop - 15 and rest or stop - 15, id, stop - 15, time) then
		warn("duplicated", 1)
	end
end

-- The first bytes of a frame, and how many were captured.
local function bring(tvb)
	if not raw_of then
		len_of, raw_of = tvb.len, tvb.raw
	end
	local readable = len_of(tvb)
	return raw_of(tvb, 0, readable < HELD and readable or HELD), readable
end

-- Count a frame, if it is a usual one.
function fast.count(tvb, pinfo)
	local bytes, readable = bring(tvb)
	local whole = pinfo.len -- not tvb:reported_len(), if it is damaged
	local protocol, at, stop, id, addresses_at, plus = find_ip(bytes)
	local find_payload = transports[protocol]
	if not find_payload or stop - 1 > whole or readable > whole then
		return false
	end
	local shape, behind, flags, seq, ack, shift =
		find_payload(bytes, at, stop)
	if not shape or behind > stop or behind > readable + 1 then
		return false
	end
	note_packet(pinfo, bytes, readable, whole, stop, id)
	local tuple, len = sub(bytes, addresses_at, at + 3), stop - behind
	local side = flow.sides[protocol][tuple]
	local why, fresh, may_say = nil, len, false
	if side and (flags == 16 or flags == 24) then
		why, may_say = judge_steady(side, seq, ack, len)
	elseif side and not flags then
		why = len > 0 and DATA or CONTROL
		meet(side.flow)
	end
	if not why or may_say then
		fill(tvb, bytes, readable, behind, stop)
		if why then
			hear(side, seq)
		else
			why, fresh = judge(protocol, tuple, flags, seq, ack,
				shift)
		end
	end
	post((shape + plus - 1) * PURPOSES + why, whole + 1 - stop, len, fresh)
	return true
end

local function tally(of, count, bytes)
	of.frames, of.bytes = of.frames + count, of.bytes + bytes
end

-- The parts of all frames of a shape and purpose; their new payload.
local function pour_shape(book, shape, why, n)
	local count, payload = frames[n], payload_of[n]
	local bytes = payload + rest_of[n]
	for _, part in ipairs(usual.shapes[shape]) do
		if part then
			tally(book.what[part[1]], count, part[2] * count)
			bytes = bytes + part[2] * count
		end
	end
	local options = usual.shapes[shape][4] and usual.shapes[shape][4][2]
	if options == 12 then
		book.usual = book.usual + count
	elseif options then
		for kind, size in pairs(usual.of_syn) do
			tally(book.options[kind], count, size * count)
		end
	end
	tally(book, count, bytes)
	tally(book.why[why], count, bytes)
	book.why[why].payload = book.why[why].payload + payload
	book.file_frames = book.file_frames + count
	book.file_bytes = book.file_bytes + bytes
	book.of_flows = book.of_flows + bytes
	return payload, why == DATA and count or 0
end

-- Post all that was counted to a book.
function fast.pour(book)
	local payload, with_payload, what = 0, sums.with_payload, book.what
	for shape = 1, #usual.shapes do
		for why = 1, PURPOSES do
			local new, of_data = pour_shape(book, shape, why,
				(shape - 1) * PURPOSES + why)
			payload, with_payload = payload + new,
				with_payload + of_data
		end
	end
	tally(what[account.payload], with_payload, payload)
	tally(what[account.repeated], sums.with_repeated, sums.repeated)
	tally(what[account.padding], sums.with_padding, sums.padding)
	for kind, count in pairs(sums.warnings) do
		books.warn_of(book, kind, count)
	end
	books.hear(book, sums.application)
	for id in pairs(sums.flows) do
		books.meet(book, id)
	end
	if earliest <= latest then
		books.note_time(book, earliest)
		books.note_time(book, math.max(latest, last_time))
	end
	fast.reset()
end

return fast
