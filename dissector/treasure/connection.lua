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
local ways, version, answers = game.ways, game.version, game.answers

local FIN, SYN, RST, ACK = 1, 2, 4, 16
local WRAP = header.WRAP -- of sequence numbers
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

local function new_side() -- next: sequence number to come
	return { next = nil, waits = nil, needs = nil, rest = nil,
		has_spoken = nil }
end

function connection.new(there, is_to_server)
	local port, address = there.to_port, there.to
	if not is_to_server then
		port, address = there.from_port, there.from
	end
	local chosen = game.fields.prefs.version
	local key = tostring(address) .. " " .. port
	servers[key] = servers[key] or {}
	local conn = { port = port, server_told = servers[key],
		version = chosen ~= 0 and chosen or nil,
		requests = {}, answered = 0, -- how many of them
		is_sure = false, -- that the next reply is to the next request
		client = new_side(), server = new_side(),
		-- Tables that grow are slow: places for most of what comes.
		id = nil, first = nil, is_whole = nil, is_begun = nil,
		is_guess = nil, shown = nil, is_closed = nil, is_left = nil }
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
	if is_visited(pinfo) or frame and not frame.is_over then
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
		answers.requests_lost(conn, gap)
	else
		conn.is_sure = conn.is_sure and gap <= 0
		side.has_spoken = true
		answers.acknowledge(conn, ack)
	end
	local number, time = frame.number, answers.time_of(pinfo, found)
	for _, event in ipairs(frame) do
		if gap + event.at < 0 then
			event.is_repeat = true
		elseif frame.is_request then
			answers.request_add(conn, event, number, time, ack)
		else
			answers.reply_add(conn, event, number, time,
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

-- An end that says something says in whose manner it does.
local function learn_by_end(conn, value)
	conn.version = conn.version or value
	if conn.version == wire.ONESHOT and not conn.is_guess then
		version.ignore_rest(conn)
	end
end

-- What it means that the client leaves, or nil: see verdict.lua.
local function left(conn, flags, seq)
	local said
	if has_flag(flags, RST) and not conn.is_closed then
		conn.is_closed = true
		said = verdict.of_client(conn)
		if said then
			learn_by_end(conn, conn.server_told.version)
		end
	elseif has_flag(flags, FIN) and not conn.is_left then
		advance(conn.client, conn.client.next or seq, 1)
	end
	conn.is_left = true
	return said
end

-- The same of the server, in frame `number`.
local function closed(conn, number, time, flags, seq, ack)
	if conn.is_closed then
		return nil
	end
	conn.is_closed = true
	if has_flag(flags, ACK) then
		answers.acknowledge(conn, ack)
	end
	local said = verdict.of_server(conn, seq, has_flag(flags, RST))
	if not said then
		return nil
	elseif not said.is_reply then
		learn_by_end(conn, conn.server_told.version)
		return said
	end
	learn_by_end(conn, wire.ONESHOT)
	if said.players then
		version.learn(conn, "players", said.players)
		answers.reply_match(conn, said, number, time, conn.server.next)
	else
		answers.reply_match(conn, said, number, time,
			conn.requests[1].ack)
	end
	return said
end

-- FIN or RST, with or without messages.
local function ended(tvb, pinfo, number, found, this, flags, seq, ack)
	local frame, said = frames[number]
	local conn = frame and frame.conn or this.conn
	if (frame or this).is_request then
		said = left(conn, flags, seq)
	else
		seq = seq + (found and 0 or header.payload_len(tvb))
		said = closed(conn, number, answers.time_of(pinfo, found),
			flags, seq, ack)
	end
	if said then
		frame = frame or connection.frame(pinfo, number, nil, this)
		frame.verdict = said
	end
end

-- At the end of each frame of interest; found: its messages.
local function end_of_frame(tvb, pinfo, number, found, src, dst)
	local flags, seq, ack = header.read(tvb, src, dst)
	if not flags then
		return
	end
	local is_event, is_syn = flags % 8 ~= 0, has_flag(flags, SYN)
	local this = (is_event or is_once and found and
		not found.way.tuple) and
		ways.at_end(tvb, pinfo, src, dst)
	if is_syn then
		seq = (seq + 1) % WRAP
		opened(this, flags, seq, found and frames[number])
	end
	if found then
		track(tvb, frames[number], found, pinfo, seq, ack)
	end
	if is_event and not is_syn and this.conn then
		ended(tvb, pinfo, number, found, this, flags, seq, ack)
	end
end

-- The same in the first pass.  With a read filter (-R) the number of a frame that
-- does not pass is the next one's, too: that shall not take it for its own.
function connection.end_of_frame(tvb, pinfo, number, found, src, dst)
	if frames[number] and frames[number].is_over then
		frames[number] = nil
	end
	end_of_frame(tvb, pinfo, number, found, src, dst)
	if frames[number] then
		frames[number].is_over = true
	end
end

return connection
