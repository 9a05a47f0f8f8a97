-- report.lua - the books of what was dissected: at tshark's end, in a window.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, view, books = toll.names, toll.view, toll.books
local fields, text, json = toll.fields, toll.text, toll.json
local tshark, fast = toll.tshark, toll.fast

local report = {}

-- Is the frame that a tap hands on the one that was looked at last?
local function is_at_hand(pinfo)
	return view.is_known and view.number == pinfo.number
end

--[[
A tap that keeps a book of the frames passing a filter (nil: of all).  `show`
is called with the book when it is to be drawn.  A frame that no tap gets is
counted where it is seen, or, as nobody tells whether it passes a filter, said.
Where each frame is dissected once and all count, the tap need not be called.
]]
function report.tap(filter, show, is_once)
	local tap = Listener.new("frame", filter)
	local book, seen
	local function count(pinfo)
		if is_at_hand(pinfo) then
			books.note(book, view.frame.whole, view.frame.time)
			books.post(book, view.posting)
			books.warn(book, view.frame, view.verdict)
			if view.verdict.said then
				books.hear(book, view.verdict.said)
			end
		else
			book.unknown[#book.unknown + 1] = pinfo.number
		end
	end
	local function watch(pinfo)
		if seen[pinfo.number] then
			return
		end
		seen[pinfo.number] = true
		if filter then
			book.unknown[#book.unknown + 1] = pinfo.number
		else
			count(pinfo)
		end
	end
	if is_once and not filter then
		view.count, fast.is_on = count, true
	else
		view.watchers[watch] = true
		tap.packet = count
	end
	function tap.draw()
		if fast.is_on then
			fast.pour(book)
		end
		show(books.close(book))
	end
	local function reset()
		book, seen = books.new(fields.level()), {}
		fast.reset()
	end
	reset()
	tap.reset = reset
	return tap, function()
		view.watchers[watch] = nil
		tap:remove()
	end
end

-- A copy of the posting, for a connection whose version is yet to be told.
local function keep(posting)
	local out = books.new_posting()
	for key, value in pairs(posting) do
		if type(value) ~= "table" or key == "flow" then
			out[key] = value
		else
			for i, item in ipairs(value) do
				out[key][i] = item
			end
		end
	end
	return out
end

local function is_game(of)
	local ports = of.ports
	local a, b, c, d = ports:byte(1, 4)
	return fields.is_game_port(a * 256 + b) or
		fields.is_game_port(c * 256 + d)
end

--[[
A tap that keeps two books, of the game's one-shot and of its persistent
connections.  Their first bytes tell which is which; frames before these wait.
]]
function report.compare_tap(filter, show)
	local tap = Listener.new("frame", filter)
	local of_version, waiting
	local function reset()
		of_version = {
			["one-shot"] = books.new(fields.level()),
			persistent = books.new(fields.level()),
		}
		for version, book in pairs(of_version) do
			book.title = version
		end
		waiting = {}
	end
	reset()
	tap.reset = reset
	local function post(posting)
		local book = of_version[posting.flow.version]
		if book then
			books.post(book, posting)
		end
	end
	function tap.packet(pinfo)
		local of = is_at_hand(pinfo) and view.posting.flow
		if not of or of.protocol ~= 6 or not is_game(of) then
			return
		elseif not of.version then
			waiting[of] = waiting[of] or {}
			table.insert(waiting[of], keep(view.posting))
			return
		end
		for _, posting in ipairs(waiting[of] or {}) do
			post(posting)
		end
		waiting[of] = nil
		post(view.posting)
	end
	function tap.draw()
		show(books.close(of_version["one-shot"]),
			books.close(of_version.persistent))
	end
	return tap, function()
		tap:remove()
	end
end

-- The books side by side, or why they cannot be.
function report.compare_text(a, b)
	if a.frames > 0 and b.frames > 0 then
		return text.compare(a, b)
	end
	return string.format("Nothing to compare: %s one-shot and %s " ..
		"persistent connections of the game, on port %s.\n" ..
		"Both have to be in one capture (mergecap makes one of two), " ..
		"or in Wireshark in\ntwo that are opened one after the " ..
		"other while this window is open.\n",
		text.count(a.flow_count), text.count(b.flow_count),
		fields.proto.prefs.ports)
end

local function is_installed(here)
	for _, folder in ipairs({ Dir.personal_plugins_path(),
		Dir.global_plugins_path() }) do
		if here:sub(1, #folder) == folder then
			return true
		end
	end
	return false
end

local function write_file(path, content)
	local file, why = io.open(path, "w")
	if not file then
		error(why, 0)
	end
	local is_written, problem = file:write(content)
	local is_closed, late = file:close()
	if not is_written or not is_closed then
		error(path .. ": " .. (problem or late), 0)
	end
end
report.write_file = write_file

-- What tshark was told, it cannot do: it says so and ends, as for options of its
-- own.  Wireshark shows the error and goes on.
local function fail(...)
	local words = "wiretoll.lua: " .. table.concat({ ... }, ": ")
	if tshark.is_tshark then
		io.stderr:write(words, "\n")
		os.exit(2)
	end
	error(words, 0)
end

local function say(words)
	local is_written, why = io.write(words)
	if is_written then
		is_written, why = io.stdout:flush()
	end
	if not is_written then
		fail("standard output", why)
	end
end

local function parse(arguments)
	local out = {}
	for _, argument in ipairs(arguments) do
		local key, value = argument:match("^(%a+)=(.*)$")
		if argument == "text" or argument == "json" or
			argument == "compare" or argument == "none" then
			out.print = argument
		elseif key == "json" then
			out.print, out.path = key, value
		elseif key == "filter" then
			out.filter = value
		elseif key == "level" and names.levels.at[value] then
			fields.choose_level(value)
		else
			fail("no such argument", argument)
		end
	end
	return out
end

-- At tshark's end.
local function print_at_end(asked)
	if asked.print == "compare" then
		report.compare_tap(asked.filter, function(a, b)
			say(report.compare_text(a, b))
		end)
		return
	end
	report.tap(asked.filter, function(book)
		if asked.path then
			local is_well, why = pcall(write_file, asked.path,
				json.report(book))
			if not is_well then
				fail(why)
			end
		elseif asked.print == "json" then
			say(json.report(book))
		else
			say(text.report(book, tshark.path or "capture"))
		end
	end, tshark.is_once)
end

-- Do what the script's arguments say, in tshark or in Wireshark.
function report.start(arguments, here)
	local asked = parse(arguments)
	if gui_enabled() then
		if not report.is_in_menu then
			toll.window.register()
		end
		report.is_in_menu = true
		return
	end
	if not asked.print and tshark.is_quiet and not is_installed(here) then
		asked.print = "text"
	end
	if not asked.print or asked.print == "none" then
		return
	end
	fields.is_reporting = true
	if not asked.filter then
		print_at_end(asked)
		return
	end
	-- Our fields can be filtered on only when all scripts are loaded; until
	-- then a listener that does nothing makes tshark dissect at all.
	report.placeholder = Listener.new("frame")
	function fields.at_first_init()
		local is_well, why = pcall(print_at_end, asked)
		if not is_well then -- from where in this script: no matter
			fail((why:gsub("^%S+%.lua:%d+: ", ""):gsub("\n", " ")))
		end
	end
end

return report
