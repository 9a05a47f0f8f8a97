-- messages.lua - cuts both streams of a connection into messages.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

--[[
The version of a connection decides how replies are cut: by their lengths, or
by what they are, as the one-shot version has no lengths.  What the first pass
decides stands in an event for each message, kept with the frame:

   kind   command, id, reply, more (of a one-shot reply), noise
   at     bytes before it, of those handed over in this frame
   body   of a one-shot reply: players, size, take (bytes)
   byte, id

and, by connection.lua, what answers what.
]]
local wire, version, show = game.wire, game.version, game.show
local answers = game.answers
local tshark, byte = game.tshark, string.byte

local messages = {
	are_pending = false, -- were there any in the frame under way?
}

local HEAD = 8     -- bytes of a reply that tell what it is, if it has no board
local REST_MAX = 6 -- bytes that may be scores, should they be the last

local game_dissector -- to ask whether anybody looks at the tree

-- What the frame under way has shown so far, until its end:
-- number, way, tvb and handed (at first, and how many bytes), cols, len and waits
-- (bytes taken, bytes that wait for more; needs: how many these are to be, if
-- known; rest: what they are, if few), is_wanted (the tree), in_parts (TCP has
-- handed over more than once), list of messages: { event, words, item if it is
-- shown, and else what shows it: shower, bytes (at place first), argument }.
local found

-- The next message of this frame: in the first pass what make() says of it,
-- which is given the rest of the arguments.
local function next_event(frame, at, make, ...)
	local count = found.count + 1
	found.count = count
	if found.is_first_pass then
		local event = make(...)
		event.at = found.len + at
		frame[count] = event
	end
	return frame[count] or {}
end

local function keep(event, tree, shower, bytes, argument)
	local item, words = show.message(shower, bytes, tree, argument,
		found.is_wanted)
	found.list[#found.list + 1] = { event = event, item = item,
		words = words, shower = shower, bytes = bytes,
		argument = argument, first = nil }
end

local function cut_commands(tvb, tree, frame, reported)
	local bytes, list = tvb:raw(), found.list
	for i = 1, #bytes do
		local value = byte(bytes, i)
		local event = next_event(frame, i - 1, answers.command, value)
		local words = not found.is_wanted and
			show.brief_command(value)
		if words then
			list[#list + 1] = { event = event, item = nil,
				words = words, shower = show.command,
				bytes = tvb, first = i - 1 }
		else
			keep(event, tree, show.command, tvb(i - 1, 1))
		end
	end
	return reported
end

---- The persistent version ----

-- Where the beginning of a board is missing, its rest ends with its text.
local function pdu_length(tvb, _, offset)
	local len = offset + 2 <= tvb:len() and tvb(offset, 2):uint() or 0
	if wire.BODIES[len] then
		return 2 + len
	end
	local text = wire.text_len(tvb:raw(offset))
	return text > 1 and offset + text < tvb:len() and text or
		tvb:reported_len() - offset
end

-- By its first bytes.
local function framed_event(high, low, id, is_first)
	if not low or not wire.BODIES[high * 256 + low] then
		return { kind = "noise" }
	elseif high == 0 and low == 1 and id and id >= 1 and id <= 3 then
		return { kind = "id", id = id }
	elseif is_first and high == 0 and low == 1 and id then
		return { kind = "id" } -- of nobody we know
	end
	return { kind = "reply", at = 0, request = nil, time = nil,
		is_scores = high == 0 and (low == 4 or low == 6) }
end

-- One reply, whose first bytes are head, behind `used` bytes of others.
local function take_framed(pdu, tree, frame, used, head, len)
	local high, low, id = byte(head, 1, 3)
	local event = next_event(frame, used, framed_event, high, low, id,
		used + found.len == 0 and version.is_unasked(frame.conn))
	local words = not found.is_wanted and show.brief_reply(head, len)
	if words then
		found.list[#found.list + 1] = { event = event, item = nil,
			words = words, shower = show.framed, bytes = pdu,
			argument = event.kind == "id", first = nil }
	else
		keep(event, tree, show.framed, pdu, event.kind == "id")
	end
end

local function head_of(tvb, readable)
	return tvb:raw(0, readable < HEAD and readable or HEAD)
end

-- Of a segment that was not captured whole nothing can be put together with
-- others, and dissect_tcp_pdus would fail where its bytes end.
local function cut_snapped(tvb, tree, frame, len, readable)
	local used = 0
	while used < readable do
		local size = pdu_length(tvb, nil, used)
		local is_whole = used + size <= readable
		local pdu = is_whole and tvb(used, size):tvb() or tvb(used):tvb()
		local there = pdu:len()
		take_framed(pdu, tree, frame, used, head_of(pdu, there), there)
		used = used + math.max(1, size)
	end
	return len
end

local function cut_framed(tvb, tree, frame, len, readable)
	local head = head_of(tvb, readable)
	local high, low, id = byte(head, 1, 3)
	local is_one = id and wire.BODIES[len - 2] and
		high * 256 + low == len - 2
	if is_one or len > 2 and pdu_length(tvb, nil, 0) == len then
		-- As most often: one segment, one reply
		take_framed(tvb, tree, frame, 0, head, readable)
		return len
	elseif readable < len then
		return cut_snapped(tvb, tree, frame, len, readable)
	end
	local used = 0
	dissect_tcp_pdus(tvb, tree, 2, pdu_length, function(pdu, _, root)
		local there = pdu:len()
		take_framed(pdu, root, frame, used, head_of(pdu, there), there)
		used = used + pdu:reported_len()
		return there
	end)
	return used < len and used or len
end

---- The one-shot version ----

-- What stands at the front of tvb, as far as it has come.  Nil and a number:
-- wait for so many bytes more.
local function bare_body(tvb, conn)
	local len, players, request = tvb:reported_len(), 0, conn.requests[1]
	if conn.shown == 2 and len >= 2 and tvb(0, 1):uint() ~= 32 then
		return { is_third_score = true, take = 2 }
	elseif conn.shown ~= 2 and conn.shown ~= 3 then
		players = wire.players(tvb, conn.server_told.players)
		if players and 2 * players == len and
			not (request and request.verb == wire.GET) then
			return { players = players, take = len }
		end
	end
	if players == nil or players and 2 * players >= len then
		return nil, wire.ONE_MORE
	end
	local size = players and wire.board_size(tvb, 2 * players)
	if size == nil then
		return nil, wire.ONE_MORE
	elseif not size then
		return { is_noise = true, take = len }
	end
	local take = 2 * players + wire.board_len(size)
	if take > len then
		return nil, take - len
	end
	return { take = take, size = size, players = players > 0 and players or nil }
end

-- The same where no more will come: the scores at least, if frames were not
-- captured whole.
local function cut_body(tvb, conn)
	local len = tvb:reported_len()
	local players = tvb:len() < len and conn.shown == nil and
		wire.players(tvb, conn.server_told.players)
	return { is_noise = not players, players = players, take = len,
		is_cut = tvb:len() < len }
end

-- Steps are answered by scores, and once the game is over by scores and a
-- board: scores are shown at once, and a board that follows is more of it.
local function bare_event(tvb, conn, may_wait)
	local body, more = bare_body(tvb, conn)
	if not body and may_wait then
		return { kind = "noise", more = more }
	end
	if not body or body.is_noise then
		body = cut_body(tvb, conn)
	end
	local event = { kind = "reply", body = body }
	if body.is_noise then
		event.kind = "noise"
		return event
	elseif conn.shown == 2 or conn.shown == 3 then
		event.kind = "more"
	end
	if body.is_third_score or body.players == 3 then
		version.learn(conn, "players", 3)
	end
	conn.shown = not body.size and body.players or 0
	return event
end

local function cut_bare(tvb, pinfo, tree, frame)
	local used, len = 0, tvb:reported_len()
	while used < math.min(len, tvb:len()) do
		local rest = used == 0 and tvb or tvb(used):tvb()
		local event = next_event(frame, used, bare_event, rest,
			frame.conn, pinfo.can_desegment > 0)
		if not event.body then
			pinfo.desegment_offset = used
			pinfo.desegment_len = event.more or wire.ONE_MORE
			return used
		end
		local take = math.min(event.body.take, rest:len())
		keep(event, tree, show.bare, take == rest:len() and rest or
			rest(0, take):tvb(), event.body)
		used = used + event.body.take
	end
	return len
end

---- Both ----

local function noise_event()
	return { kind = "noise" }
end

local function cut_unknown(tvb, tree, frame, words)
	local event = next_event(frame, 0, noise_event)
	keep(event, tree, show.data, tvb, words)
	return tvb:reported_len()
end

-- The version as it is known at this frame, for all looks at it.
local function learn_version(tvb, frame)
	local conn = frame.conn
	frame.version = conn.version
	if conn.version then
		return
	end
	frame.version = wire.version(tvb, { commands = #conn.requests,
		is_start = version.is_start(conn),
		is_joined = found:is_joined() })
	if frame.version then
		version.set(conn, frame.version)
	end
end

local function cut_replies(tvb, pinfo, tree, frame, reported, readable)
	if found.is_first_pass then
		learn_version(tvb, frame)
	end
	local spoken = frame.version
	if spoken == false then
		return cut_unknown(tvb, tree, frame, "not a reply")
	elseif spoken == wire.PERSISTENT then
		return cut_framed(tvb, tree, frame, reported, readable)
	elseif spoken == wire.ONESHOT then
		return cut_bare(tvb, pinfo, tree, frame)
	elseif pinfo.can_desegment > 0 then
		pinfo.desegment_offset, pinfo.desegment_len = 0, wire.ONE_MORE
		return 0
	end
	return cut_unknown(tvb, tree, frame, "part of a reply")
end

local is_gui = gui_enabled()
local is_once = tshark.is_once -- then no frame is looked at again
local known_wanted = {} -- by pinfo.visited: tshark asks the same of all frames

--[[
Does anybody look at our fields?  The protocol hierarchy does, although it asks
for none.
]]
function messages.is_wanted(tree, is_visited)
	if is_gui or tshark.has_statistics then
		return true
	end
	local wanted = known_wanted[is_visited]
	if wanted == nil or not tshark.is_tshark then
		game_dissector = game_dissector or Dissector.get("treasure")
		wanted = tree:referenced(game_dissector)
		known_wanted[is_visited] = wanted
	end
	return wanted
end

function messages.reset()
	known_wanted, found, messages.are_pending = {}, nil, false
end

-- Has TCP put segments together?
local function is_joined(of)
	return of.tvb:offset() == 0
end

-- A frame's first bytes of the game have come.
local function begin(tvb, pinfo, tree, frame, reported)
	local is_visited = not is_once and pinfo.visited
	found = { number = frame.number, way = frame.way, is_first_pass = not is_visited,
		is_joined = is_joined, tvb = tvb, handed = reported,
		len = 0, count = 0, list = {}, waits = 0,
		is_wanted = messages.is_wanted(tree, is_visited),
		needs = nil, rest = nil, cols = pinfo.cols }
	found.cols.protocol = "Treasure"
	messages.are_pending = true
end

-- Dissect what TCP hands over, of which so many bytes are readable.
function messages.dissect(tvb, pinfo, tree, frame, readable)
	local reported = tvb:reported_len()
	if not found or found.number ~= frame.number then
		begin(tvb, pinfo, tree, frame, reported)
	else
		found.in_parts = true
	end
	local used
	if frame.is_request then
		used = cut_commands(tvb, tree, frame, reported)
	else
		used = cut_replies(tvb, pinfo, tree, frame, reported, readable)
	end
	local waits = reported - used
	found.len, found.waits = found.len + used, waits
	if waits == 0 then
		found.needs, found.rest = nil, nil
		return
	end
	local more = pinfo.desegment_len
	found.needs = more > 0 and more < wire.ONE_MORE and waits + more or nil
	found.rest = waits > 0 and waits <= REST_MAX and
		used + waits <= tvb:len() and tvb:raw(used, waits) or nil
end

-- The way of the frame under way, if there were any in it.
function messages.way(number)
	return found and found.number == number and found.way or nil
end

-- The end of a frame: hands over what was found in it, once.
function messages.take(number)
	local taken = found
	found, messages.are_pending = nil, false
	return taken and taken.number == number and taken or nil
end

return messages
