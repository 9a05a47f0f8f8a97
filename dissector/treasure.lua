-- treasure.lua - the treasure game, both versions, in Wireshark and tshark.
-- SPDX-License-Identifier: BSD-2-Clause
--[[
   tshark -X lua_script:dissector/treasure.lua -r FILE -Y treasure

It takes no arguments.  Wireshark 3.6 to 4.6.  docs/wire-protocol.md has the
bytes; the parts are in treasure/ beside this file.
]]
local argument = ...
local game = package.loaded.treasure or {}
local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
game.tshark = game.tshark or
	assert(loadfile(here .. "wiretoll/tshark.lua"))({})

-- Most likely it is another script's: as wiretoll.lua does with what it does
-- not know, tshark ends; Wireshark shows the error and goes on.
local function refuse(words)
	if game.tshark.is_tshark then
		io.stderr:write(words, "\n")
		os.exit(2)
	end
	error(words, 0)
end

if argument then
	refuse("treasure.lua takes no argument (" .. argument .. "): " ..
		"lua_script1: is for the script named first, and so on")
end

-- Installed, and named on the command line as well: it is here already.
if package.loaded.treasure then
	return
end
package.loaded.treasure = game

assert(loadfile(here .. "wiretoll/heap.lua"))(game)
for _, name in ipairs({ "wire", "fields", "header", "verdict",
	"ways", "version", "answers", "connection", "heuristic", "show", "messages",
	"steady" }) do
	game[name] = assert(loadfile(here .. "treasure/" .. name .. ".lua"))(game)
end

local tshark = game.tshark
local connection, messages, show = game.connection, game.messages, game.show
local header, steady = game.header, game.steady
local proto, ending = game.fields.proto, game.fields.ending
local prefs = game.fields.prefs

local INFO_MAX = 8 -- messages told in the Info column

-- Nobody has disabled the game if it was ever asked; and what it is asked to do
-- in its own name, once: see say_as_game.
local is_enabled, errand = false, nil

function proto.init()
	is_enabled, errand = false, nil
	connection.reset()
	messages.reset()
	steady.reset()
end

-- Quiet and in one pass, tshark shows nothing of a frame, nor will it later.
local may_be_idle = tshark.is_quiet and tshark.is_once and
	not tshark.has_statistics and not tshark.has_choice
local is_idle = false -- nobody asks for our fields either

-- Is there nobody to work for?
local function rest(tree)
	if may_be_idle then
		may_be_idle = false
		is_idle = not messages.is_wanted(tree, false)
	end
	return is_idle
end

local function dissect(tvb, pinfo, tree, len)
	local frame = connection.frame(pinfo, pinfo.number)
	if not frame or not connection.is_ours(frame.conn, pinfo) then
		return 0
	end
	messages.dissect(tvb, pinfo, tree, frame, len)
	return len
end

-- What was put aside is no usual message.
local function dissect_aside(pinfo, tree)
	local tvb = steady.tvb
	steady.tvb = nil
	dissect(tvb, pinfo, tree, steady.len)
end

function proto.dissector(tvb, pinfo, tree)
	local len = tvb:len()
	if errand then
		errand()
		return len
	end
	is_enabled = true
	if len == 0 or rest(tree) then
		return len
	end
	if steady.tvb then -- TCP hands over more than one message
		dissect_aside(pinfo, tree)
	elseif not messages.are_pending and steady.put_aside(tvb, pinfo,
		tree, len) then
		return len
	end
	return dissect(tvb, pinfo, tree, len)
end

-- TCP keeps its marks, [TCP Retransmission], before what we say, and where it
-- has put segments together all of its own line, which has no place here.
local function tell(cols, words, in_parts)
	if #words == 1 and not in_parts then
		cols.info = words[1]
		return
	elseif #words > INFO_MAX then
		words[INFO_MAX + 1] = "..."
	end
	local text = table.concat(words, "; ", 1,
		math.min(#words, INFO_MAX + 1))
	local info = cols.info
	info:clear()
	local kept = tostring(info)
	if kept:find("%S$") then
		info:clear_fence()
		text = (kept:match("^%[TCP [^%]]*%] ") or "") .. text
	end
	info:set(text)
end

-- What a frame says, at its end: which answers belong to which commands.
local function say(tvb, pinfo, tree, frame, found)
	local words = {}
	for i, message in ipairs(found and found.list or {}) do
		words[i] = show.complete(message, tree, frame.conn)
	end
	local cols = found and found.cols or pinfo.cols
	if frame.verdict then
		cols.protocol = "Treasure"
		words[#words + 1] = show.verdict(tvb, tree, frame.verdict,
			frame.conn)
	end
	if #words > 0 then
		tell(cols, words, found and (found.in_parts or
			found.waits > 0 or found:is_joined()))
	end
end

local game_dissector

-- An expert bears the name of the protocol whose dissector is at work, not of its
-- item, and a post-dissector may be another script's.  Each call leaves a mark
-- in the tree, hidden but for JSON.
local function say_as_game(tvb, pinfo, tree, frame, found)
	if not is_enabled or found and not found.is_wanted or
		not show.is_faulty(frame, found) then
		say(tvb, pinfo, tree, frame, found)
		return
	end
	game_dissector = game_dissector or Dissector.get("treasure")
	errand = function()
		errand = nil
		say(tvb, pinfo, tree, frame, found)
	end
	game_dissector:call(tvb, pinfo, tree)
end

local is_once = tshark.is_once
local was_of_interest = false -- the last frame: then perhaps this one is too

-- The end of every frame: which answers belong to which commands, and whether
-- a connection has ended.  True: nobody will ever want to know.
local function end_frame(tvb, pinfo, tree)
	if steady.tvb then
		local words = steady.finish(tvb, pinfo)
		if words then
			local cols = pinfo.cols
			cols.protocol, cols.info = "Treasure", words
			return
		end
		dissect_aside(pinfo, tree)
	end
	if rest(tree) then
		return true
	elseif was_of_interest and is_once and not messages.are_pending and
		header.is_uneventful(tvb, connection.listed) then
		return
	end
	local number = messages.are_pending and pinfo.number
	local way = number and messages.way(number)
	local src = way and way.from_port or pinfo.src_port
	local dst = way and way.to_port or pinfo.dst_port
	was_of_interest = connection.is_of_interest(src, dst)
	if not was_of_interest then
		return
	end
	number = number or pinfo.number
	local found = messages.take(number)
	if is_once or not pinfo.visited then
		connection.end_of_frame(tvb, pinfo, number, found, src, dst)
	end
	local frame = connection.known(number)
	if frame and (found or frame.verdict) then
		say_as_game(tvb, pinfo, tree, frame, found)
	end
	if frame and is_once then
		connection.forget(number)
	end
end

-- On other ports, if the user wants it.
local function look(tvb, pinfo, tree)
	if not prefs.heuristic or tvb:len() == 0 or
		not game.heuristic(pinfo, tvb) then
		return false
	end
	pinfo.conversation = proto
	return proto.dissector(tvb, pinfo, tree) > 0
end

local ports_now = ""
local function listen()
	local tcp_port = DissectorTable.get("tcp.port")
	if ports_now ~= "" then
		tcp_port:remove(ports_now, proto)
	end
	ports_now = tostring(prefs.ports)
	if ports_now ~= "" then
		tcp_port:add(ports_now, proto)
	end
	connection.listed = {}
	for from, to in ports_now:gmatch("(%d+)%-?(%d*)") do
		for port = tonumber(from), tonumber(to) or tonumber(from) do
			connection.listed[port] = true
		end
	end
end

function proto.prefs_changed()
	if tostring(prefs.ports) ~= ports_now then
		listen()
	end
end

connection.reset()
listen()
proto:register_heuristic("tcp", look)
tshark.after_each(ending, end_frame)
