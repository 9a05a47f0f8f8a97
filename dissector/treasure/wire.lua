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
local MIN_SIZE, MAX_SIZE = 2, 114 -- boards that fit a 16-bit length
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

-- The parts of a command byte, and whether it means anything.
function wire.command(byte)
	local verb, player = math.floor(byte / 16), math.floor(byte / 4) % 4
	return verb, player, wire.VERBS[verb] ~= nil and
		(player > 0 or verb == wire.GET)
end

-- In words, what a command byte says.
local function words_of(byte)
	local verb, player, is_known = wire.command(byte)
	if not is_known then
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

-- In words, scores from byte at of tvb.
function wire.scores_text(tvb, at, players)
	if players == 2 then
		return ("%d : %d"):format(tvb(at, 2):uint(), tvb(at + 2, 2):uint())
	end
	return ("%d : %d : %d"):format(tvb(at, 2):uint(),
		tvb(at + 2, 2):uint(), tvb(at + 4, 2):uint())
end

local function is_tile(tvb, at)
	return at + 3 <= tvb:len() and tvb:raw(at, 3):find("^ [ $]%.") ~= nil
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

-- The version by the server's first bytes: nil if it takes more of them, false
-- if they fit neither.  Scores are 0 or at least 5 points, so no one-shot reply
-- begins with 00 01 or 00 04.
function wire.version(tvb, commands)
	local len = tvb:len()
	if len < 2 then
		return nil
	end
	local lead = tvb(0, 2):uint()
	local body = wire.BODIES[lead]
	local is_bare = is_tile(tvb, 4) or is_tile(tvb, 6)
	if lead == 1 and len < 3 or lead == 4 and len < 3 then
		return nil
	elseif lead == 1 and tvb:raw(2, 1):find("[\1-\3EO]") or
		lead == 4 and not is_tile(tvb, 4) then
		return wire.PERSISTENT
	elseif body and body.size then
		if is_tile(tvb, 2 + 2 * body.players) then
			return wire.PERSISTENT
		elseif len < 11 and not is_bare then
			return nil
		end
	elseif lead == 6 and (commands > 1 or len > 6 and not is_bare) then
		return wire.PERSISTENT
	end
	if is_bare or (len == 4 or len == 6) and
		tvb:raw(0, len):find("[^ $.1-3\n]") then
		return wire.ONESHOT
	elseif len >= 11 then
		return false
	end
	return nil
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
