-- heap.lua - how seldom Lua looks for memory that is not used any more.
-- SPDX-License-Identifier: BSD-2-Clause
if type((...)) ~= "table" then return end -- Wireshark loads every plugin file

local FIRST = 200 * 1024 -- KiB of heap before it looks for the first time
local PAUSE = 400        -- per cent: it looks again when there is 4 times more

-- Both scripts call it.
if package.loaded["wiretoll.heap"] then
	return
end
package.loaded["wiretoll.heap"] = true

-- In Lua 5.4 the heap of a long capture would grow without end otherwise.
if _VERSION == "Lua 5.4" then
	collectgarbage("generational")
	return
end
collectgarbage("setpause", PAUSE)
-- Most of what is kept of a capture is needed to its end, so that to look
-- through it is in vain.  The finalizer says when it was done once.
if _VERSION == "Lua 5.2" then
	collectgarbage("setpause", math.max(PAUSE,
		math.floor(100 * FIRST / collectgarbage("count"))))
	collectgarbage("collect")
	setmetatable({}, { __gc = function()
		collectgarbage("setpause", PAUSE)
		collectgarbage("restart")
	end })
end
