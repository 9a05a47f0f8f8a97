-- version.lua - how the server of a connection speaks, as far as it is known.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local wire = game.wire

local version = {}

-- What a connection shows of its server holds for others of the same.
function version.learn(conn, what, value)
	conn.server_told[what] = value
	if what == "version" then
		conn.version = value
	end
end

-- Nothing that the server has said is missing before this frame.
function version.is_start(conn)
	return conn.is_whole and not conn.is_begun
end

-- And it says this of its own accord.
function version.is_unasked(conn)
	return version.is_start(conn) and #conn.requests == 0
end

-- A one-shot server reads but the first command.
function version.ignore_rest(conn)
	for i = 2, #conn.requests do
		conn.requests[i].is_ignored = true
	end
end

-- This is how the server speaks, as its first bytes say.  What was captured
-- from the middle on and looks like one-shot may turn out not to be.
function version.set(conn, value)
	conn.is_guess = value == wire.ONESHOT and not version.is_start(conn)
	version.learn(conn, "version", value)
	if value == wire.ONESHOT and not conn.is_guess then
		version.ignore_rest(conn)
	end
end

-- More was asked after the first reply, and not after the server had closed: it
-- was no one-shot server's.
function version.unguess(conn)
	if conn.is_guess and conn.server.has_spoken and not conn.is_closed then
		version.learn(conn, "version", wire.PERSISTENT)
		conn.is_guess = nil
	end
end

return version
