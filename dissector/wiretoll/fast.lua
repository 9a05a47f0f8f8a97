-- fast.lua - the usual frames of a report in tshark, each in one go.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, sub = string.byte, string.sub
local len_of, reported_len_of, raw_of -- methods of a tvb, looked up once
local names, frame, flow = toll.names, toll.frame, toll.flow
local copies, tunnel, view, books = toll.copies, toll.tunnel, toll.view,
	toll.books
local game = toll.game
local account, purpose = names.accounts.at, names.purposes.at
local kinds = names.options.at

--[[
To take a frame apart header by header, judge it and post each part costs more
than Wireshark's own dissection.  Ethernet with IPv4 or IPv6 and TCP or UDP in
it, without any header that is rare, needs none of this: it has one of eight
shapes, and is counted by shape and purpose.  For all others fast.count returns
false before anything was noted, and view.look does it.
]]
local fast = {
	is_on = false, -- one pass over the file, and nobody asks for fields
}

local TCP, UDP = 6, 17
local WRAP = 4294967296
local HELD = 192 -- bytes brought: more than are looked at, mostly
local PURPOSES = #names.purposes.name
local IPV6_SHAPE = 4 -- what its four shapes lie behind those of IPv4

local shapes = {}
for _, network in ipairs({ { "ip", 20 }, { "ipv6", 40 } }) do
	for _, transport in ipairs({ { "udp", 8 }, { "tcp", 20 },
		{ "tcp", 20, "tcp.options", 12 },
		{ "tcp", 20, "tcp.options", 20 } }) do
		shapes[#shapes + 1] = { { account.eth, 14 },
			{ account[network[1]], network[2] },
			{ account[transport[1]], transport[2] },
			transport[3] and
				{ account[transport[3]], transport[4] } }
	end
end

-- The options of most SYN segments, and the size of each.
local of_syn = { [kinds.mss] = 4, [kinds.sack_permitted] = 2,
	[kinds.timestamps] = 10, [kinds.nop] = 1, [kinds.window_scale] = 3 }

local sums -- what was counted since the last reset
local frames, bytes_of, payload_of -- of these: by shape and purpose

function fast.reset()
	frames, bytes_of, payload_of = {}, {}, {}
	for n = 1, #shapes * PURPOSES do
		frames[n], bytes_of[n], payload_of[n] = 0, 0, 0
	end
	sums = { frames = 0, bytes = 0, flows = {}, warnings = {}, application = {},
		with_payload = 0, with_repeated = 0, repeated = 0,
		with_padding = 0, padding = 0 }
end
fast.reset()

local f = frame.new() -- the frame, as flow.lua wants it
f.has_ports, f.behind, f.window_shift = true, account.payload, 0
f.ip_at = 15

local tvb_at_hand

function f.fetch()
	return tvb_at_hand:raw(0, f.readable)
end

-- Options from place `at` on: the shape, the place behind, a window's shift;
-- nil if they are not the usual ones.
local function decode_options(bytes, at, offset)
	local a, b, c, d, e, g, h, i, _, _, _, last = byte(bytes, at, at + 11)
	if not last then
		return nil
	elseif offset >= 128 and offset < 144 and a == 1 and b == 1 and
		c == 8 and d == 10 then
		return 3, at + 12, 0
	elseif offset >= 160 and offset < 176 and a == 2 and b == 4 and
		e == 4 and g == 2 and h == 8 and i == 10 then
		local nop, kind, size, shift = byte(bytes, at + 16, at + 19)
		if nop == 1 and kind == 3 and size == 3 and shift then
			return 4, at + 20, shift
		end
	end
	return nil
end

-- The transport header at place `at` of a datagram that ends before `stop`:
-- the shape among IPv4's, and the place of the payload; or nil.
local function decode_tcp(bytes, at, stop)
	local s1, s2, s3, s4, a1, a2, a3, a4, offset, flags =
		byte(bytes, at + 4, at + 13)
	if not flags or offset < 80 then
		return nil
	end
	local shape, behind, shift = 2, at + 20, 0
	if offset >= 96 then
		shape, behind, shift = decode_options(bytes, behind, offset)
		if not shape then
			return nil
		end
	end
	if behind > stop then
		return nil
	end
	f.seq = s1 * 16777216 + s2 * 65536 + s3 * 256 + s4
	f.ack = a1 * 16777216 + a2 * 65536 + a3 * 256 + a4
	f.flags, f.protocol, f.window_shift = flags, TCP, shift
	return shape, behind
end

local function decode_udp(bytes, at, stop)
	local s1, s2, d1, d2, len1, len2, _, last = byte(bytes, at, at + 7)
	if not last or len1 * 256 + len2 ~= stop - at or stop - at < 8 or
		tunnel.ports[s1 * 256 + s2] or tunnel.ports[d1 * 256 + d2] then
		return nil
	end
	f.protocol = UDP
	return 1, at + 8
end

local decoders = { [TCP] = decode_tcp, [UDP] = decode_udp }

-- The shape, or nil; the identification of an IPv4 packet, 0 if it has none.
local function decode(bytes, whole, readable)
	local type1, type2, first, _, c, d, e, g, h, i, _, protocol =
		byte(bytes, 13, 24)
	local at, stop, id, addresses_at, plus
	if not protocol then
		return nil
	elseif type1 == 8 and type2 == 0 and first == 0x45 and i == 0 and
		(h == 0 or h == 0x40) then
		at, stop, id, addresses_at, plus = 35, 15 + c * 256 + d,
			e * 256 + g, 27, 0
	elseif type1 == 0x86 and type2 == 0xdd and first >= 0x60 and
		first <= 0x6f then
		at, stop, id, addresses_at, plus = 55, 55 + e * 256 + g, 0, 23,
			IPV6_SHAPE
		protocol = h
	else
		return nil
	end
	local decode_transport = decoders[protocol]
	if not decode_transport or stop - 1 > whole then
		return nil
	end
	local shape, behind = decode_transport(bytes, at, stop)
	if not shape or behind > readable + 1 then -- or cut in its header
		return nil
	end
	local payload, captured = stop - behind, readable + 1 - behind
	f.tuple, f.at, f.payload = sub(bytes, addresses_at, at + 3), behind,
		payload
	f.captured = captured < payload and captured or payload
	f.ip_bytes, f.bytes, f.held = stop - 15, bytes, #bytes
	return shape + plus, id
end

-- What an application said, or nil.
local function hear(said)
	if said then
		books.hear(sums, said)
	end
end

--[[
The purpose of a segment that goes on where its sender stood, in a connection
with nothing pending, and its flow; nil: flow.lua must judge it.  The same as
that would say, and what it would note.
]]
local function judge_steady()
	local found = flow.directions[TCP][f.tuple]
	local flags = f.flags
	if not found or flags ~= 16 and flags ~= 24 then
		return nil
	end
	local of, side, len = found.flow, found.side, f.payload
	local from, to = of[side], of[3 - side]
	local seen = from.seen
	local upto, awaits_ack = seen.next, to.isn and not to.is_syn_acked
	if from.stop ~= upto or f.seq ~= upto % WRAP or upto == 0 or
		to.probes > 0 or to.unacked_fins > 0 then
		return nil
	elseif awaits_ack and (len > 0 or not to.has_synack or
		not flow.acks_syn(to, f.ack)) then
		return nil
	elseif not awaits_ack and not from.last_ack then
		return nil
	end
	flow.note_last_ack(from, f.ack)
	if awaits_ack then -- that ends the handshake
		to.is_syn_acked = true
		return purpose.setup, of
	elseif len == 0 then
		return purpose.ack, of
	end
	upto = upto + len
	seen.next, seen.astray, from.stop = upto, nil, upto
	if of.dialogue ~= false then
		hear(game.hear(of, side, f.seq, f, len))
	end
	return purpose.data, of
end

local function warn(kind, count)
	sums.warnings[kind] = (sums.warnings[kind] or 0) + count
end

-- The frame's purpose, its new payload and its flow.
local function judge()
	if f.protocol == TCP then
		local why, of = judge_steady()
		if why then
			return why, f.payload, of
		end
	end
	local why, fresh, of, given_up, _, said = flow.judge(f)
	if given_up > 0 then
		warn("holes_given_up", given_up)
	end
	hear(said)
	return why, fresh, of
end

local function note_warnings(whole, id)
	if f.ip_bytes > 1500 and sub(f.bytes, 1, 12) ~= ("\0"):rep(12) then
		warn("larger_than_mtu", 1)
	end
	if f.readable < whole then
		warn("snapped", 1)
	end
	if id ~= 0 then
		local rest = f.readable - 14
		f.ip_readable = rest < f.ip_bytes and rest or f.ip_bytes
		if copies.note(f, id) then
			warn("duplicated", 1)
		end
	end
end

local function note_odd(whole, fresh)
	local padding, repeated = whole - 14 - f.ip_bytes, f.payload - fresh
	if padding > 0 then
		sums.with_padding = sums.with_padding + 1
		sums.padding = sums.padding + padding
	end
	if repeated > 0 then
		sums.with_repeated = sums.with_repeated + 1
		sums.repeated = sums.repeated + repeated
	end
end

local function post(shape, why, whole, fresh, of)
	local n = (shape - 1) * PURPOSES + why
	frames[n] = frames[n] + 1
	bytes_of[n] = bytes_of[n] + whole
	if fresh > 0 then
		payload_of[n] = payload_of[n] + fresh
		sums.with_payload = sums.with_payload + 1
	end
	if whole - 14 > f.ip_bytes or fresh < f.payload then
		note_odd(whole, fresh)
	end
	if of.counted ~= sums then
		of.counted = sums
		sums.flows[of.id] = true
	end
end

local function note_time(time)
	if not sums.first then
		sums.first, sums.last = time, time
	elseif time > sums.last then
		sums.last = time
	elseif time < sums.first then
		sums.first = time
	end
end

local function find_methods(tvb)
	len_of, reported_len_of, raw_of = tvb.len, tvb.reported_len, tvb.raw
end

-- Count a frame, if it is a usual one.
function fast.count(tvb, pinfo)
	if not raw_of then
		find_methods(tvb)
	end
	local whole, readable = reported_len_of(tvb), len_of(tvb)
	if readable > whole or readable < 42 then
		return false
	end
	local bytes = raw_of(tvb, 0, readable < HELD and readable or HELD)
	local shape, id = decode(bytes, whole, readable)
	if not shape then
		return false
	end
	tvb_at_hand, f.readable = tvb, readable
	local time = view.time_of(pinfo)
	f.time = time
	if time then
		note_time(time)
	end
	local why, fresh, of = judge()
	if id ~= 0 or f.ip_bytes > 1500 or readable < whole then
		note_warnings(whole, id)
	end
	post(shape, why, whole, fresh, of)
	return true
end

local function tally(of, count, bytes)
	of.frames, of.bytes = of.frames + count, of.bytes + bytes
end

local function pour_shape(book, shape, why, n)
	local count, bytes, payload = frames[n], bytes_of[n], payload_of[n]
	for _, part in ipairs(shapes[shape]) do
		if part then
			tally(book.what[part[1]], count, part[2] * count)
		end
	end
	local options = shapes[shape][4] and shapes[shape][4][2]
	if options == 12 then
		book.usual = book.usual + count
	elseif options then
		for kind, size in pairs(of_syn) do
			tally(book.options[kind], count, size * count)
		end
	end
	tally(book, count, bytes)
	tally(book.why[why], count, bytes)
	book.why[why].payload = book.why[why].payload + payload
	book.file_frames = book.file_frames + count
	book.file_bytes = book.file_bytes + bytes
	book.of_flows = book.of_flows + bytes
	return payload
end

-- Post all that was counted to a book.
function fast.pour(book)
	local payload, what = 0, book.what
	for shape = 1, #shapes do
		for why = 1, PURPOSES do
			payload = payload + pour_shape(book, shape, why,
				(shape - 1) * PURPOSES + why)
		end
	end
	tally(what[account.payload], sums.with_payload, payload)
	tally(what[account.repeated], sums.with_repeated, sums.repeated)
	tally(what[account.padding], sums.with_padding, sums.padding)
	for kind, count in pairs(sums.warnings) do
		books.warn_of(book, kind, count)
	end
	books.hear(book, sums.application)
	for id in pairs(sums.flows) do
		books.meet(book, id)
	end
	books.note_time(book, sums.first)
	books.note_time(book, sums.last)
	fast.reset()
end

return fast
