-- wiretoll.lua - the ledger of `wiretoll report`, frame by frame, in Wireshark.
-- SPDX-License-Identifier: BSD-2-Clause
--[[
A post-dissector with the fields wiretoll.*, and a report: in Wireshark under
Tools > wiretoll, in tshark at the end:

   tshark -q -X lua_script:dissector/wiretoll.lua -r FILE

Arguments are given as -X lua_script1:ARGUMENT, any number of times:
   text, json, compare   what to print (text, if tshark is quiet: -q)
   none                  print nothing
   json=FILE             write JSON to a file
   filter=EXPRESSION     count only what passes a display filter
   level=LEVEL           transport, ip, link or wire
Wireshark 3.6 to 4.6.  The parts are in wiretoll/ beside this file; what is
counted as what is in docs/ledger.md.
Not here: frames that the capture says it dropped, which no script is told of,
and groups and intervals, for which Wireshark has filters and graphs.
]]
local arguments = { ... }
local toll = {}

local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""

-- Installed, and named on the command line as well: it is here already.
if package.loaded.wiretoll then
	package.loaded.wiretoll.report.start(arguments, here)
	return
end
package.loaded.wiretoll = toll

for _, name in ipairs({ "names", "frame", "link", "wan", "network", "tunnel",
	"transport", "fragment", "decode", "ranges", "game", "segment", "flow",
	"copies", "books", "text", "json", "heap", "tshark", "view", "usual",
	"fast", "fields", "report", "window" }) do
	toll[name] = assert(loadfile(here .. "wiretoll/" .. name .. ".lua"))(
		toll)
end

toll.report.start(arguments, here)
