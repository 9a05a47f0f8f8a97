-- wire.lua - what the treasure game's bytes can be.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire = {
	ONESHOT = 1,
	PERSISTENT = 2,
	VERSIONS = { "one-shot", "persistent" },
	VERBS = { [2] = "up", [3] = "down", [4] = "left", [6] = "right",
		[8] = "quit", [15] = "get" },
	QUIT = 8,
	GET = 15,
	TILE = 5,              -- characters of a tile in a board's text
	ONE_MORE = 0x0fffffff, -- desegment_len: one more segment, of any size
}

local TILE = wire.TILE
local MIN_SIZE, MAX_SIZE = 2, 100 -- of boards (docs/wire-protocol.md)
local CLAIM_MAX = 64              -- commands a heuristic believes at once

function wire.board_len(size)
	return size * (TILE * size + 1)
end

-- What a reply of so many bytes is; scores say how many players there are.
wire.BODIES = { [1] = {}, [4] = { players = 2 }, [6] = { players = 3 } }
for players = 2, 3 do
	for size = MIN_SIZE, MAX_SIZE do
		wire.BODIES[2 * players + wire.board_len(size)] =
			{ players = players, size = size }
	end
end

local commands = {}
wire.verb_of, wire.player_of = {}, {} -- by the command's byte
for byte = 0, 255 do
	local verb, player = math.floor(byte / 16), math.floor(byte / 4) % 4
	wire.verb_of[byte], wire.player_of[byte] = verb, player
	commands[byte] = { verb, player, wire.VERBS[verb] ~= nil and
		(player > 0 or verb == wire.GET) }
end

-- The parts of a command byte, and whether it means anything.
function wire.command(byte)
	local parts = commands[byte]
	return parts[1], parts[2], parts[3]
end

-- A command that somebody has to give, of nobody: its player bits are 0.
function wire.is_of_nobody(verb, player)
	return player == 0 and verb ~= wire.GET and wire.VERBS[verb] ~= nil
end

-- In words, what a command byte says.
local function words_of(byte)
	local verb, player, is_known = wire.command(byte)
	if wire.is_of_nobody(verb, player) then
		return "no player: " .. wire.VERBS[verb]
	elseif not is_known then
		return ("unknown command 0x%02x"):format(byte)
	elseif player == 0 then
		return wire.VERBS[verb]
	end
	return ("player %d: %s"):format(player, wire.VERBS[verb])
end

local command_words = {}
for byte = 0, 255 do
	command_words[byte] = words_of(byte)
end

function wire.command_words(byte)
	return command_words[byte]
end

-- Why no server carries it out, whoever sends it; nil: one may.
function wire.fault(byte)
	local verb, player, is_known = wire.command(byte)
	return wire.is_of_nobody(verb, player) and "no player is named" or
		not is_known and "unknown command" or nil
end

-- In words, scores, as bytes or from byte at of tvb.
function wire.scores_in(bytes)
	local a, b, c, d, e, f = bytes:byte(1, 6)
	if not e then
		return ("%d : %d"):format(a * 256 + b, c * 256 + d)
	end
	return ("%d : %d : %d"):format(a * 256 + b, c * 256 + d, e * 256 + f)
end

function wire.scores_text(tvb, at, players)
	return wire.scores_in(tvb:raw(at, 2 * players))
end

local function is_tile(tvb, at)
	return at + 3 <= tvb:len() and tvb:raw(at, 3):find("^ [ $]%.") ~= nil
end

-- How many bytes from the first on may be of a board's text.
function wire.text_len(bytes)
	return (bytes:find("[^ $.1-3\n]") or #bytes + 1) - 1
end

-- The size of the board whose text begins at byte at: nil if it takes more
-- bytes to tell, false if this is no board.
function wire.board_size(tvb, at)
	local row = tvb:raw(at, math.min(tvb:len() - at, TILE * MAX_SIZE + 1))
	local feed = row:find("\n", 1, true)
	if #row >= 3 and not is_tile(tvb, at) then
		return false
	elseif not feed then
		return #row <= TILE * MAX_SIZE and nil
	end
	local size = math.floor((feed - 1) / TILE)
	return size >= MIN_SIZE and feed - 1 == TILE * size and size
end

-- How many players' scores begin a one-shot reply: nil if it takes more bytes
-- to tell, false if this is no reply.  known is what the server said before.
function wire.players(tvb, known)
	local len = tvb:reported_len()
	if is_tile(tvb, 4) then
		return 2
	elseif is_tile(tvb, 6) or len == 6 and tvb:len() > 4 and
		tvb(4, 1):uint() ~= 32 then
		return 3
	elseif len == 4 and known ~= 3 then
		return 2
	elseif len > 8 then
		return false
	end
	return nil
end

-- Where a capture begins within a reply, the end of one tile before another
-- looks like scores.
local function is_text(tvb, len)
	return tvb:raw(0, len):find("%.[ 1-3] \n?$") ~= nil
end

-- A board behind six bytes: scores of three players, or a length that fits and
-- scores of two.  Where both are possible only player 3 tells, who would stand
-- on the board.
local function version_behind_six(tvb, lead, seen)
	local size = wire.board_size(tvb, 6)
	if size == nil then
		return nil
	elseif not size or lead ~= 4 + wire.board_len(size) then
		return wire.ONESHOT
	elseif tvb:len() >= 2 + lead then
		return tvb:raw(6, wire.board_len(size)):find("%.3") and
			wire.ONESHOT or wire.PERSISTENT
	elseif tvb:reported_len() < 2 + lead then
		return nil
	end
	return seen.is_start and wire.ONESHOT or wire.PERSISTENT -- cut by snaplen
end

-- 00 01 would be a score of 1, which no one has; but an id is not asked for,
-- so that all of a segment, in answer to a command, may be such scores.
local function version_of_id(tvb, _, seen)
	local len, is_asked = tvb:len(), seen.commands > 0
	if is_asked and len == 4 and not seen.is_joined or
		(is_asked or not seen.is_start) and tvb(2, 1):uint() == 0 then
		return (len == 4 or len == 6) and wire.ONESHOT or nil
	end
	return wire.PERSISTENT
end

-- The same, of the first bytes of a connection whose start was captured: what
-- does not begin with an id is one-shot, unless no score is like that.
local function version_at_start(tvb, lead, seen)
	local len = tvb:len()
	if lead == 4 and (len > 4 or seen.is_joined) then
		return len > 5 and wire.PERSISTENT or nil
	elseif len == 4 or len == 6 then
		return wire.ONESHOT
	elseif lead == 6 and len >= 8 and
		not tvb:raw(6, 2):find("^ [ $]") then
		return wire.PERSISTENT
	end
	return nil
end

-- And somewhere within: what looks like a length may be a score.
local function version_midway(tvb, lead, seen)
	local len, body = tvb:len(), wire.BODIES[lead]
	if lead == 4 then
		return len >= 6 and wire.PERSISTENT or nil
	elseif lead == 6 and len >= 8 and
		not tvb:raw(6, 2):find("^ [ $]") then
		return wire.PERSISTENT
	elseif (len == 4 or len == 6) and not (body and seen.is_joined) and
		tvb:raw(0, len):find("[^ $.1-3\n]") then
		return wire.ONESHOT
	end
	return nil
end

--[[
The version by what the server said first, as far as it was captured: nil if it
takes more bytes, false if they fit neither.  What was seen so far is

   is_start   nothing is missing before these bytes
   is_joined  they came in more than one segment
   commands   how many the client has sent

Scores are 0 or at least 5 points.
]]
function wire.version(tvb, seen)
	local len = tvb:len()
	if len < 3 then
		return nil
	end
	local lead = tvb(0, 2):uint()
	local body = wire.BODIES[lead]
	if not seen.is_start and seen.commands > 1 then
		return body and wire.PERSISTENT or false
	elseif is_tile(tvb, 4) then
		return (seen.is_start or not is_text(tvb, 4)) and wire.ONESHOT
	elseif body and body.players == 3 and body.size and is_tile(tvb, 8) then
		return wire.PERSISTENT
	elseif is_tile(tvb, 6) then
		if not seen.is_start and is_text(tvb, 6) then
			return false
		end
		return version_behind_six(tvb, lead, seen)
	end
	local tell = lead == 1 and version_of_id or
		seen.is_start and version_at_start or version_midway
	local version = tell(tvb, lead, seen)
	if version == nil and len >= 11 then
		return false
	end
	return version
end

-- Who would say this first, "client" or "server"?  Nil: not in this game.
function wire.speaker(tvb)
	local bytes = tvb:raw(0, math.min(tvb:len(), CLAIM_MAX))
	local lead = #bytes > 1 and tvb(0, 2):uint() or 0
	local body = wire.BODIES[lead]
	if lead == 1 and bytes:find("^..[\1-\3]$") or
		lead == 4 and #bytes == 6 or
		is_tile(tvb, 4) or is_tile(tvb, 6) or
		body and body.size and is_tile(tvb, 2 + 2 * body.players) then
		return "server"
	end
	for i = 1, #bytes do
		local _, _, is_known = wire.command(bytes:byte(i))
		if not is_known or bytes:byte(i) % 4 > 0 then
			return nil
		end
	end
	return tvb:len() <= CLAIM_MAX and "client" or nil
end

return wire
