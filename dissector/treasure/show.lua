-- show.lua - the treasure game's messages in the packet tree.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire = game.wire
local proto, fields = game.fields.proto, game.fields.list
local experts = game.fields.experts
local TILE = wire.TILE

-- Each shows a message and returns its item and what it says in words.
local show = {}

function show.data(tvb, tree, words)
	if words == "not a reply" and
		wire.text_len(tvb:raw()) == tvb:len() then
		words = "part of a board"
	end
	local item = tree:add(proto, tvb())
	local range = item:add(fields.data, tvb())
	if words:find("^not a reply") then
		range:add_proto_expert_info(experts.body)
	end
	return item, words
end

function show.command(range, tree)
	local byte = range:uint()
	local verb, player, is_known = wire.command(byte)
	local item = tree:add(proto, range)
	item:add(fields.byte, range)
	local verb_item = item:add(fields.command, range)
	local player_item = item:add(fields.player, range)
	local spare = item:add(fields.spare, range)
	if byte % 4 ~= 0 then
		spare:add_proto_expert_info(experts.spare)
	end
	if wire.is_of_nobody(verb, player) then
		player_item:add_proto_expert_info(experts.nobody)
	elseif not is_known then
		verb_item:add_proto_expert_info(experts.unknown)
	end
	return item, wire.command_words(byte)
end

-- Scores of players first to final, as far as they were captured.
local function add_scores(tvb, at, first, final, tree)
	for i = first, final do
		if at + 2 <= tvb:len() then
			tree:add(fields["score" .. i], tvb(at, 2))
		end
		at = at + 2
	end
end

-- One row's tiles; returns the number of treasures, nil if it is no row.
local function row(tvb, at, x, size, tree)
	local bytes = tvb:raw(at, TILE * size + 1)
	local item = tree:add(fields.row, tvb(at, TILE * size))
	item:set_text(("Row %d: %s"):format(x, bytes:gsub("[^ $.1-3]", "")))
	local count = 0
	for y = 0, size - 1 do
		local mark, player = bytes:match("^ ([ $])%.([ 1-3]) ", TILE * y + 1)
		if not player then
			return nil
		end
		local tile = tvb(at + TILE * y, TILE)
		local place = ("%d,%d"):format(x, y)
		if mark == "$" then
			item:add(fields.treasure, tile, place)
			count = count + 1
		end
		if player ~= " " then
			item:add(fields["at" .. player], tile, place)
		end
	end
	return bytes:sub(-1) == "\n" and count or nil
end

local function board(tvb, at, size, tree)
	local len = wire.board_len(size)
	if at + len > tvb:len() then
		return "board not captured whole"
	end
	local item = tree:add(fields.board, tvb(at, len))
	item:set_text(("Board, %d x %d tiles"):format(size, size))
	item:add(fields.size, size):set_generated()
	local treasures = 0
	for x = 0, size - 1 do
		local count = row(tvb, at + x * (TILE * size + 1), x, size, item)
		if not count then
			item:add_proto_expert_info(experts.board)
			return "damaged board"
		end
		treasures = treasures + count
	end
	item:add(fields.treasures, treasures):set_generated()
	return ("board, %s treasure%s left"):format(
		treasures > 0 and treasures or "no", treasures == 1 and "" or "s")
end

-- A body of scores, board or both, from byte at of tvb.
local function body_words(tvb, at, body, item)
	local words = {}
	if body.players then
		add_scores(tvb, at, 1, body.players, item)
		if at + 2 * body.players > tvb:len() then
			return "scores not captured whole"
		end
		local text = wire.scores_text(tvb, at, body.players)
		item:add(fields.scores, text):set_generated()
		words[1] = "scores " .. text
		at = at + 2 * body.players
	elseif body.is_third_score and at + 2 > tvb:len() then
		return "score not captured whole"
	elseif body.is_third_score then
		add_scores(tvb, at, 3, 3, item)
		words[1] = ("score of player 3: %d"):format(tvb(at, 2):uint())
	end
	if body.size then
		words[#words + 1] = board(tvb, at, body.size, item)
	elseif body.is_cut then
		words[#words + 1] = "board not captured whole"
	end
	return table.concat(words, ", ")
end

local function byte_words(range, item, is_id)
	local byte = range:uint()
	if byte >= 1 and byte <= 3 then
		item:add(fields.id, range)
		return ("id %d"):format(byte)
	elseif byte == 0x4f then
		item:add(fields.over, range)
		return "game over"
	elseif byte == 0x45 then
		item:add(fields.error, range)
		return "refused"
	end
	item:add(fields.data, range):add_proto_expert_info(experts.body)
	return is_id and ("unknown id %d"):format(byte) or "unknown reply"
end

-- A reply behind its length.
function show.framed(tvb, tree, is_id)
	local body = tvb:len() >= 2 and wire.BODIES[tvb(0, 2):uint()]
	if tvb:len() < 2 or body and tvb:len() < 3 then
		return show.data(tvb, tree, "part of a reply")
	end
	if not body and wire.text_len(tvb:raw()) == tvb:len() then
		return show.data(tvb, tree, "not a reply")
	end
	local item = tree:add(proto, tvb())
	local length = item:add(fields.length, tvb(0, 2))
	if not body then
		length:add_proto_expert_info(experts.length)
		if tvb:len() > 2 then
			item:add(fields.data, tvb(2))
		end
		return item, ("%d bytes that are no reply"):format(tvb:len())
	elseif body.players then
		return item, body_words(tvb, 2, body, item)
	end
	return item, byte_words(tvb(2, 1), item, is_id)
end

-- A one-shot reply, or what has come of it.
function show.bare(tvb, tree, body)
	if body.is_noise then
		return show.data(tvb, tree, body.is_cut and "part of a reply" or
			"not a reply")
	end
	local item = tree:add(proto, tvb())
	return item, body_words(tvb, 0, body, item)
end

---- Where nobody looks at the tree: words alone, for the Info column ----

-- The same words, at a fraction of the cost; nil: there is more to show.
local brief = {}

local brief_commands = {}
for byte = 0, 255, 4 do
	local _, _, is_known = wire.command(byte)
	brief_commands[byte] = is_known and wire.command_words(byte) or nil
end

-- The same for a command's byte.
function show.brief_command(byte)
	return brief_commands[byte]
end

-- The same for a reply of len bytes behind its length, by its first bytes.
function show.brief_reply(head, len)
	if len > 8 then
		return nil
	end
	local a, b, c, d, e, f, g, h = head:byte(1, 8)
	if len == 6 and a == 0 and b == 4 then
		return ("scores %d : %d"):format(c * 256 + d, e * 256 + f)
	elseif len == 8 and a == 0 and b == 6 then
		return ("scores %d : %d : %d"):format(c * 256 + d, e * 256 + f,
			g * 256 + h)
	elseif len == 3 and a == 0 and b == 1 then
		return c == 0x45 and "refused" or c == 0x4f and "game over" or
			c >= 1 and c <= 3 and ("id %d"):format(c) or nil
	end
	return nil
end

brief[show.bare] = function(tvb, body)
	return body.players and not body.size and
		tvb:len() == 2 * body.players and
		"scores " .. wire.scores_text(tvb, 0, body.players) or nil
end

-- A message: its item, unless it is not wanted and needs none, and its words.
function show.message(shower, bytes, tree, argument, is_wanted)
	local words = not is_wanted and brief[shower] and
		brief[shower](bytes, argument)
	if words then
		return nil, words
	end
	return shower(bytes, tree, argument)
end

---- At the end of the frame, when it is known what answers what ----

local function add_answer(item, event)
	if event.request then
		item:add(fields.reply_to, event.request.frame):set_generated()
		local whole = math.floor(event.time)
		item:add(fields.reply_time, NSTime.new(whole,
			math.floor((event.time - whole) * 1e9 + 0.5)))
			:set_generated()
	elseif event.is_orphan then
		item:add_proto_expert_info(experts.orphan)
	end
end

-- Why was it refused?  Returns words, and whether the step was illegal.
local function refusal(request, conn)
	local fault = request and wire.fault(request.byte)
	if not request then
		return "refused", false
	elseif request.is_wrong_seat and not request.is_trusted then
		return "refused: another player's seat", false
	elseif fault then
		return "refused: " .. fault, false
	elseif request.verb == wire.QUIT or request.verb == wire.GET then
		return "refused", false
	elseif conn.id == nil then
		return "refused: illegal step, or another player's seat", false
	end
	return "refused: illegal step", true
end

-- Whatever is asked, a game that is over is answered by its board.
local function is_over(event, words)
	local request = event.request
	return request and request.verb ~= wire.GET and
		words:find("board", 1, true)
end

-- Is it not in its command's row (docs/wire-protocol.md)?
local function is_misplaced(event, words)
	local verb = event.request and event.request.verb
	if not verb then
		return false
	elseif words:find("^refused") then
		return verb == wire.GET
	elseif words == "game over" then
		return verb ~= wire.QUIT
	end
	return (verb == wire.GET or verb == wire.QUIT) and
		words:find("^scores [%d :]+$") ~= nil
end

local function end_command(item, event)
	if event.is_wrong_seat then
		item:add_proto_expert_info(experts.seat)
	end
	if event.is_ignored then
		item:add_proto_expert_info(experts.ignored)
	end
	if event.reply_frame then
		item:add(fields.reply_in, event.reply_frame):set_generated()
	end
end

local function end_reply(item, event, words, is_illegal)
	if is_illegal then
		item:add_proto_expert_info(experts.illegal)
	elseif is_misplaced(event, words) then
		item:add_proto_expert_info(experts.misplaced)
	end
	item:add(fields.reply, words):set_generated()
	add_answer(item, event)
end

local function end_item(item, event, words, is_illegal, conn)
	item:set_text("Treasure Game, " .. words)
	if conn.version then
		item:add(fields.version, wire.VERSIONS[conn.version])
			:set_generated()
	end
	if event.is_repeat then
		return
	elseif event.kind == "command" then
		end_command(item, event)
	elseif event.kind ~= "noise" then
		end_reply(item, event, words, is_illegal)
	end
end

local function has_fault(event, words)
	return event.is_orphan or event.is_wrong_seat or event.is_ignored or
		is_misplaced(event, words)
end

-- May an expert have to be added to one of a frame's messages, or to its end?
function show.is_faulty(frame, found)
	for _, message in ipairs(found and found.list or {}) do
		if message.words == "refused" or
			has_fault(message.event, message.words) then
			return true
		end
	end
	return frame.verdict ~= nil and frame.verdict.problem ~= nil
end

-- Complete a message (see messages.lua); returns its final words.
function show.complete(message, tree, conn)
	local event, words, is_illegal = message.event, message.words, false
	if event.is_repeat then
		words = words .. " (again)"
	elseif words == "refused" then
		words, is_illegal = refusal(event.request, conn)
	elseif is_over(event, words) then
		words = "game over: " .. words
	elseif event.is_ignored then
		words = words .. " (thrown away)"
	end
	local item = message.item
	if not item and (is_illegal or has_fault(event, words)) then
		local bytes, first = message.bytes, message.first
		item = message.shower(first and bytes(first, 1) or bytes, tree,
			message.argument)
	end
	if item then
		end_item(item, event, words, is_illegal, conn)
	end
	return words
end

-- Scores whose bytes are in earlier frames.
local function add_scores_of(bytes, item)
	for i = 1, #bytes / 2 do
		local high, low = bytes:byte(2 * i - 1, 2 * i)
		item:add(fields["score" .. i], high * 256 + low):set_generated()
	end
	item:add(fields.scores, wire.scores_in(bytes)):set_generated()
end

-- The end of a connection, where it says something.
function show.verdict(tvb, tree, verdict, conn)
	local item = tree:add(proto, tvb(0, 0))
	if verdict.is_full then
		item:add(fields.seats_taken, true):set_generated()
	end
	if verdict.bytes then
		add_scores_of(verdict.bytes, item)
	end
	if verdict.problem then
		item:add_proto_expert_info(verdict.problem)
	end
	end_item(item, verdict, verdict.words, false, conn)
	return verdict.words
end

return show
