-- text.lua - the ledger on one screen, as `wiretoll report` lays it out.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, books = toll.names, toll.books
local format = string.format

local text = {}

-- 1234567 as "1,234,567".
local function count(value)
	local digits = format("%.0f", value)
	local head = #digits % 3
	local out = digits:sub(1, head)
	for i = head + 1, #digits, 3 do
		out = out .. (out == "" and "" or ",") .. digits:sub(i, i + 2)
	end
	return out
end
text.count = count

-- Beyond 2^53 tenths mean nothing.
local function tenths(value)
	local of_ten = math.floor(math.min(value, 9e14) * 10 + 0.5)
	return format("%s.%.0f", count(math.floor(of_ten / 10)), of_ten % 10)
end

-- A figure of three digits or so; "-" if there is none.
function text.decimal(value)
	if not value then
		return "-"
	elseif value >= 9.995 then
		return tenths(value)
	end
	return format(value >= 0.9995 and "%.2f" or
		value >= 0.0995 and "%.3f" or "%.5f", value)
end

-- part / whole as "12.3 %"; "-" if whole is 0.
local function share(part, whole)
	return whole == 0 and "-" or tenths(100 * part / whole) .. " %"
end
text.share = share

local function plural(number)
	return number == 1 and "" or "s"
end

local function duration(seconds)
	local us = math.floor(seconds * 1e6 + 0.5)
	return format("%s.%06.0f s", count(math.floor(us / 1e6)), us % 1e6)
end

local function head(out, book, title)
	local seconds = book.last and book.last - book.first or 0
	out("%s: %s frame%s, %s byte%s in %s\n", title,
		count(book.file_frames), plural(book.file_frames),
		count(book.file_bytes), plural(book.file_bytes),
		duration(seconds))
	out("\n  Overhead per payload byte  %s",
		text.decimal(books.overhead(book)))
	local payload = books.payload(book)
	if payload > 0 then
		out("    (efficiency %s)", share(payload, book.bytes))
	end
	out("\n  %s bytes, %s, to carry %s of payload\n", count(book.bytes),
		names.level_words[book.level], count(payload))
end

local function what_row(out, group, name, tally, whole)
	out("  %-10s %-13s %10s %16s %10s\n", group, name, count(tally.frames),
		count(tally.bytes), share(tally.bytes, whole))
end

local function options(out, book)
	for i, name in ipairs(names.options.name) do
		local tally = book.options[i]
		if tally.frames > 0 then
			out("  %-10s %-16s %7s %16s\n", "", "  " .. name,
				count(tally.frames), count(tally.bytes))
		end
	end
end

local function what(out, book)
	local last
	out("\n%-26s %10s %16s %10s\n", "Where the bytes went", "frames",
		"bytes", "share")
	for i, name in ipairs(names.accounts.name) do
		local tally, group = book.what[i], names.group[i]
		if tally.frames > 0 then
			what_row(out, group == last and "" or group, name,
				tally, book.bytes)
			last = group
			if name == "tcp.options" then
				options(out, book)
			end
		end
	end
	what_row(out, "total", "", book, book.bytes)
end

local function why_row(out, name, tally, whole)
	out("  %-24s %10s %16s %12s %10s\n", name, count(tally.frames),
		count(tally.bytes - tally.payload), count(tally.payload),
		share(tally.bytes, whole))
end

local function why(out, book)
	out("\n%-26s %10s %16s %12s %10s\n", "Why the frames were sent",
		"frames", "overhead bytes", "payload", "share")
	for i, name in ipairs(names.purposes.name) do
		if book.why[i].frames > 0 then
			why_row(out, name, book.why[i], book.bytes)
		end
	end
	why_row(out, "total", { frames = book.frames, bytes = book.bytes,
		payload = books.payload(book) }, book.bytes)
end

-- What the payload itself spends on framing.
local function application(out, book)
	local sums = book.application
	if not books.has_application(book) then
		return
	end
	out("\nInside the payload: treasure, %s bytes of framing, %s of " ..
		"content", count(sums.framing), count(sums.content))
	if sums.unparsed > 0 then
		out(", %s behind a gap", count(sums.unparsed))
	end
	out(".\n")
	local overhead = books.overhead_of_content(book)
	local unclaimed = books.payload(book) - sums.framing - sums.content -
		sums.unparsed
	if overhead and unclaimed > 0 then
		out("Of no application: %s byte%s of payload, which count%s " ..
			"as content.\n", count(unclaimed), plural(unclaimed),
			unclaimed == 1 and "s" or "")
	end
	if overhead then
		out("Overhead per byte of content: %s\n", text.decimal(overhead))
	end
end

local function whose(out, book)
	out("\nWhose: %s flow%s with %s bytes, %s bytes of no flow.\n",
		count(book.flow_count), plural(book.flow_count),
		count(book.of_flows), count(book.bytes - book.of_flows))
	out("What, why and whose %s to %s bytes.\n", books.balances(book) and
		"each add up" or "DO NOT ADD UP", count(book.bytes))
end

local function warnings(out, book, name)
	for _, row in ipairs(names.warnings) do
		local number = book.warnings[row[1]]
		if number then
			local words = number == 1 and row[2]:gsub("s ", " ", 1)
			out("Careful: %s%s %s\n", name, count(number),
				words or row[2])
		end
	end
	if #book.unknown > 0 then
		out("Careful: %s%s frame%s not counted: this script cannot " ..
			"take such apart\n", name, count(#book.unknown),
			plural(#book.unknown))
	end
end

-- A function to write with, and one that gives what was written.
local function writer()
	local pieces = {}
	return function(...)
		pieces[#pieces + 1] = format(...)
	end, function()
		return table.concat(pieces)
	end
end

function text.report(book, title)
	local out, written = writer()
	head(out, book, title)
	what(out, book)
	why(out, book)
	application(out, book)
	whose(out, book)
	warnings(out, book, "")
	return written()
end

local function compare_row(out, name, a, b)
	if a > 0 or b > 0 then
		out("  %-26s %16s %16s %9s\n", name, count(a), count(b),
			a > 0 and format("%.2f", b / a) or "-")
	end
end

local function overhead_bytes(book)
	return book.bytes - books.payload(book)
end

local function compare_rows(out, a, b)
	local of_a, of_b = books.overhead(a), books.overhead(b)
	out("  %-26s %16s %16s %9s\n", "overhead per payload byte",
		text.decimal(of_a), text.decimal(of_b),
		of_a and of_b and of_a > 0 and format("%.2f", of_b / of_a) or
		"-")
	compare_row(out, "connections", a.flow_count, b.flow_count)
	compare_row(out, "frames", a.frames, b.frames)
	compare_row(out, "bytes", a.bytes, b.bytes)
	compare_row(out, "overhead bytes", overhead_bytes(a), overhead_bytes(b))
	out("bytes, by what they are\n")
	for i, name in ipairs(names.accounts.name) do
		compare_row(out, name, a.what[i].bytes, b.what[i].bytes)
	end
	out("frames, by why they were sent\n")
	for i, name in ipairs(names.purposes.name) do
		compare_row(out, name, a.why[i].frames, b.why[i].frames)
	end
	out("overhead bytes, by why they were sent\n")
	for i, name in ipairs(names.purposes.name) do
		compare_row(out, name, a.why[i].bytes - a.why[i].payload,
			b.why[i].bytes - b.why[i].payload)
	end
end

-- Is it the same work?  Framing may add some bytes to the payload.
local function is_same_work(a, b)
	local low = math.min(books.payload(a), books.payload(b))
	local high = math.max(books.payload(a), books.payload(b))
	return low > 0 and high < 2 * low
end

local function say_saved(out, less, more)
	local low, high = overhead_bytes(less), overhead_bytes(more)
	if low == high then
		out("Both cost the same: %s bytes of overhead.\n", count(low))
		return
	end
	out("%s saves %s of the overhead of %s: %s bytes instead of %s,\n" ..
		"%s instead of %s for each byte of payload.\n", less.title,
		share(high - low, high), more.title, count(low), count(high),
		text.decimal(books.overhead(less)),
		text.decimal(books.overhead(more)))
end

local function sentence(out, a, b)
	if not is_same_work(a, b) then
		out("This was not the same work: A carried %s bytes of " ..
			"payload, B %s.\nOnly the overhead per payload byte " ..
			"compares them: %s and %s.\n", count(books.payload(a)),
			count(books.payload(b)),
			text.decimal(books.overhead(a)),
			text.decimal(books.overhead(b)))
	elseif overhead_bytes(b) < overhead_bytes(a) then
		say_saved(out, b, a)
	else
		say_saved(out, a, b)
	end
end

-- Two books that each have a title, side by side.
function text.compare(a, b)
	local out, written = writer()
	out("A: %s\nB: %s\nLevel: %s\n\n", a.title, b.title, a.level)
	out("%-28s %16s %16s %9s\n", "", "A", "B", "B / A")
	compare_rows(out, a, b)
	out("\n")
	sentence(out, a, b)
	warnings(out, a, "A: ")
	warnings(out, b, "B: ")
	return written()
end

return text
