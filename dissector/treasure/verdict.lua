-- verdict.lua - what it means that a connection of the game ends.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

--[[
A verdict is nil, if the end says nothing, or

   words      what it says
   problem    an expert, or nil
   is_reply   the end is the reply to a one-shot command, or completes it
   players, bytes   scores that only the end shows to be a whole reply
   is_full    all seats taken
]]
local wire = game.wire
local experts = game.fields.experts
local WRAP = game.header.WRAP

local verdict = {}

local function plural(count, what)
	return ("%d %s%s"):format(count, what, count == 1 and "" or "s")
end

local function without_reply(count)
	return { problem = experts.unanswered,
		words = plural(count, "command") .. " without reply" }
end

-- Bytes that might have been the beginning of more, but are all: scores?
local function scores(conn)
	local bytes, request = conn.server.rest, conn.requests[1]
	if conn.version == wire.PERSISTENT or conn.shown or
		not (bytes and (#bytes == 4 or #bytes == 6)) or
		#bytes ~= conn.server.waits or
		not bytes:find("[^ $.1-3\n]") or
		request and request.verb == wire.GET then
		return nil
	end
	local players = #bytes == 4 and 2 or 3
	return { words = "scores " .. wire.scores_in(bytes), is_reply = true,
		players = players, bytes = bytes }
end

-- The server has said nothing, to this first command.  A refusal ends as all
-- replies do; by a reset, the server may have not even read the command.
local function silence(conn, request, is_reset)
	local _, player = wire.command(request.byte)
	local fault = wire.fault(request.byte)
	if is_reset then
		return { words = "nothing: reset", problem = experts.unanswered }
	elseif fault then
		return { words = "nothing: " .. fault, is_reply = true }
	elseif request.verb == wire.QUIT then
		return { words = "nothing: goodbye", is_reply = true }
	elseif request.verb == wire.GET then -- nobody refuses that
		return { words = "nothing: no answer, or all seats taken",
			problem = experts.unanswered }
	elseif player > 2 and conn.server_told.players ~= 3 then
		return { words = "nothing: illegal step, or no such player",
			is_reply = true, problem = experts.illegal }
	end
	return { words = "nothing: refused", is_reply = true,
		problem = experts.illegal }
end

-- A persistent server has not even said an id.  It closes where all seats are
-- taken; by a reset it may have had no room, or left a command unread.  Without
-- its SYN nobody knows that nothing came before.
local function turned_away(conn, request, is_reset)
	if not conn.is_whole or not conn.server.next or conn.is_left then
		return nil
	elseif not is_reset then
		return { words = "all seats taken", is_full = true }
	end
	return request and { problem = experts.unanswered,
		words = "nothing: no room, or all seats taken" } or nil
end

-- How many bytes of the server came before this end, behind those that were
-- made out; nil: some of them were not captured, or not in their order.
local function bytes_left(conn, seq)
	local server, request = conn.server, conn.requests[1]
	local start = server.next or request and request.ack
	local ahead = start and (seq - start) % WRAP or 0
	local waits = server.waits or 0
	if ahead <= waits or ahead >= WRAP / 2 then
		return waits
	elseif waits > 0 and ahead < (server.needs or 0) then
		return ahead
	end
	return nil
end

-- The server has closed, or reset, at this sequence number.
function verdict.of_server(conn, seq, is_reset)
	local left = #conn.requests - conn.answered
	local bytes = bytes_left(conn, seq)
	if not bytes then
		return nil
	elseif bytes > 0 then
		return scores(conn) or { problem = experts.cut,
			words = "reply cut short after " ..
				plural(bytes, "byte") }
	elseif conn.server.has_spoken then
		return conn.version == wire.PERSISTENT and left > 0 and
			without_reply(left) or nil
	end
	local version = conn.version or conn.server_told.version
	local request = conn.requests[1]
	if version == wire.PERSISTENT or version == nil and not request then
		return turned_away(conn, request, is_reset)
	elseif not request or not request.frame then
		return nil
	end
	return silence(conn, request, is_reset)
end

-- The client has reset the connection: no reply will come any more.
function verdict.of_client(conn)
	local left = #conn.requests - conn.answered
	if (conn.version or conn.server_told.version) == wire.ONESHOT then
		local is_whole = conn.server.has_spoken and
			conn.server.waits == 0
		left = is_whole and 0 or math.min(left, 1)
	end
	return left > 0 and without_reply(left) or nil
end

return verdict
