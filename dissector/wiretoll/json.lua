-- json.lua - the ledger as JSON: keys of schema wiretoll/1, without some.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, books = toll.names, toll.books
local format = string.format

local json = {}

local function quote(value)
	return '"' .. value:gsub('[%c"\\]', function(c)
		return format("\\u%04x", c:byte())
	end) .. '"'
end

-- An integer, or a real with 15 digits that never looks like one.
local function number(value, is_real)
	if value == nil then
		return "null"
	elseif not is_real then
		return format("%.0f", value)
	end
	local out = format("%.15g", value)
	return out:find("[.e]") and out or out .. ".0"
end

-- Pairs of a key and its text, in order, as an object.
local function object(rows, indent)
	if #rows == 0 then
		return "{}"
	end
	local pieces = {}
	for i, row in ipairs(rows) do
		pieces[i] = indent .. "  " .. quote(row[1]) .. ": " .. row[2]
	end
	return "{\n" .. table.concat(pieces, ",\n") .. "\n" .. indent .. "}"
end

local function tallies(list, of, fields)
	local rows = {}
	for i, name in ipairs(list) do
		if of[i].frames > 0 then
			local row = {}
			for j, field in ipairs(fields) do
				row[j] = { field, number(of[i][field]) }
			end
			rows[#rows + 1] = { name, object(row, "    ") }
		end
	end
	return object(rows, "  ")
end

local function groups(book)
	local rows, of = {}, books.groups(book)
	for _, name in ipairs(names.field_groups.name) do
		rows[#rows + 1] = { name, number(of[name]) }
	end
	return object(rows, "  ")
end

local function applications(book)
	local sums, rows = book.application, {}
	if not books.has_application(book) then
		return "{}"
	end
	for i, kind in ipairs({ "framing", "content", "unparsed" }) do
		rows[i] = { kind, number(sums[kind]) }
	end
	return object({ { "treasure", object(rows, "    ") } }, "  ")
end

local function warnings(book)
	local pieces = {}
	for _, row in ipairs(names.warnings) do
		local count = book.warnings[row[1]]
		if count then
			pieces[#pieces + 1] = format(
				'{ "kind": "%s", "count": %.0f }', row[1], count)
		end
	end
	return "[" .. table.concat(pieces, ", ") .. "]"
end

local function list(numbers)
	local pieces = {}
	for i, value in ipairs(numbers) do
		pieces[i] = number(value)
	end
	return "[" .. table.concat(pieces, ", ") .. "]"
end

-- Beyond the schema: the fields' groups, and the frames that are not known.
function json.report(book)
	local payload = books.payload(book)
	return object({
		{ "schema", quote("wiretoll-lua/1") },
		{ "level", quote(book.level) },
		{ "frames", number(book.frames) },
		{ "bytes", number(book.bytes) },
		{ "payload", number(payload) },
		{ "repeated", number(books.repeated(book)) },
		{ "overhead", number(book.bytes - payload) },
		{ "overhead_per_payload_byte",
			number(books.overhead(book), true) },
		{ "efficiency", number(books.efficiency(book), true) },
		{ "what", tallies(names.accounts.name, book.what,
			{ "frames", "bytes" }) },
		{ "tcp_options", tallies(names.options.name, book.options,
			{ "frames", "bytes" }) },
		{ "why", tallies(names.purposes.name, book.why,
			{ "frames", "bytes", "payload" }) },
		{ "application", applications(book) },
		{ "overhead_per_content_byte",
			number(books.overhead_of_content(book), true) },
		{ "groups", groups(book) },
		{ "warnings", warnings(book) },
		{ "balances", tostring(books.balances(book)) },
		{ "flow_count", number(book.flow_count) },
		{ "unknown_frames", list(book.unknown) },
	}, "") .. "\n"
end

return json
