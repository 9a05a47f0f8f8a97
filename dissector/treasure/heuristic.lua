-- heuristic.lua - is this the game, on a port that nobody named?
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire, version, connection = game.wire, game.version, game.connection

local ID = "\0\1" -- the length before a player's id

-- An id has come, in pieces that are gone: the game begins behind it.
local function found_by_id(this, id)
	local conn = this.conn or connection.new(this, false)
	conn.is_found, conn.is_begun, conn.id = true, true, id
	version.set(conn, wire.PERSISTENT)
end

-- In the first pass: who says this, "client" or "server"?  Each connection is
-- looked at once, but for an id that has not yet come whole.
local function speaker(this, tvb)
	local head = (this.head or "") .. tvb:raw(0, math.min(tvb:len(), 4))
	if head == ID or head == ID:sub(1, 1) then
		this.head = head
		return nil
	end
	this.is_looked_at, game.ways.back(this).is_looked_at = true, true
	if not this.head then
		return wire.speaker(tvb)
	elseif #head == 3 and head:find("^..[\1-\3]") and
		head:sub(1, 2) == ID then
		found_by_id(this, head:byte(3))
	end
	return nil
end

return function(pinfo, tvb)
	local number, this = pinfo.number, game.ways.of(pinfo)
	local frame = connection.known(number)
	local conn = frame and frame.conn or this.conn
	if conn and conn.is_found then
		return true
	elseif pinfo.visited or this.is_looked_at then
		return false
	end
	local who = speaker(this, tvb)
	if who then
		frame = connection.frame(pinfo, number, who == "client")
		frame.conn.is_found = true
	end
	return who ~= nil
end
