-- window.lua - Wireshark's menu Tools > wiretoll, and its windows.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local report, text, json = toll.report, toll.text, toll.json

local window = {}

-- A window that shows what a tap finds, as long as it is open.
local function open(title, new_tap)
	local shown = TextWindow.new(title)
	local is_made, tap, remove = pcall(new_tap, function(content)
		shown:set(content)
	end)
	if not is_made then
		shown:set("This display filter cannot be used here:\n" ..
			tostring(tap))
		return shown
	end
	shown:set_atclose(remove)
	return shown
end

local function save(book)
	new_dialog("Save the report as JSON", function(path)
		if path == "" then
			report_failure("wiretoll: no file is named.")
			return
		end
		local is_done, why = pcall(report.write_file, path,
			json.report(book))
		if not is_done then
			report_failure(tostring(why))
		end
	end, "File (its whole path)")
end

local function filter_and_title()
	local filter = get_filter()
	if filter == "" then
		return nil, "All frames"
	end
	return filter, "Frames that pass " .. filter
end

-- No size can be given to a TextWindow, and its own is too narrow for the
-- report's tables; but it is as wide as its buttons.
local SAVE = (" "):rep(64) .. "Save as JSON" .. (" "):rep(64)

local function overhead_report()
	local filter, title = filter_and_title()
	local last
	local shown = open("wiretoll: overhead report", function(set)
		return report.tap(filter, function(book)
			last = book
			set(text.report(book, title))
		end)
	end)
	shown:add_button(SAVE, function()
		if last then
			save(last)
		end
	end)
	retap_packets()
end

-- Of each version, the books of the last capture that had any of it.
local remembered = {}

local function remember(book)
	local version = book.version or book.title
	if book.frames > 0 then
		remembered[version] = book
		return book
	end
	local old = remembered[version]
	if old then
		old.version = version
		old.title = version .. " (a capture opened before)"
	end
	return old or book
end

local function compare_versions()
	local filter = filter_and_title()
	open("wiretoll: one-shot and persistent", function(set)
		return report.compare_tap(filter, function(a, b)
			set(report.compare_text(remember(a), remember(b)))
		end)
	end)
	retap_packets()
end

function window.register()
	-- As long as there is a listener, fields are there on the first pass.
	window.listener = Listener.new("frame")
	register_menu("wiretoll/Overhead report", overhead_report,
		MENU_TOOLS_UNSORTED)
	register_menu("wiretoll/Compare one-shot and persistent",
		compare_versions, MENU_TOOLS_UNSORTED)
end

return window
