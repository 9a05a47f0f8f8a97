-- books.lua - post frames, add up: what, why and whose.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, flow = toll.names, toll.flow
local USUAL = toll.transport.USUAL
local PAYLOAD = names.accounts.at.payload
local REPEATED = names.accounts.at.repeated
local PHY = names.accounts.at.phy
local ACCOUNTS, OPTIONS, PURPOSES = #names.accounts.name, #names.options.name,
	#names.purposes.name

local books = {}

local function tallies(count, fields)
	local out = {}
	for i = 1, count do
		out[i] = {}
		for _, field in ipairs(fields) do
			out[i][field] = 0
		end
	end
	return out
end

function books.new(level)
	return {
		level = level,
		file_frames = 0,
		file_bytes = 0,
		frames = 0,
		bytes = 0,
		unknown = {}, -- numbers of the frames that are not known
		what = tallies(ACCOUNTS, { "frames", "bytes" }),
		options = tallies(OPTIONS, { "frames", "bytes" }),
		why = tallies(PURPOSES, { "frames", "bytes", "payload" }),
		flows = {}, -- those met, by number
		flow_count = 0,
		of_flows = 0, -- bytes of frames of some flow
		usual = 0, -- frames with the options of transport.USUAL
		warnings = {},
		application = {}, -- empty: none was found
	}
end

-- What an Ethernet cable carries besides the frame in the capture.
local function phy_bytes(f)
	local fcs = f.fcs_len > 0 and 0 or 4
	return 20 + fcs + math.max(64 - (f.whole + fcs), 0)
end

local function is_counted(f, i, level)
	if level == "ip" then
		return f.inside[i]
	end
	return level ~= "transport" or i >= f.transport_at
end

function books.new_posting()
	return { account = {}, size = {}, entries = 0, bytes = 0,
		option = {}, option_size = {}, options = 0 }
end

-- Payload is new, or it was seen before.  Returns the entries there are then.
local function split(account, size, n, bytes, fresh)
	if fresh > 0 then
		n = n + 1
		account[n], size[n] = PAYLOAD, fresh
	end
	if bytes > fresh then
		n = n + 1
		account[n], size[n] = REPEATED, bytes - fresh
	end
	return n
end

-- Write the posting of a frame that was taken apart and judged.
function books.write(posting, f, level, verdict)
	local to_account, to_size, n = posting.account, posting.size, 0
	local account, size, fresh = f.account, f.size, verdict.fresh
	local is_all = level == "link" or level == "wire"
	local bytes = 0
	for i = 1, f.parts do
		if is_all or is_counted(f, i, level) then
			local name, len = account[i], size[i]
			bytes = bytes + len
			if name == PAYLOAD then
				n = split(to_account, to_size, n, len, fresh)
			else
				n = n + 1
				to_account[n], to_size[n] = name, len
			end
		end
	end
	if level == "wire" and f.is_ethernet then
		n = n + 1
		to_account[n], to_size[n] = PHY, phy_bytes(f)
		bytes = bytes + to_size[n]
	end
	posting.entries, posting.bytes = n, bytes
	posting.purpose, posting.fresh = verdict.purpose, fresh
	posting.flow = verdict.flow
	-- The options stay the frame's: a posting is used before the next one.
	posting.has_usual, posting.options = f.has_usual, f.options
	posting.option, posting.option_size = f.option, f.option_size
end

local postings = 0 -- so far; each tally knows the last one it was in

local function add(list, names_at, sizes, count)
	for i = 1, count do
		local tally = list[names_at[i]]
		tally.bytes = tally.bytes + sizes[i]
		if tally.last ~= postings then
			tally.last = postings
			tally.frames = tally.frames + 1
		end
	end
end

-- A frame was of this flow.
function books.meet(book, id)
	if not book.flows[id] then
		book.flows[id] = true
		book.flow_count = book.flow_count + 1
	end
end

function books.post(book, posting)
	local why, bytes = book.why[posting.purpose], posting.bytes
	postings = postings + 1
	book.frames = book.frames + 1
	book.bytes = book.bytes + bytes
	add(book.what, posting.account, posting.size, posting.entries)
	if posting.has_usual then
		book.usual = book.usual + 1
	else
		add(book.options, posting.option, posting.option_size,
			posting.options)
	end
	why.frames = why.frames + 1
	why.bytes = why.bytes + bytes
	why.payload = why.payload + posting.fresh
	local of = posting.flow
	if of then
		book.of_flows = book.of_flows + bytes
		books.meet(book, of.id)
	end
end

local function warn(book, kind, count)
	book.warnings[kind] = (book.warnings[kind] or 0) + count
end
books.warn_of = warn

-- What makes the capture lie.
function books.warn(book, f, verdict)
	if f.is_snapped then
		warn(book, "snapped", 1)
	end
	if f.ip_bytes > 1500 and not f.is_loopback and
		(f.is_ethernet or f.is_cooked_ethernet) then
		warn(book, "larger_than_mtu", 1)
	end
	if verdict.is_lost then
		warn(book, "later_fragment_without_first", 1)
	end
	if verdict.is_copy then
		warn(book, "duplicated", 1)
	end
	if verdict.given_up > 0 then
		warn(book, "holes_given_up", verdict.given_up)
	end
end

-- What an application spends on framing: { framing, content, unparsed }.
function books.hear(book, said)
	local sums = book.application
	for kind, bytes in pairs(said) do
		sums[kind] = (sums[kind] or 0) + bytes
	end
end

-- Was there any application?
function books.has_application(book)
	local sums = book.application
	return (sums.framing or 0) + (sums.content or 0) +
		(sums.unparsed or 0) > 0
end

function books.note_time(book, seconds)
	if seconds then
		book.first = math.min(book.first or seconds, seconds)
		book.last = math.max(book.last or seconds, seconds)
	end
end

-- Note one frame of the capture, of which nothing else need be known; its time
-- may be nil.
function books.note(book, bytes, seconds)
	book.file_frames = book.file_frames + 1
	book.file_bytes = book.file_bytes + bytes
	books.note_time(book, seconds)
end

-- What only the end shows: the usual options, which were but counted, and
-- connections whose start or end is missing.
function books.close(book)
	for i, kind in ipairs(USUAL.option) do
		local tally = book.options[kind]
		tally.bytes = tally.bytes + book.usual * USUAL.size[i]
		tally.frames = tally.frames + book.usual
	end
	book.usual = 0
	book.warnings.no_start, book.warnings.no_end = nil, nil
	for id in pairs(book.flows) do
		local of = flow.list[id]
		if of and of.protocol == 6 then
			if not flow.has_start(of) then
				warn(book, "no_start", 1)
			end
			if not flow.has_end(of) then
				warn(book, "no_end", 1)
			end
		end
	end
	return book
end

function books.payload(book)
	return book.what[PAYLOAD].bytes
end

function books.repeated(book)
	return book.what[REPEATED].bytes
end

-- (bytes - payload) / payload, or nil where there is no payload.
function books.overhead(book)
	local payload = books.payload(book)
	return payload > 0 and (book.bytes - payload) / payload or nil
end

-- The same, where framing is overhead too; nil where there is no application.
function books.overhead_of_content(book)
	local content = books.has_application(book) and
		books.payload(book) - book.application.framing or 0
	return content > 0 and (book.bytes - content) / content or nil
end

-- payload / bytes, or nil
function books.efficiency(book)
	local payload = books.payload(book)
	return payload > 0 and payload / book.bytes or nil
end

-- Do both axes add up to the bytes?
function books.balances(book)
	local what, why, frames, payload, options = 0, 0, 0, 0, 0
	for _, tally in ipairs(book.what) do
		what = what + tally.bytes
	end
	for _, tally in ipairs(book.why) do
		why, frames = why + tally.bytes, frames + tally.frames
		payload = payload + tally.payload
	end
	for _, tally in ipairs(book.options) do
		options = options + tally.bytes
	end
	return what == book.bytes and why == book.bytes and
		frames == book.frames and payload == books.payload(book) and
		options == book.what[names.accounts.at["tcp.options"]].bytes
end

-- The bytes of each field group, by its name.
function books.groups(book)
	local out = {}
	for i, tally in ipairs(book.what) do
		local group = names.field_groups.name[names.field_group[i]]
		out[group] = (out[group] or 0) + tally.bytes
	end
	return out
end

return books
