-- books.lua - post frames, add up: what, why and whose.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, flow = toll.names, toll.flow
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
		warnings = {},
	}
end

local function enter(posting, account, bytes)
	if bytes > 0 then
		local n = posting.entries + 1
		posting.entries = n
		posting.account[n], posting.size[n] = account, bytes
		posting.bytes = posting.bytes + bytes
	end
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
	return { account = {}, size = {}, option = {}, option_size = {} }
end

-- Write the posting of a frame that was taken apart and judged.
function books.write(posting, f, level, verdict)
	local account, size, fresh = f.account, f.size, verdict.fresh
	local is_all = level == "link" or level == "wire"
	posting.entries, posting.bytes = 0, 0
	for i = 1, f.parts do
		if is_all or is_counted(f, i, level) then
			if account[i] == PAYLOAD then
				enter(posting, PAYLOAD, fresh)
				enter(posting, REPEATED, size[i] - fresh)
			else
				enter(posting, account[i], size[i])
			end
		end
	end
	if level == "wire" and f.is_ethernet then
		enter(posting, PHY, phy_bytes(f))
	end
	posting.purpose, posting.fresh = verdict.purpose, fresh
	posting.flow = verdict.flow
	posting.options = f.options
	for i = 1, f.options do
		posting.option[i] = f.option[i]
		posting.option_size[i] = f.option_size[i]
	end
end

-- By tally: the last posting it was in.
local last_seen = setmetatable({}, { __mode = "k" })
local postings = 0

local function add(tally, bytes)
	tally.bytes = tally.bytes + bytes
	if last_seen[tally] ~= postings then
		last_seen[tally] = postings
		tally.frames = tally.frames + 1
	end
end

function books.post(book, posting)
	local why, bytes = book.why[posting.purpose], posting.bytes
	local what, options = book.what, book.options
	postings = postings + 1
	book.frames = book.frames + 1
	book.bytes = book.bytes + bytes
	for i = 1, posting.entries do
		add(what[posting.account[i]], posting.size[i])
	end
	for i = 1, posting.options do
		add(options[posting.option[i]], posting.option_size[i])
	end
	why.frames = why.frames + 1
	why.bytes = why.bytes + bytes
	why.payload = why.payload + posting.fresh
	local of = posting.flow
	if of then
		book.of_flows = book.of_flows + bytes
		if not book.flows[of.id] then
			book.flows[of.id] = true
			book.flow_count = book.flow_count + 1
		end
	end
end

local function warn(book, kind, count)
	book.warnings[kind] = (book.warnings[kind] or 0) + count
end

-- What makes the capture lie.
function books.warn(book, f, verdict)
	if f.is_snapped then
		warn(book, "snapped", 1)
	end
	if f.is_ethernet and not f.is_loopback and f.ip_bytes > 1500 then
		warn(book, "larger_than_mtu", 1)
	end
	if verdict.is_lost then
		warn(book, "later_fragment_without_first", 1)
	end
	if verdict.given_up > 0 then
		warn(book, "holes_given_up", verdict.given_up)
	end
end

-- Note one frame of the capture, of which nothing else need be known.
function books.note(book, bytes, seconds)
	book.file_frames = book.file_frames + 1
	book.file_bytes = book.file_bytes + bytes
	book.first = math.min(book.first or seconds, seconds)
	book.last = math.max(book.last or seconds, seconds)
end

-- What only the end shows: connections whose start or end is missing.
function books.close(book)
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
