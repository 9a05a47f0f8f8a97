-- steady.lua - the usual message of a persistent game, in one go.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

--[[
To cut a message out of its frame and to find what answers what costs more than
Wireshark's own dissection.  Where tshark prints lines and nobody looks at the
tree, a frame that holds one command or one short reply, and goes on where its
sender stood, needs little of it.  The dissector puts such a message aside; at
the end of the frame its TCP header tells whether it is one, and if not,
messages.dissect has it then: it is whole, so that TCP need not be asked for
more.
]]
local wire, header, connection = game.wire, game.header, game.connection
local show = game.show
local byte = string.byte

local steady = {
	tvb = nil, -- of the message put aside
	len = 0,   -- its bytes
}

local SHORT = 8 -- bytes of the longest reply without a board

local known -- by ports: ways of persistent games, and what header.tuple says
local this  -- of the message put aside
local bytes, words

function steady.reset()
	known, this, steady.tvb = {}, nil, nil
end

-- The frame at its end was one of such a game.
function steady.learn(tvb, way)
	local tuple = way.conn.version == wire.PERSISTENT and header.tuple(tvb)
	known[way.from_port * 65536 + way.to_port] = tuple and
		{ way = way, tuple = tuple } or nil
end

-- Has all that may decide how its bytes are read been decided?
local function is_settled(conn)
	return conn.version == wire.PERSISTENT and conn.is_begun and
		conn.server.has_spoken and conn.is_sure and not conn.is_guess
end

-- Put the message aside, if it may be a usual one.
function steady.put_aside(tvb, pinfo, len)
	if len > SHORT then
		return false
	end
	this = known[pinfo.src_port * 65536 + pinfo.dst_port]
	local way = this and this.way
	if not way or not is_settled(way.conn) or tvb:reported_len() > len then
		return false
	end
	bytes = tvb:raw()
	if way.is_request then
		words = len == 1 and show.brief_command(byte(bytes))
	else
		words = len > 3 and show.brief_reply(bytes, len)
	end
	if not words then
		return false
	end
	steady.tvb, steady.len = tvb, len
	return true
end

-- A command, unless its sender sits elsewhere.
local function ask(conn, pinfo, ack)
	local value = byte(bytes)
	local verb, player = wire.command(value)
	if connection.is_wrong_seat(conn, verb, player) then
		return false
	end
	conn.requests[#conn.requests + 1] = { kind = "command", byte = value,
		frame = pinfo.number, time = 0, ack = ack, verb = verb,
		player = player, is_known = true }
	return true
end

-- A reply to the next command, if there is one.
local function answer(conn, ack)
	if ack ~= conn.client.next or not conn.requests[conn.answered + 1] then
		return false
	end
	conn.answered = conn.answered + 1
	connection.settle(conn)
	return true
end

-- At the end of the frame: what the message says, as connection.lua and
-- show.lua would have it; nil if it is none of the usual ones.
function steady.finish(tvb, pinfo)
	local conn, is_request = this.way.conn, this.way.is_request
	local side = is_request and conn.client or conn.server
	local seq, ack = header.read_data(tvb, this.tuple, steady.len)
	if not seq or seq ~= side.next or (side.waits or 0) > 0 then
		return nil
	end
	local is_usual
	if is_request then
		is_usual = ask(conn, pinfo, ack)
	else
		is_usual = answer(conn, ack)
	end
	if not is_usual then
		return nil
	end
	side.next = (seq + steady.len) % header.WRAP
	steady.tvb = nil
	return words
end

return steady
