-- game.lua - what the treasure game spends on framing, and its version.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local byte, min = string.byte, math.min
local frame, PAYLOAD = toll.frame, toll.names.accounts.at.payload

--[[
As capture/application/: the game is found by its bytes (docs/wire-protocol.md),
on its ports, in connections whose start was captured.  What comes out of order
is not waited for: from there on that side's payload is `unparsed`.
]]
local treasure = {}

local MAX_BODY = 50106 -- three scores and a board of 100 x 100
local WRAP = 4294967296

-- Commands: U D L R Q in the high bits, of a player; G of anybody.
local makes_sense = {}
for value = 0, 255 do
	local low = value % 16
	local verb = (value - low) / 16
	makes_sense[value] = verb == 15 or low >= 4 and (verb == 2 or
		verb == 3 or verb == 4 or verb == 6 or verb == 8)
end

-- Each hears one byte.  Returns whether it is the game: true, false when it is
-- not or not any more, nil when that is still open.

local function hear_client(state, value, sums)
	sums.content = sums.content + 1
	if state.is_sensible == nil then
		state.is_sensible = makes_sense[value]
	end
	return state.version ~= nil or state.is_sensible or nil
end

-- Persistent: a length of two bytes, then as many of the reply.
local function hear_framed(state, value, sums)
	if state.left > 0 then
		local kind = state.is_id and "framing" or "content"
		sums[kind] = sums[kind] + 1
		state.left = state.left - 1
		return true
	end
	state.is_id = false
	sums.framing = sums.framing + 1
	if not state.high then
		state.high = value
		return true
	end
	state.left = state.high * 256 + value
	state.high = nil
	return state.left > 0 and state.left <= MAX_BODY
end

-- The persistent server begins with 0 1, the length of the id; no scores do.
local function tell_version(state, value, sums)
	if not state.has_begun and value == 0 then
		state.has_begun = true
		return nil
	elseif state.has_begun and value == 1 then
		sums.framing = sums.framing + 2
		state.version, state.left, state.is_id = "persistent", 1, true
		return true
	end
	sums.content = sums.content + (state.has_begun and 2 or 1)
	state.version = "one-shot"
	return state.is_sensible or false
end

local function hear_server(state, value, sums)
	if not state.version then
		return tell_version(state, value, sums)
	elseif state.version == "persistent" then
		return hear_framed(state, value, sums)
	end
	sums.content = sums.content + 1
	return true
end

local function no_sums()
	return { framing = 0, content = 0, unparsed = 0 }
end

-- The server's port, by the flow's two ports.
local function is_on_port(of)
	local a, b, c, d = byte(of.ports, 1, 4)
	local is_first = of.client == 2
	return of.client ~= nil and toll.fields.is_game_port(
		is_first and a * 256 + b or c * 256 + d)
end

local function start(of)
	of.dialogue = is_on_port(of) and { { next = nil, is_lost = nil },
		{ next = nil, is_lost = nil }, kept_back = no_sums(),
		is_game = nil, is_sensible = nil, has_begun = nil,
		version = nil, left = nil, is_id = nil, high = nil }
	return of.dialogue
end

-- The first byte of f's payload that is next, or nil: the side is lost.
local function next_byte(stream, seq, f, fresh)
	if not stream.next or stream.is_lost or f.behind ~= PAYLOAD then
		return nil
	end
	local known = (stream.next - seq) % WRAP -- bytes heard before
	if known > f.payload or f.payload - known ~= fresh or
		f.captured < f.payload then
		return nil
	end
	return f.at + known
end

-- What a connection's first payload shows, for those who compare.
local function note_version(of, is_server, f)
	if f.behind ~= PAYLOAD or f.captured < 1 then
		return
	end
	local at = frame.peek(f, math.min(f.captured, 3))
	local first, second, third = byte(f.bytes, at, at + 2)
	if is_server and f.captured >= 3 and first == 0 and second == 1 and
		third >= 1 and third <= 3 then
		of.version = "persistent"
	else
		of.version = not is_server and makes_sense[first] and
			"one-shot" or "none"
	end
end

-- Bytes from place i on of which each is but content; none is left to be told.
local function hear_content(dialogue, is_server, i, last, sums)
	local count = 0
	if not is_server or dialogue.version == "one-shot" then
		count = dialogue.version and last + 1 - i or 0
	elseif dialogue.version and not dialogue.is_id then
		count = min(dialogue.left, last + 1 - i)
		dialogue.left = dialogue.left - count
	end
	if count > 0 then
		sums.content = sums.content + count
		dialogue.is_game = true
	end
	return i + count
end

local function hear_all(dialogue, is_server, f, at, last)
	local hear, sums = is_server and hear_server or hear_client,
		dialogue.kept_back
	local i = hear_content(dialogue, is_server, at, last, sums)
	while i <= last do
		local is_game = hear(dialogue, byte(f.bytes, i), sums)
		if is_game ~= nil then
			dialogue.is_game = is_game
		end
		if is_game == false then
			return
		end
		i = hear_content(dialogue, is_server, i + 1, last, sums)
	end
end

--[[
Hear what `side` of a connection said with a segment's payload, which starts at
seq.  Returns what is known now: { framing, content, unparsed }, or nil.
]]
function treasure.hear(of, side, seq, f, fresh)
	local dialogue = of.dialogue or start(of)
	if not dialogue or dialogue.is_game == false then
		of.version = of.version or "none"
		return nil
	end
	local stream, sums = dialogue[side], dialogue.kept_back
	if of[side].isn and not stream.next then
		stream.next = (of[side].isn + 1) % WRAP
	end
	if not of.version then
		note_version(of, side ~= of.client, f)
	end
	local at = next_byte(stream, seq, f, fresh)
	if at then
		local last = at + fresh - 1
		frame.hold(f, last)
		stream.next = (stream.next + fresh) % WRAP
		hear_all(dialogue, side ~= of.client, f, at, last)
	else
		stream.is_lost = true
		sums.unparsed = sums.unparsed + fresh
	end
	if not dialogue.is_game then
		return nil
	end
	dialogue.kept_back = no_sums()
	return sums
end

return treasure
