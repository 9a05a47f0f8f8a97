-- fields.lua - what the treasure dissector can name, say and be told.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire = game.wire
local proto = Proto("treasure", "Treasure Game")
-- Ends of connections carry no bytes, and what answers what is known only at
-- the end of a frame: a post-dissector adds both.
local ending = Proto("treasure_end", "Treasure Game, ends and answers")

local prefs = proto.prefs
prefs.version = Pref.enum("Version", 0, "What the server speaks", {
	{ 1, "By its first bytes", 0 },
	{ 2, "One-shot", wire.ONESHOT },
	{ 3, "Persistent", wire.PERSISTENT },
}, false)
prefs.ports = Pref.range("TCP ports", "12345", "Ports of the server", 65535)
prefs.heuristic = Pref.bool("Look on other ports", false,
	"Recognise the game on TCP ports that no other protocol claims")

local text, u8, u16 = ProtoField.string, ProtoField.uint8, ProtoField.uint16
local list = {
	version = text("treasure.version", "Version"),
	byte = u8("treasure.byte", "Command byte", base.HEX),
	command = u8("treasure.command", "Command", base.DEC, wire.VERBS, 0xf0),
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
	list["score" .. i] = u16("treasure.score" .. i, "Score of player " .. i)
	list["at" .. i] = text("treasure.board.player" .. i,
		"Player " .. i .. " at row, column")
end
proto.fields = list

local WARN, NOTE = expert.severity.WARN, expert.severity.NOTE
local function about(name, meaning, severity)
	return ProtoExpert.new("treasure." .. name, meaning,
		expert.group.PROTOCOL, severity)
end
local experts = {
	unknown = about("unknown_command",
		"Nobody knows this command", WARN),
	nobody = about("no_player", "The command names no player", WARN),
	spare = about("spare_bits", "Spare bits should be 0", NOTE),
	seat = about("wrong_seat", "The command names another player", WARN),
	ignored = about("ignored_command",
		"A one-shot server reads one command, and throws the " ..
		"rest away", NOTE),
	illegal = about("illegal_step", "Illegal step", NOTE),
	orphan = about("no_command", "A reply without a command", WARN),
	misplaced = about("wrong_reply",
		"No server answers this command so", WARN),
	length = about("bad_length", "No reply has this length", WARN),
	body = about("bad_reply", "Not a reply of this game", WARN),
	board = about("bad_board", "This is not a board's text", WARN),
	cut = about("cut_short", "The connection ends within a reply", WARN),
	unanswered = about("unanswered", "The connection ends before the reply",
		NOTE),
}
proto.experts = experts

return { proto = proto, ending = ending, prefs = prefs, list = list,
	experts = experts }
