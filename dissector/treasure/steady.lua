-- steady.lua - the usual message of a game, in one go.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

--[[
To cut a message out of its frame and to find what answers what costs more than
Wireshark's own dissection.  Where tshark prints lines and nobody looks at the
tree, a frame that goes on where its sender stood and holds one command, or one
reply without a board, needs little of it.  The dissector puts such a message
aside; at the end of the frame its TCP header tells whether it is one, and if
not, messages.dissect has it then.  So only what TCP need not be asked more bytes
for, however it is read, is put aside.
]]
local wire, header, show = game.wire, game.header, game.show
local ways, version, answers = game.ways, game.version, game.answers
local connection, messages = game.connection, game.messages
local byte = string.byte

local steady = {
	tvb = nil, -- of the message put aside
	len = 0,   -- its bytes
}

local SHORT = 8 -- bytes of the longest reply without a board

local way          -- of the message put aside; only tshark's only pass has tuples
local bytes, words -- its own, and what it says

function steady.reset()
	steady.tvb = nil
end

-- Has all that may decide how a persistent server's bytes are read been decided?
local function is_settled(conn)
	return conn.is_begun and conn.server.has_spoken and conn.is_sure and
		not conn.is_guess
end

-- Is this the one reply of a one-shot connection, if it has four bytes?
local function is_first_reply(conn)
	local request = conn.requests[1]
	return version.is_start(conn) and conn.is_sure and not conn.shown and
		request and request.verb and request.verb ~= wire.GET and
		not conn.requests[2] and conn.answered == 0 and
		conn.server_told.players ~= 3
end

-- What a reply says, or false if it is not sure to be whole.
local function reply_words(conn, len)
	if conn.version == wire.PERSISTENT then
		return is_settled(conn) and len > 3 and
			show.brief_reply(bytes, len)
	end
	return len == 4 and is_first_reply(conn) and
		"scores " .. wire.scores_in(bytes)
end

-- Put the message aside, if it may be a usual one.  In a segment that an error
-- message (ICMP) quotes it is none: at the end its addresses are not to be had.
function steady.put_aside(tvb, pinfo, tree, len)
	if len > SHORT then
		return false
	end
	way = ways.by_ports(pinfo.src_port, pinfo.dst_port)
	local conn = way and way.tuple and not way.next and way.conn
	if not conn or messages.is_wanted(tree, false) or
		tvb:reported_len() > len or pinfo.in_error_pkt or
		not connection.is_ours(conn, pinfo) then
		return false
	end
	bytes = tvb:raw()
	if way.is_request then
		words = len == 1 and show.brief_command(byte(bytes))
	else -- of segments put together (0) the first's sequence number is gone
		words = tvb:offset() > 0 and reply_words(conn, len)
	end
	if not words then
		return false
	end
	steady.tvb, steady.len = tvb, len
	return true
end

-- A command where one is due, unless its sender sits elsewhere.
local function ask(conn, ack, pinfo)
	local requests, server = conn.requests, conn.server
	local value = byte(bytes)
	if conn.is_guess or conn.version == wire.ONESHOT and requests[1] or
		not conn.is_begun and not server.has_spoken and
		server.next and server.next ~= ack or
		answers.is_wrong_seat(conn, value) then
		return false
	end
	requests[#requests + 1] = answers.command(value, pinfo.number, 0, ack)
	return true
end

-- A reply to the next command, if there is one.
local function answer(conn, ack)
	local request = conn.requests[conn.answered + 1]
	if ack ~= conn.client.next or not request or request.is_wrong_seat then
		return false
	end
	conn.answered = conn.answered + 1
	if conn.version == wire.PERSISTENT then
		answers.settle(conn)
		return true
	end
	version.set(conn, wire.ONESHOT)
	conn.shown, conn.is_begun, conn.server.has_spoken = 2, true, true
	conn.first, conn.server.waits = { request = request, time = 0 }, 0
	return true
end

-- At the end of the frame: what the message says, as connection.lua and
-- show.lua would have it; nil if it is none of the usual ones.
function steady.finish(tvb, pinfo)
	local conn, take = way.conn, way.is_request and ask or answer
	local side = way.is_request and conn.client or conn.server
	local seq, ack = header.read_data(tvb, way.tuple, steady.len)
	if not seq or seq ~= side.next or (side.waits or 0) > 0 or
		not take(conn, ack, pinfo) then
		return nil
	end
	side.next = (seq + steady.len) % header.WRAP
	steady.tvb = nil
	return words
end

return steady
