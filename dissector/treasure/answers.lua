-- answers.lua - which command a reply answers.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire, version = game.wire, game.version
local verb_of, player_of, GET = wire.verb_of, wire.player_of, wire.GET
local WRAP = game.header.WRAP
local is_once = game.tshark.is_once -- then no frame is looked at again

local LOST_MAX = 1000 -- commands without answer, if some of them are lost

local answers = {}

local lost = {} -- in place of every command that was not captured

-- Commands that were not captured hold their places, so that replies match; too
-- many of them, and who knows.
function answers.requests_lost(conn, count)
	local requests = conn.requests
	local room = conn.answered + LOST_MAX - #requests
	if count > room then
		conn.is_sure = false
	end
	for _ = 1, math.min(count, room) do
		requests[#requests + 1] = lost
	end
end

-- Player 0 is nobody, and no other.
function answers.is_wrong_seat(conn, value)
	local player = player_of[value]
	return conn.id ~= nil and verb_of[value] ~= GET and player ~= 0 and
		player ~= conn.id
end

local function look_at_seat(conn, request)
	if answers.is_wrong_seat(conn, request.byte) then
		request.is_wrong_seat = true
	end
end

-- Some commands may have left before their sender read which seat it has.  A
-- server says it but once: of a flood of ids only the first looks back.
local function seated(conn, id)
	local is_first = conn.id == nil
	conn.id = id
	if not is_first then
		return
	end
	for i = conn.answered + 1, #conn.requests do
		if conn.requests[i].frame then
			look_at_seat(conn, conn.requests[i])
		end
	end
end

-- When a frame came.  Only those who look at the tree see times.
function answers.time_of(pinfo, found)
	return is_once and found and not found.is_wanted and 0 or pinfo.rel_ts
end

-- A command's event: its byte, and how it was sent, or nil if that shows later.
-- Tables that grow are slow, so it has places for all but the rare is_ignored
-- and is_wrong_seat, which are not even set to false.
function answers.command(value, number, time, ack)
	return { kind = "command", byte = value, verb = verb_of[value],
		at = 0, frame = number, time = time, ack = ack }
end

function answers.request_add(conn, event, number, time, ack)
	version.unguess(conn)
	if conn.version == wire.ONESHOT and #conn.requests > 0 then
		event.is_ignored = true
	end
	event.frame, event.time, event.ack = number, time, ack
	look_at_seat(conn, event)
	conn.requests[#conn.requests + 1] = event
end

-- After a gap, a reply that begins where the client stood when it sent a
-- command is that command's; others are left without one.
local function make_sure(conn, seq)
	local requests, by_ack = conn.requests, conn.by_ack or {}
	for i = math.max(conn.indexed or 0, conn.answered) + 1, #requests do
		local ack = requests[i].ack
		if ack and (by_ack[ack] or 0) <= conn.answered then
			by_ack[ack] = i
		end
	end
	conn.by_ack, conn.indexed = by_ack, #requests
	local i, next = by_ack[seq] or 0, conn.answered + 1
	if i < next and requests[next] and requests[next].ack == seq then
		i = next
	end
	if i >= next then
		conn.answered, conn.is_sure = i - 1, true
	end
end

local settled = {} -- in place of every command that is answered

-- An answered command is not looked at again but to be shown, in a later look;
-- the first is asked for by a one-shot connection's end.
function answers.settle(conn)
	if is_once and conn.answered > 1 then
		conn.requests[conn.answered] = settled
	end
end

-- A server that has carried out a step for another player will again, so that
-- a seat is no reason to refuse.
local function note_trust(conn, request, event)
	local told = conn.server_told
	told.trusts = told.trusts or event.is_scores
	request.is_trusted = told.trusts
end

function answers.reply_match(conn, event, number, time, seq)
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
		answers.settle(conn)
	end
	if request and request.is_wrong_seat then
		note_trust(conn, request, event)
	end
	if request and request.frame then
		request.reply_frame = number
		event.request, event.time = request, time - request.time
	end
end

function answers.reply_add(conn, event, number, time, seq)
	if event.kind == "noise" then
		conn.is_sure = false -- who knows how many replies these were
	elseif event.kind == "id" then
		seated(conn, event.id)
	elseif event.kind == "more" then -- of a one-shot reply, if it is known
		local first = conn.first or event
		event.request, event.time = first.request, first.time
	else
		answers.reply_match(conn, event, number, time, seq)
		conn.first = conn.first or event
	end
end

-- Has the server acknowledged commands that we have not seen?
function answers.acknowledge(conn, ack)
	local client = conn.client
	local ahead = client.next and (ack - client.next) % WRAP or 0
	if ahead > 0 and ahead < WRAP / 2 then
		answers.requests_lost(conn, ahead)
		client.next = ack
	end
end

return answers
