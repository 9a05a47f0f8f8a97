-- treasure.lua - the treasure game, both versions, in Wireshark and tshark.
-- SPDX-License-Identifier: BSD-2-Clause
--
-- docs/wire-protocol.md has the bytes.  A command is one byte.  A reply of the
-- persistent version stands behind its length; one of the one-shot version
-- ends where its connection ends.  Which version a connection speaks is seen
-- from the server's first bytes.  What depends on earlier frames is found in
-- the first pass and kept by frame, so that later looks change nothing.

local treasure = Proto("treasure", "Treasure Game")
-- A connection's end has no bytes, but may be a reply: a post-dissector.
local ending = Proto("treasure_end", "Treasure Game, ends of connections")

local VERBS = { [2] = "up", [3] = "down", [4] = "left", [6] = "right",
	[8] = "quit", [15] = "get" }
local QUIT, GET = 8, 15
local ONESHOT, PERSISTENT = 1, 2
local VERSIONS = { "one-shot", "persistent" }
local TILE = 5                   -- characters of a tile in the board's text
local MIN_SIZE, MAX_SIZE = 2, 114 -- boards that fit a 16-bit length
local FIN, SYN, ACK = 1, 2, 16   -- TCP flags; 4 is RST
local WRAP = 4294967296          -- sequence numbers
local ONE_MORE = 0x0fffffff      -- desegment_len: one more segment, any size
local LOST_MAX = 1000            -- commands believed lost in one gap
local INFO_MAX = 8               -- messages told in the Info column

local prefs = treasure.prefs
prefs.version = Pref.enum("Version", 0, "What the server speaks", {
	{ 1, "By its first bytes", 0 },
	{ 2, "One-shot", ONESHOT },
	{ 3, "Persistent", PERSISTENT },
}, false)
prefs.ports = Pref.range("TCP ports", "12345", "Ports of the server", 65535)
prefs.heuristic = Pref.bool("Look on other ports", false,
	"Recognise the game on TCP ports that no other protocol claims")

local text, u8, u16 = ProtoField.string, ProtoField.uint8, ProtoField.uint16
local fields = {
	version = text("treasure.version", "Version"),
	byte = u8("treasure.byte", "Command byte", base.HEX),
	command = u8("treasure.command", "Command", base.DEC, VERBS, 0xf0),
	player = u8("treasure.player", "Player", base.DEC, nil, 0x0c),
	spare = u8("treasure.spare", "Spare bits", base.DEC, nil, 0x03),
	length = u16("treasure.length", "Length"),
	reply = text("treasure.reply", "Reply"),
	id = u8("treasure.id", "Id of this player"),
	error = text("treasure.error", "Refused"),
	over = text("treasure.over", "Over"),
	seats_taken = ProtoField.bool("treasure.seats_taken", "All seats taken"),
	scores = text("treasure.scores", "Scores"),
	board = text("treasure.board", "Board"),
	size = u16("treasure.board.size", "Tiles a side"),
	row = text("treasure.board.row", "Row"),
	treasures = u16("treasure.board.treasures", "Treasures left"),
	treasure = text("treasure.board.treasure", "Treasure at row, column"),
	data = ProtoField.bytes("treasure.data", "Bytes"),
	reply_in = ProtoField.framenum("treasure.reply_in", "Reply in frame",
		base.NONE, frametype.RESPONSE),
	reply_to = ProtoField.framenum("treasure.reply_to", "Reply to frame",
		base.NONE, frametype.REQUEST),
	reply_time = ProtoField.relative_time("treasure.reply_time",
		"Time since the command"),
}
for i = 1, 3 do
	fields["score" .. i] = u16("treasure.score" .. i, "Score of player " .. i)
	fields["at" .. i] = text("treasure.board.player" .. i,
		"Player " .. i .. " at row, column")
end
treasure.fields = fields

local severity = expert.severity
local function about(name, meaning, how)
	return ProtoExpert.new("treasure." .. name, meaning,
		expert.group.PROTOCOL, how or severity.WARN)
end
local experts = {
	unknown = about("unknown_command", "Nobody knows this command"),
	spare = about("spare_bits", "Spare bits should be 0", severity.NOTE),
	seat = about("wrong_seat", "The command names another player's seat"),
	ignored = about("ignored_command",
		"A one-shot server reads one command only", severity.NOTE),
	illegal = about("illegal_step", "Illegal step", severity.NOTE),
	orphan = about("no_command", "A reply without a command"),
	length = about("bad_length", "No reply has this length"),
	body = about("bad_reply", "Not a reply of this game"),
	board = about("bad_board", "This is not a board's text"),
	cut = about("cut_short", "The connection ends within a reply"),
	unanswered = about("unanswered", "The connection ends before the reply",
		severity.NOTE),
}
treasure.experts = experts

local tcp_stream, tcp_flags = Field.new("tcp.stream"), Field.new("tcp.flags")
local tcp_seq, tcp_ack = Field.new("tcp.seq"), Field.new("tcp.ack")
local tcp_len = Field.new("tcp.len")

-- What a reply of so many bytes is: { kind, players, size of the board }.
local BODIES = { [1] = { kind = "byte" },
	[4] = { kind = "scores", players = 2 },
	[6] = { kind = "scores", players = 3 } }
for players = 2, 3 do
	for size = MIN_SIZE, MAX_SIZE do
		BODIES[2 * players + size * (TILE * size + 1)] =
			{ kind = "board", players = players, size = size }
	end
end

local listed, port_text = {}, nil -- ports by preference
local learned                     -- and those of connections found otherwise
local conns                       -- by tcp.stream
local rejected                    -- streams the heuristic has looked at
local servers                     -- by address and port: version, players
local events                      -- by frame: what each message is

local function reset()
	learned, conns, rejected, servers, events = {}, {}, {}, {}, {}
end

-- The innermost of a field's values in this frame; nil without any.
local function last(field)
	local all = { field() }
	return #all > 0 and all[#all].value or nil
end

local function has_flag(flags, flag)
	return math.floor(flags / flag) % 2 == 1
end

-- Numbers within one dissection of one frame.
local function count_up(pinfo, name)
	local n = (tonumber(pinfo.private[name]) or 0) + 1
	pinfo.private[name] = tostring(n)
	return n
end

-- What the first pass finds, with make(), about a frame's next message.
local function event_of(pinfo, make)
	local n = count_up(pinfo, "treasure.event")
	if not pinfo.visited then
		events[pinfo.number] = events[pinfo.number] or {}
		events[pinfo.number][n] = make()
	end
	local list = events[pinfo.number]
	return list and list[n] or {}
end

local function tell(pinfo, what)
	local n = count_up(pinfo, "treasure.info")
	if n == 1 then
		pinfo.cols.protocol = "Treasure"
		pinfo.cols.info = what
	elseif n <= INFO_MAX then
		pinfo.cols.info:append("; " .. what)
	elseif n == INFO_MAX + 1 then
		pinfo.cols.info:append("; ...")
	end
end

---- Connections: first pass only ----

local function server_of(conn)
	local key = conn.address .. " " .. conn.port
	servers[key] = servers[key] or {}
	return servers[key]
end

local function conn_new(stream, port, address)
	local conn = { port = port, address = tostring(address),
		version = prefs.version ~= 0 and prefs.version or nil,
		requests = {}, answered = 0, -- how many of them
		is_sure = false, -- the next reply is to the next request
		client = {}, server = {} } -- next: sequence number to come
	conns[stream] = conn
	return conn
end

local function is_to_server(conn, pinfo)
	return pinfo.dst_port == conn.port and (pinfo.src_port ~= conn.port or
		tostring(pinfo.dst) == conn.address)
end

-- Where in its stream a tvb of len bytes begins.  TCP hands over a segment, or
-- the rest of one, or, after we asked for more, all bytes since then.
local function stream_place(side, len)
	local seq, seglen = last(tcp_seq) or 0, last(tcp_len) or len
	if side.waits then
		local into = (side.next + len - seq) % WRAP
		if len > seglen or (into >= 1 and into <= seglen) then
			return side.next
		end
	end
	return (seq + math.max(0, seglen - len)) % WRAP
end

-- Bytes have come; returns how many before them are missing (negative: how
-- many are repeated).
local function stream_advance(side, at, len)
	local gap = side.next and (at - side.next) % WRAP or 0
	if gap >= WRAP / 2 then
		gap = gap - WRAP
	end
	side.waits = false
	if gap + len > 0 then
		side.next = (at + len) % WRAP
	end
	return gap
end

local function request_new(conn, pinfo, verb, player)
	local request = { frame = pinfo.number, time = pinfo.rel_ts,
		ack = last(tcp_ack), verb = verb, player = player,
		is_known = VERBS[verb] ~= nil and (player > 0 or verb == GET),
		is_ignored = conn.version == ONESHOT and #conn.requests > 0,
		is_wrong_seat = conn.id ~= nil and verb ~= GET and
			player ~= conn.id }
	conn.requests[#conn.requests + 1] = request
	return request
end

-- After a gap, a reply that begins where the client stood when it sent a
-- command is that command's; others are left without one.
local function make_sure(conn, at)
	for i = conn.answered + 1, #conn.requests do
		if conn.requests[i].ack == at then
			conn.answered, conn.is_sure = i - 1, true
			return
		end
	end
end

-- Commands that were not captured hold their places, so that replies match.
local function requests_lost(conn, count)
	for _ = 1, math.min(count, LOST_MAX) do
		conn.requests[#conn.requests + 1] = {}
	end
end

-- The server has acknowledged commands: were there some we have not seen?
local function acknowledged(conn)
	local client, ack = conn.client, last(tcp_ack)
	local ahead = client.next and ack and (ack - client.next) % WRAP or 0
	if ahead > 0 and ahead < WRAP / 2 then
		requests_lost(conn, ahead)
		client.next = ack
	end
end

local function reply_new(conn, pinfo, at)
	if not conn.is_sure then
		make_sure(conn, at)
	end
	if not conn.is_sure then
		return {}
	end
	local request = conn.requests[conn.answered + 1]
	if request == nil then
		return { is_orphan = true }
	end
	conn.answered = conn.answered + 1
	if request.frame == nil then
		return {} -- to a command that was not captured
	end
	request.reply_frame = pinfo.number
	return { request = request, time = pinfo.rel_ts - request.time }
end

---- Showing messages ----

local function begin(tvb, pinfo, tree, what, conn)
	tell(pinfo, what)
	local item = tree:add(treasure, tvb(), "Treasure Game, " .. what)
	if conn.version then
		item:add(fields.version, VERSIONS[conn.version]):set_generated()
	end
	return item
end

local function show_data(tvb, pinfo, tree, what, conn, problem)
	local item = begin(tvb, pinfo, tree, what, conn)
	local range = item:add(fields.data, tvb())
	if problem then
		range:add_proto_expert_info(problem)
	end
end

local function show_request(tree, event)
	if event.request then
		tree:add(fields.reply_to, event.request.frame):set_generated()
		local whole = math.floor(event.time)
		tree:add(fields.reply_time, NSTime.new(whole,
			math.floor((event.time - whole) * 1e9 + 0.5)))
			:set_generated()
	elseif event.is_orphan then
		tree:add_proto_expert_info(experts.orphan)
	end
end

local function show_command(range, pinfo, tree, conn, event)
	local byte = range:uint()
	local verb, player = math.floor(byte / 16), math.floor(byte / 4) % 4
	local what = ("player %d: %s"):format(player, VERBS[verb] or "?")
	if not VERBS[verb] or (player == 0 and verb ~= GET) then
		what = ("unknown command 0x%02x"):format(byte)
	elseif player == 0 then
		what = VERBS[verb]
	end
	if event.is_repeat then
		what = what .. " (again)"
	end
	local item = begin(range:tvb(), pinfo, tree, what, conn)
	item:add(fields.byte, range)
	local verb_item = item:add(fields.command, range)
	if not event.is_known and not event.is_repeat then
		verb_item:add_proto_expert_info(experts.unknown)
	end
	local player_item = item:add(fields.player, range)
	if event.is_wrong_seat then
		player_item:add_proto_expert_info(experts.seat)
	end
	local spare = item:add(fields.spare, range)
	if byte % 4 ~= 0 then
		spare:add_proto_expert_info(experts.spare)
	end
	if event.is_ignored then
		item:add_proto_expert_info(experts.ignored)
	end
	if event.reply_frame then
		item:add(fields.reply_in, event.reply_frame):set_generated()
	end
end

-- Scores of players first to final; returns them as text.
local function show_scores(tvb, at, first, final, tree)
	local list = {}
	for i = first, final do
		if at + 2 > tvb:len() then
			break
		end
		tree:add(fields["score" .. i], tvb(at, 2))
		list[#list + 1] = ("%d"):format(tvb(at, 2):uint())
		at = at + 2
	end
	local scores = table.concat(list, " : ")
	if first == 1 then
		tree:add(fields.scores, scores):set_generated()
	end
	return scores
end

-- One row's tiles; returns the number of treasures, nil if it is no row.
local function show_row(tvb, at, x, size, tree)
	local row = tvb:raw(at, TILE * size + 1)
	local item = tree:add(fields.row, tvb(at, TILE * size))
	item:set_text(("Row %d: %s"):format(x, row:gsub("[^ $.1-3]", "")))
	local count = 0
	for y = 0, size - 1 do
		local treasure_mark, player = row:match("^ ([ $])%.([ 1-3]) ",
			TILE * y + 1)
		if not player then
			return nil
		end
		local tile = tvb(at + TILE * y, TILE)
		local place = ("%d,%d"):format(x, y)
		if treasure_mark == "$" then
			item:add(fields.treasure, tile, place)
			count = count + 1
		end
		if player ~= " " then
			item:add(fields["at" .. player], tile, place)
		end
	end
	return row:sub(-1) == "\n" and count or nil
end

local function show_board(tvb, at, size, tree)
	local len = size * (TILE * size + 1)
	if at + len > tvb:len() then
		return "board not captured whole"
	end
	local item = tree:add(fields.board, tvb(at, len))
	item:set_text(("Board, %d x %d tiles"):format(size, size))
	item:add(fields.size, size):set_generated()
	local treasures = 0
	for x = 0, size - 1 do
		local row_at = at + x * (TILE * size + 1)
		local count = show_row(tvb, row_at, x, size, item)
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

-- A body's fields under item, from byte at of tvb; returns it in words.
local function show_body(tvb, at, body, item)
	local words = {}
	if body.players then
		words[1] = "scores " ..
			show_scores(tvb, at, 1, body.players, item)
		at = at + 2 * body.players
	elseif body.kind == "third score" then
		words[1] = "score of player 3: " .. show_scores(tvb, at, 3, 3, item)
	end
	if body.size then
		words[#words + 1] = show_board(tvb, at, body.size, item)
	end
	return table.concat(words, ", ")
end

-- One byte: an id, "E" or "O".  Returns it in words.
local function show_byte(range, event, item)
	local byte, request = range:uint(), event.request
	if byte >= 1 and byte <= 3 then
		item:add(fields.id, range)
		return ("id %d"):format(byte)
	elseif byte == 0x4f then
		item:add(fields.over, range)
		return "game over"
	elseif byte ~= 0x45 then
		item:add(fields.data, range):add_proto_expert_info(experts.body)
		return "unknown reply"
	end
	local refused = item:add(fields.error, range)
	if not request or request.verb == QUIT or request.verb == GET then
		return "refused"
	elseif not request.is_known then
		return "refused: unknown command"
	elseif request.is_wrong_seat then
		return "refused: another player's seat"
	end
	refused:add_proto_expert_info(experts.illegal)
	return "refused: illegal step"
end

---- The persistent version ----

local function pdu_length(tvb, _, offset)
	if offset + 2 > tvb:len() then
		return tvb:reported_len() - offset -- not captured
	end
	local len = tvb(offset, 2):uint()
	return BODIES[len] and 2 + len or tvb:reported_len() - offset
end

-- First pass: what a framed reply at sequence number at is.
local function framed_new(tvb, pinfo, conn, at)
	local len = tvb(0, 2):uint()
	if not BODIES[len] then
		conn.is_sure = false -- who knows how many replies these were
		return {}
	end
	local byte = len == 1 and tvb:len() > 2 and tvb(2, 1):uint() or 0
	if byte >= 1 and byte <= 3 then
		conn.id = byte
		return {}
	end
	return reply_new(conn, pinfo, at)
end

local function show_framed(tvb, pinfo, tree, conn, event)
	local len = tvb(0, 2):uint()
	local body = BODIES[len]
	local item = tree:add(treasure, tvb())
	if conn.version then
		item:add(fields.version, VERSIONS[conn.version]):set_generated()
	end
	local length = item:add(fields.length, tvb(0, 2))
	local what
	if not body then
		what = ("%d bytes that are no reply"):format(tvb:len())
		length:add_proto_expert_info(experts.length)
	elseif tvb:len() < 3 then
		what = "reply not captured"
	elseif body.kind == "byte" then
		what = show_byte(tvb(2, 1), event, item)
	else
		what = show_body(tvb, 2, body, item)
	end
	item:append_text(", " .. what)
	if body then
		item:add(fields.reply, what):set_generated()
	end
	show_request(item, event)
	tell(pinfo, what)
end

local function dissect_persistent(tvb, pinfo, tree, conn, at)
	local used = 0
	dissect_tcp_pdus(tvb, tree, 2, pdu_length, function(pdu, info, root)
		if pdu:len() < 2 then
			used = used + pdu:reported_len()
			show_data(pdu, info, root, "reply not captured", conn)
			return pdu:len()
		end
		local event = event_of(info, function()
			return framed_new(pdu, info, conn, (at + used) % WRAP)
		end)
		used = used + pdu:reported_len()
		show_framed(pdu, info, root, conn, event)
		return pdu:len()
	end)
	return math.min(used, tvb:reported_len())
end

---- The one-shot version ----

local function is_tile(tvb, at)
	return at + 3 <= tvb:len() and tvb:raw(at, 3):find("^ [ $]%.") ~= nil
end

-- The size of the board whose text begins at byte at: nil if it takes more
-- bytes to tell, false if this is no board.
local function board_size(tvb, at)
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

-- First pass: what a one-shot reply's bytes are, as far as they have come.
-- Nil and a number of bytes: wait for so many more.
local function oneshot_body(tvb, conn)
	local len, players = tvb:reported_len(), 0
	local request = conn.requests[1]
	if conn.shown == 2 and len >= 2 and tvb(0, 1):uint() ~= 32 then
		return { kind = "third score", take = 2 }
	elseif conn.shown == nil then
		local known = server_of(conn).players
		players = is_tile(tvb, 4) and 2 or is_tile(tvb, 6) and 3 or nil
		if players == nil and len == 4 and known ~= 3 or len == 6 then
			players = len / 2
			if not request or request.verb ~= GET then
				return { kind = "scores", take = len,
					players = players }
			end
		end
		if players == nil and len > 8 then
			return { kind = "no reply", take = len }
		end
	elseif conn.shown == "all" then
		return { kind = "no reply", take = len }
	end
	if players == nil or 2 * players >= len then
		return nil, ONE_MORE
	end
	local size = board_size(tvb, 2 * players)
	if size == nil then
		return nil, ONE_MORE
	elseif not size then
		return { kind = "no reply", take = len }
	end
	local take = 2 * players + size * (TILE * size + 1)
	if take > len then
		return nil, take - len
	end
	return { kind = "board", take = take, size = size,
		players = players > 0 and players or nil }
end

-- First pass: the next part of the reply, which may come in several.
local function oneshot_new(tvb, pinfo, conn, at)
	local body, more = oneshot_body(tvb, conn)
	if not body then
		local may_wait = pinfo.can_desegment > 0 and
			not has_flag(last(tcp_flags) or 0, FIN)
		if may_wait then
			return { more = more }
		end
		body = { kind = "cut short", take = tvb:reported_len() }
	end
	local event = conn.reply or reply_new(conn, pinfo, at)
	conn.reply = event
	if body.kind == "third score" or body.players == 3 then
		server_of(conn).players = 3
	end
	conn.shown = body.kind == "scores" and body.players or "all"
	return { body = body, request = event.request, time = event.time,
		is_orphan = event.is_orphan }
end

local function show_oneshot(tvb, pinfo, tree, conn, event)
	local body = event.body
	if body.kind == "cut short" then
		show_data(tvb, pinfo, tree, "reply cut short", conn, experts.cut)
		return
	elseif body.kind == "no reply" then
		show_data(tvb, pinfo, tree, ("%d bytes that are no reply"):format(
			tvb:len()), conn, experts.body)
		return
	end
	local item = tree:add(treasure, tvb())
	item:add(fields.version, VERSIONS[ONESHOT]):set_generated()
	local what = show_body(tvb, 0, body, item)
	item:append_text(", " .. what)
	item:add(fields.reply, what):set_generated()
	show_request(item, event)
	tell(pinfo, what)
end

local function dissect_oneshot(tvb, pinfo, tree, conn, at)
	local used, len = 0, tvb:reported_len()
	while used < len do
		if used >= tvb:len() then
			return len -- the rest was not captured
		end
		local rest = used == 0 and tvb or tvb(used):tvb()
		local event = event_of(pinfo, function()
			return oneshot_new(rest, pinfo, conn, (at + used) % WRAP)
		end)
		if not event.body then
			pinfo.desegment_offset = used
			pinfo.desegment_len = event.more or 0
			return used
		end
		local take = math.min(event.body.take, rest:len())
		show_oneshot(rest(0, take):tvb(), pinfo, tree, conn, event)
		used = used + event.body.take
	end
	return len
end

---- Both ----

-- The version by the server's first bytes: nil if it takes more of them, false
-- if they fit neither.  Scores are 0 or at least 5 points, so no one-shot reply
-- begins with 00 01 or 00 04.
local function version_by_bytes(tvb, conn)
	local len = tvb:len()
	if len < 2 then
		return nil
	end
	local lead = tvb(0, 2):uint()
	local body = BODIES[lead]
	if lead == 1 and (len < 3 or tvb:raw(2, 1):find("[\1-\3EO]")) or
		lead == 4 and not is_tile(tvb, 4) then
		return len > 2 and PERSISTENT or nil
	elseif body and body.size then
		if is_tile(tvb, 2 + 2 * body.players) then
			return PERSISTENT
		elseif len < 11 and not is_tile(tvb, 4) then
			return nil
		end
	elseif lead == 6 and (#conn.requests > 1 or
		len > 6 and not is_tile(tvb, 4) and not is_tile(tvb, 6)) then
		return PERSISTENT
	end
	if is_tile(tvb, 4) or is_tile(tvb, 6) then
		return ONESHOT
	elseif (len == 4 or len == 6) and
		tvb:raw(0, len):find("[^ $.1-3\n]") then
		return ONESHOT
	end
	if len >= 11 then
		return false
	end
	return nil
end

local function learn_version(tvb, pinfo, conn)
	local version = version_by_bytes(tvb, conn)
	if version and not pinfo.visited then
		conn.version = version
		server_of(conn).version = version
	end
	return version
end

local function dissect_replies(tvb, pinfo, tree, conn)
	local side, len, at, is_repeat = conn.server, tvb:reported_len(), 0, nil
	if not pinfo.visited then
		at = stream_place(side, len)
		local gap = stream_advance(side, at, len)
		conn.is_sure = conn.is_sure and gap <= 0
		acknowledged(conn)
		is_repeat = gap + len <= 0
	end
	is_repeat = event_of(pinfo, function()
		return { is_repeat = is_repeat }
	end).is_repeat
	if is_repeat then
		show_data(tvb, pinfo, tree, "reply (again)", conn)
		return
	end
	local version, used = conn.version, len
	if not version then
		version = learn_version(tvb, pinfo, conn)
	end
	if version == PERSISTENT then
		used = dissect_persistent(tvb, pinfo, tree, conn, at)
	elseif version == ONESHOT then
		used = dissect_oneshot(tvb, pinfo, tree, conn, at)
	elseif version == nil and pinfo.can_desegment > 0 then
		pinfo.desegment_offset, pinfo.desegment_len, used =
			0, ONE_MORE, 0
	elseif version == nil then
		show_data(tvb, pinfo, tree, "reply not captured", conn)
	else
		show_data(tvb, pinfo, tree, "not a reply", conn, experts.body)
	end
	if not pinfo.visited then
		side.has_spoken = true
		side.waits = used < len
		side.next = (at + used) % WRAP
		side.waiting = len - used
	end
end

local function dissect_commands(tvb, pinfo, tree, conn)
	local gap, len = 0, tvb:reported_len()
	if not pinfo.visited then
		local at = stream_place(conn.client, len)
		gap = stream_advance(conn.client, at, len)
		requests_lost(conn, gap)
	end
	for i = 0, tvb:len() - 1 do
		local range = tvb(i, 1)
		local event = event_of(pinfo, function()
			if gap + i < 0 then
				return { is_repeat = true }
			end
			local byte = range:uint()
			return request_new(conn, pinfo, math.floor(byte / 16),
				math.floor(byte / 4) % 4)
		end)
		show_command(range, pinfo, tree, conn, event)
	end
end

-- Who is the server?  The port says it, by preference or by Decode As.
local function conn_guess(stream, pinfo)
	local is_reply = listed[pinfo.src_port] and not listed[pinfo.dst_port]
	if listed[pinfo.src_port] == listed[pinfo.dst_port] then
		is_reply = pinfo.match_uint == pinfo.src_port and
			pinfo.src_port ~= pinfo.dst_port
	end
	if is_reply then
		return conn_new(stream, pinfo.src_port, pinfo.src)
	end
	return conn_new(stream, pinfo.dst_port, pinfo.dst)
end

function treasure.dissector(tvb, pinfo, tree)
	local stream = last(tcp_stream)
	if stream == nil or tvb:len() == 0 then
		return 0
	end
	local conn = conns[stream] or conn_guess(stream, pinfo)
	if not (listed[conn.port] or conn.is_found or
		pinfo.match_uint == conn.port) then
		return 0 -- a client of another game has our port
	end
	learned[conn.port] = true
	if is_to_server(conn, pinfo) then
		dissect_commands(tvb, pinfo, tree, conn)
	else
		dissect_replies(tvb, pinfo, tree, conn)
	end
	return tvb:len()
end

---- Connections' ends ----

-- First pass: what it means that the server closes; nil: nothing special.
local function end_new(conn, pinfo)
	local server = conn.server
	local request = conn.requests[1]
	local left = #conn.requests - conn.answered
	if (server.waiting or 0) > 0 then
		return { what = ("reply cut short after %d byte%s"):format(
			server.waiting, server.waiting == 1 and "" or "s"),
			problem = experts.cut }
	elseif server.has_spoken then
		return conn.version == PERSISTENT and left > 0 and
			{ what = ("%d command%s without reply"):format(left,
			left == 1 and "" or "s"), problem = experts.unanswered } or nil
	end
	local version = conn.version or server_of(conn).version
	if version == PERSISTENT or version == nil and not request then
		return conn.is_whole and not conn.is_left and
			{ what = "all seats taken", is_full = true } or nil
	elseif not request or not request.frame then
		return nil
	end
	conn.version = ONESHOT
	local event = reply_new(conn, pinfo, server.next or request.ack)
	event.what, event.version = "nothing: unknown command", ONESHOT
	if request.verb == QUIT and request.is_known then
		event.what = "nothing: goodbye"
	elseif request.is_known then
		event.what, event.problem = "nothing: refused", experts.illegal
	end
	return event
end

local function show_end(tvb, pinfo, tree, event)
	tell(pinfo, event.what)
	local item = tree:add(treasure, tvb(0, 0), "Treasure Game, " .. event.what)
	if event.version then
		item:add(fields.version, VERSIONS[event.version]):set_generated()
	end
	if event.is_full then
		item:add(fields.seats_taken, true):set_generated()
	end
	item:add(fields.reply, event.what):set_generated()
	if event.problem then
		item:add_proto_expert_info(event.problem)
	end
	show_request(item, event)
end

-- First pass: SYN says who the client is, and where both streams begin.
local function opened(conn, stream, pinfo, is_answer)
	local port, address = pinfo.dst_port, pinfo.dst
	if is_answer then
		port, address = pinfo.src_port, pinfo.src
	end
	conn = conn or conn_new(stream, port, address)
	conn.is_sure, conn.is_whole = true, true
	local side = is_answer and conn.server or conn.client
	side.next = (last(tcp_seq) + 1) % WRAP
end

-- First pass: a segment that opens or closes a connection.
local function watch(pinfo, flags)
	local stream = last(tcp_stream)
	local conn = conns[stream]
	if has_flag(flags, SYN) then
		opened(conn, stream, pinfo, has_flag(flags, ACK))
	elseif not conn or conn.is_closed then
		return nil
	elseif is_to_server(conn, pinfo) then
		if has_flag(flags, FIN) and not conn.is_left then
			stream_advance(conn.client, last(tcp_seq), last(tcp_len) + 1)
		end
		conn.is_left = true
	else
		conn.is_closed = true
		return end_new(conn, pinfo)
	end
end

function ending.dissector(tvb, pinfo, tree)
	if not (listed[pinfo.src_port] or listed[pinfo.dst_port] or
		learned[pinfo.src_port] or learned[pinfo.dst_port]) then
		return
	end
	local flags = last(tcp_flags)
	if not flags or flags % 8 == 0 then
		return
	end
	local event = event_of(pinfo, function()
		return watch(pinfo, flags) or {}
	end)
	if event.what then
		show_end(tvb, pinfo, tree, event)
	end
end

---- Other ports ----

-- Who would say this, "client" or "server"?
local function speaker(tvb)
	local bytes = tvb:raw(0, math.min(tvb:len(), 64))
	local lead = #bytes > 1 and tvb(0, 2):uint() or 0
	local body = BODIES[lead]
	if lead == 1 and bytes:find("^..[\1-\3]$") or lead == 4 and #bytes == 6 or
		is_tile(tvb, 4) or is_tile(tvb, 6) or
		body and body.size and is_tile(tvb, 2 + 2 * body.players) then
		return "server"
	end
	for i = 1, #bytes do
		local byte = bytes:byte(i)
		local verb, low = math.floor(byte / 16), byte % 16
		if not VERBS[verb] or low % 4 > 0 or low == 0 and verb ~= GET then
			return nil
		end
	end
	return tvb:len() <= 64 and "client" or nil
end

local function look(tvb, pinfo, tree)
	local stream = prefs.heuristic and last(tcp_stream)
	if not stream or rejected[stream] or tvb:len() == 0 then
		return false
	end
	local conn = conns[stream]
	if not (conn and conn.is_found) then
		local who = not pinfo.visited and speaker(tvb)
		if not who then
			rejected[stream] = true
			return false
		elseif not conn and who == "client" then
			conn = conn_new(stream, pinfo.dst_port, pinfo.dst)
		elseif not conn then
			conn = conn_new(stream, pinfo.src_port, pinfo.src)
		end
		conn.is_found = true
	end
	pinfo.conversation = treasure
	treasure.dissector(tvb, pinfo, tree)
	return true
end

---- Registration ----

local function listen()
	local ports = DissectorTable.get("tcp.port")
	if port_text and port_text ~= "" then
		ports:remove(port_text, treasure)
	end
	port_text, listed = tostring(prefs.ports), {}
	if port_text ~= "" then
		ports:add(port_text, treasure)
	end
	for from, to in port_text:gmatch("(%d+)%-?(%d*)") do
		for port = tonumber(from), tonumber(to) or tonumber(from) do
			listed[port] = true
		end
	end
end

function treasure.prefs_changed()
	if tostring(prefs.ports) ~= port_text then
		listen()
	end
end

treasure.init = reset
reset()
listen()
treasure:register_heuristic("tcp", look)
register_postdissector(ending)
