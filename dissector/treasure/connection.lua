-- connection.lua - what the first pass learns of connections and answers.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

--[[
The dissector sees payload; sequence numbers and flags come at the end of each
frame, from its TCP header.  Fields of Wireshark's own would be easier, and are
not there in tshark's first pass of two.  What is found is kept by frame, so
that later looks change nothing.
]]
local wire, header, verdict = game.wire, game.header, game.verdict
local ways = game.ways

local FIN, SYN, RST, ACK = 1, 2, 4, 16
local WRAP = header.WRAP -- of sequence numbers
local LOST_MAX = 1000   -- commands believed lost in one gap
local AGAIN_MAX = 65536 -- bytes after which SYN is no more a repeated one

local connection = {}

local is_once = game.tshark.is_once -- then no frame is looked at again

local function is_visited(pinfo)
	return not is_once and pinfo.visited
end

local frames  -- by number: its connection, direction, messages, end
local servers -- by address and port: version and players, as known so far
local learned -- ports of servers found by Decode As or the heuristic
connection.listed = {} -- ports of servers by preference

function connection.reset()
	ways.reset()
	frames, servers, learned = {}, {}, {}
end

function connection.new(there, is_to_server)
	local port, address = there.to_port, there.to
	if not is_to_server then
		port, address = there.from_port, there.from
	end
	local version = game.fields.prefs.version
	local key = tostring(address) .. " " .. port
	servers[key] = servers[key] or {}
	local conn = { port = port, server_told = servers[key],
		version = version ~= 0 and version or nil,
		requests = {}, answered = 0, -- how many of them
		is_sure = false, -- that the next reply is to the next request
		client = {}, server = {} } -- next: sequence number to come
	local back = ways.back(there)
	back.conn, back.is_request = conn, not is_to_server
	there.conn, there.is_request = conn, is_to_server
	return conn
end

-- Which side is the server's?  The port says it, by preference or Decode As.
local function is_request_by_port(pinfo)
	local listed, src, dst = connection.listed, pinfo.src_port, pinfo.dst_port
	if listed[src] == listed[dst] then
		return src == dst or pinfo.match_uint ~= src
	end
	return listed[dst] == true
end

-- What is known of this frame: its connection and direction; messages, one
-- after the other, at [1], [2], ...  A connection is made in the first pass
-- where there is none; is_request says then who speaks, nil: ask the ports;
-- `this` is the frame's way, if it is known.
function connection.frame(pinfo, number, is_request, this)
	local frame = frames[number]
	if frame or is_visited(pinfo) then
		return frame
	end
	this = this or ways.of(pinfo)
	if not this.conn then
		if is_request == nil then
			is_request = is_request_by_port(pinfo)
		end
		connection.new(this, is_request)
	end
	frame = { nil, conn = this.conn, is_request = this.is_request,
		way = this, number = number, version = nil, verdict = nil }
	frames[number] = frame
	return frame
end

function connection.forget(number) -- nobody will look at it again
	frames[number] = nil
end

function connection.known(number) -- the same, if there was anything to know
	return frames[number]
end

-- Is one of the ports a server's?
function connection.is_of_interest(src, dst)
	local listed = connection.listed
	return listed[src] or listed[dst] or learned[src] or learned[dst]
end

-- Is the server's port one where the game is played?
function connection.is_ours(conn, pinfo)
	if not (connection.listed[conn.port] or conn.is_found or
		pinfo.match_uint == conn.port) then
		return false -- somebody's client has our port by chance
	end
	learned[conn.port] = true
	return true
end

function connection.learn(conn, what, value)
	conn.server_told[what] = value
	if what == "version" then
		conn.version = value
	end
end

-- Nothing that the server has said is missing before this frame.
function connection.is_start(conn)
	return conn.is_whole and not conn.is_begun
end

-- And it says this of its own accord.
function connection.is_unasked(conn)
	return connection.is_start(conn) and #conn.requests == 0
end

-- This is how the server speaks, as its first bytes say.  What was captured
-- from the middle on and looks like one-shot may turn out not to be.
function connection.set_version(conn, version)
	conn.is_guess = version == wire.ONESHOT and not connection.is_start(conn)
	connection.learn(conn, "version", version)
	if version == wire.ONESHOT and not conn.is_guess then
		for i = 2, #conn.requests do
			conn.requests[i].is_ignored = true
		end
	end
end

---- Answers ----

-- Commands that were not captured hold their places, so that replies match.
local function requests_lost(conn, count)
	for _ = 1, math.min(count, LOST_MAX) do
		conn.requests[#conn.requests + 1] = {}
	end
end

-- Player 0 is nobody: an unknown command, and no other's.
function connection.is_wrong_seat(conn, verb, player)
	return conn.id ~= nil and verb ~= wire.GET and player ~= 0 and
		player ~= conn.id
end

local function look_at_seat(conn, request)
	request.is_wrong_seat = connection.is_wrong_seat(conn, request.verb,
		request.player)
end

-- Some commands may have left before their sender read which seat it has.
local function seated(conn, id)
	conn.id = id
	for i = conn.answered + 1, #conn.requests do
		if conn.requests[i].frame then
			look_at_seat(conn, conn.requests[i])
		end
	end
end

-- When a frame came.  Only those who look at the tree see times.
local function time_of(pinfo, found)
	return is_once and found and not found.is_wanted and 0 or pinfo.rel_ts
end

local function request_add(conn, event, number, time, ack)
	if conn.is_guess and conn.server.has_spoken then
		conn.version, conn.is_guess = wire.PERSISTENT, nil
		connection.learn(conn, "version", wire.PERSISTENT)
	end
	event.verb, event.player, event.is_known = wire.command(event.byte)
	event.frame, event.time, event.ack = number, time, ack
	event.is_ignored = conn.version == wire.ONESHOT and #conn.requests > 0
	look_at_seat(conn, event)
	conn.requests[#conn.requests + 1] = event
end

-- After a gap, a reply that begins where the client stood when it sent a
-- command is that command's; others are left without one.
local function make_sure(conn, seq)
	for i = conn.answered + 1, #conn.requests do
		if conn.requests[i].ack == seq then
			conn.answered, conn.is_sure = i - 1, true
			return
		end
	end
end

local settled = {} -- in place of every command that is answered

-- An answered command is not looked at again but to be shown, in a later look;
-- the first is asked for by a one-shot connection's end.
function connection.settle(conn)
	if is_once and conn.answered > 1 then
		conn.requests[conn.answered] = settled
	end
end

local function reply_match(conn, event, number, time, seq)
	if not conn.is_sure then
		make_sure(conn, seq)
	end
	if not conn.is_sure then
		return
	end
	local request = conn.requests[conn.answered + 1]
	event.is_orphan = request == nil
	if request then
		conn.answered = conn.answered + 1
		connection.settle(conn)
	end
	if request and request.frame then
		request.reply_frame = number
		event.request, event.time = request, time - request.time
	end
end

local function reply_add(conn, event, number, time, seq)
	if event.kind == "noise" then
		conn.is_sure = false -- who knows how many replies these were
	elseif event.kind == "id" then
		seated(conn, event.id)
	elseif event.kind == "more" then -- of a one-shot reply
		event.request, event.time = conn.first.request, conn.first.time
	else
		reply_match(conn, event, number, time, seq)
		conn.first = conn.first or event
	end
end

-- Has the server acknowledged commands that we have not seen?
local function acknowledge(conn, ack)
	local client = conn.client
	local ahead = client.next and (ack - client.next) % WRAP or 0
	if ahead > 0 and ahead < WRAP / 2 then
		requests_lost(conn, ahead)
		client.next = ack
	end
end

-- Bytes have come; returns how many before them are missing (negative: how
-- many of them are repeated).
local function advance(side, seq, len)
	local gap = side.next and (seq - side.next) % WRAP or 0
	if gap >= WRAP / 2 then
		gap = gap - WRAP
	end
	if side.next == nil or gap + len > 0 then
		side.next = (seq + len) % WRAP
	end
	return gap
end

-- Have bytes of the server been captured before, or are some known to be
-- missing?
local function note_begun(conn, is_request, found, gap, ack)
	local server = conn.server
	if is_request then
		conn.is_begun = conn.is_begun or server.next ~= nil and
			not server.has_spoken and ack ~= server.next
	else
		conn.is_begun = conn.is_begun or gap ~= 0 or found.len > 0
	end
end

-- Of a segment that repeats bytes, TCP may hand over only what is new: how many
-- bytes it left out before that.
local function left_out(tvb, found, side, seq)
	local behind = side.next and (side.next - seq) % WRAP or 0
	if behind == 0 or behind >= WRAP / 2 or found:is_joined() then
		return 0
	end
	return math.max(0, header.payload_len(tvb) - found.handed)
end

-- A frame's messages, as game.messages found them: see there.
local function track(tvb, frame, found, pinfo, seq, ack)
	local conn = frame.conn
	local side = frame.is_request and conn.client or conn.server
	if (side.waits or 0) > 0 and found:is_joined() then
		seq = side.next
	end
	seq = (seq + left_out(tvb, found, side, seq)) % WRAP
	local gap = advance(side, seq, found.len)
	side.waits, side.needs, side.rest = found.waits, found.needs, found.rest
	note_begun(conn, frame.is_request, found, gap, ack)
	if frame.is_request then
		requests_lost(conn, gap)
	else
		conn.is_sure = conn.is_sure and gap <= 0
		side.has_spoken = true
		acknowledge(conn, ack)
	end
	local number, time = frame.number, time_of(pinfo, found)
	for _, event in ipairs(frame) do
		if gap + event.at < 0 then
			event.is_repeat = true
		elseif frame.is_request then
			request_add(conn, event, number, time, ack)
		else
			reply_add(conn, event, number, time,
				(seq + event.at) % WRAP)
		end
	end
end

---- Connections' beginnings and ends ----

local function has_flag(flags, flag)
	return math.floor(flags / flag) % 2 == 1
end

-- SYN says who the client is, and where a stream begins.  With data in it
-- (TCP Fast Open) there is a frame, perhaps of an older connection.
local function opened(this, flags, first, frame)
	local is_answer = has_flag(flags, ACK)
	local conn = this.conn
	local side = is_answer and "server" or "client"
	local ahead = conn and ((conn[side].next or first) - first) % WRAP
	if not conn or ahead > AGAIN_MAX then
		conn = connection.new(this, not is_answer)
		ahead = 0
		if frame then
			frame.conn = conn
		end
	end
	if ahead > 0 then
		return -- seen before
	end
	conn.is_sure, conn.is_whole = true, true
	conn[side].next = first
end

local function left(frame, flags, seq)
	local conn = frame.conn
	if has_flag(flags, RST) and not conn.is_closed then
		conn.is_closed = true
		frame.verdict = verdict.of_client(conn)
	elseif has_flag(flags, FIN) and not conn.is_left then
		advance(conn.client, conn.client.next or seq, 1)
	end
	conn.is_left = true
end

local function closed(frame, time, flags, seq, ack)
	local conn = frame.conn
	if conn.is_closed then
		return
	end
	conn.is_closed = true
	if has_flag(flags, ACK) then
		acknowledge(conn, ack)
	end
	local said = verdict.of_server(conn, seq, has_flag(flags, RST))
	frame.verdict = said
	if not said or not said.is_reply then
		conn.version = conn.version or said and conn.server_told.version
		return
	end
	conn.version = wire.ONESHOT
	if said.players then
		connection.learn(conn, "players", said.players)
		reply_match(conn, said, frame.number, time, conn.server.next)
	else
		reply_match(conn, said, frame.number, time,
			conn.requests[1].ack)
	end
end

-- First pass, at the end of each frame of interest; found: its messages.
function connection.end_of_frame(tvb, pinfo, number, found, src, dst)
	local flags, seq, ack = header.read(tvb, src, dst)
	if not flags then
		return
	end
	local is_syn = has_flag(flags, SYN)
	local this = flags % 8 ~= 0 and
		ways.between(pinfo.src, src, pinfo.dst, dst)
	if is_syn then
		seq = (seq + 1) % WRAP
		opened(this, flags, seq, found and frames[number])
	end
	if found then
		track(tvb, frames[number], found, pinfo, seq, ack)
	end
	if this and not is_syn and this.conn then
		local frame = connection.frame(pinfo, number, nil, this)
		if frame.is_request then
			left(frame, flags, seq)
		else
			seq = seq + (found and 0 or header.payload_len(tvb))
			closed(frame, time_of(pinfo, found), flags, seq, ack)
		end
	end
end

return connection
