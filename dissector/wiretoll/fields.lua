-- fields.lua - the post-dissector: each frame's view as fields.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, view, fast = toll.names, toll.view, toll.fast

local proto = Proto("wiretoll", "Where the bytes go, and why")

local fields = { proto = proto }

-- Name, type, title, and what it tells, in the order they are shown.
local rows = {
	{ "purpose", "string", "Purpose", "Why the frame was sent" },
	{ "header_bytes", "uint32", "Header bytes",
		"All bytes of the frame but application bytes" },
	{ "payload_bytes", "uint32", "Payload bytes",
		"Application bytes seen for the first time" },
	{ "repeated_bytes", "uint32", "Repeated bytes",
		"Application bytes seen before" },
	{ "overhead", "double", "Overhead per payload byte",
		"All other bytes, for each new byte of payload" },
	{ "phy", "uint32", "Physical layer",
		"Preamble, gap and the like (level wire)" },
	{ "link", "uint32", "Link headers" },
	{ "network", "uint32", "Network headers" },
	{ "tunnel", "uint32", "Tunnel headers" },
	{ "transport", "uint32", "Transport headers",
		"Without TCP's options" },
	{ "options", "uint32", "TCP options" },
	{ "control", "uint32", "Control messages", "ARP, ICMP and others" },
	{ "padding", "uint32", "Padding", "And frame check sequences" },
	{ "unknown", "uint32", "Unknown",
		"Encrypted, behind the snap length, or malformed" },
	{ "flow.bytes", "uint64", "Bytes of the connection so far" },
	{ "flow.payload", "uint64", "Payload of the connection so far" },
	{ "flow.overhead", "double",
		"Overhead per payload byte of the connection so far" },
}

local field, maker = {}, { string = ProtoField.string,
	double = ProtoField.double }
for i, row in ipairs(rows) do
	local name, kind, title, about = row[1], row[2], row[3], row[4]
	local abbreviation = "wiretoll." .. name
	if maker[kind] then
		field[i] = maker[kind](abbreviation, title, nil, about)
	else
		field[i] = ProtoField[kind](abbreviation, title, base.DEC, nil,
			nil, about)
	end
end
proto.fields = field

local levels = {}
for i, name in ipairs(names.levels.name) do
	levels[i] = { name, name .. ": " .. names.level_words[name], i }
end
proto.prefs.level = Pref.enum("Count from",
	names.levels.at.link, "Which bytes of a frame are counted", levels,
	false)
proto.prefs.ports = Pref.string("Ports of the game", "12345",
	"To compare its two versions: ports and ranges, as 12345,12350-12360")

-- An argument of the script wins over the preference.
local chosen

function fields.choose_level(name)
	chosen = name
end

function fields.level()
	return chosen or names.levels.name[proto.prefs.level]
end

-- Is it one of the game's ports?
function fields.is_game_port(port)
	for first, last in proto.prefs.ports:gmatch("(%d+)%-?(%d*)") do
		first = tonumber(first)
		if port >= first and port <= (tonumber(last) or first) then
			return true
		end
	end
	return false
end

local level = fields.level()
local known_wanted = {} -- by pinfo.visited: see add_wanted

function proto.prefs_changed()
	level = fields.level()
end

-- Called once, when all fields are known, if it is set.
fields.at_first_init = nil

function proto.init()
	local first = fields.at_first_init
	fields.at_first_init = nil
	if first then
		first()
	end
	level = fields.level()
	known_wanted = {}
	view.reset()
end

local PAYLOAD = names.accounts.at.payload
local REPEATED = names.accounts.at.repeated

local function big(number)
	local low = number % 4294967296
	return UInt64.new(math.floor(low),
		math.floor((number - low) / 4294967296))
end

-- As people read it: two decimals, and below ten four.
local function per_byte(bytes, payload)
	if payload == 0 then
		return nil
	end
	local exact = (bytes - payload) / payload
	local unit = exact < 10 and 10000 or 100
	return math.floor(exact * unit + 0.5) / unit
end

local sums = {}

-- The frame's figures by the field's name; what there is not stays nil.
local function figures()
	local posting = view.posting
	local header = posting.bytes
	for _, name in ipairs(names.field_groups.name) do
		sums[name] = 0
	end
	for i = 1, posting.entries do
		local account, size = posting.account[i], posting.size[i]
		local group = names.field_groups.name[names.field_group[account]]
		sums[group] = sums[group] + size
		if account == PAYLOAD or account == REPEATED then
			header = header - size
		end
	end
	sums.purpose = names.purposes.name[posting.purpose]
	sums.header_bytes = header
	sums.payload_bytes, sums.repeated_bytes = sums.payload, sums.repeated
	sums.phy = level == "wire" and sums.phy or nil
	sums.overhead = per_byte(posting.bytes, sums.payload)
	local bytes, payload = view.flow_bytes, view.flow_payload
	sums["flow.bytes"] = bytes and big(bytes)
	sums["flow.payload"] = bytes and big(payload)
	sums["flow.overhead"] = bytes and per_byte(bytes, payload)
	return sums
end

local function add(tree, i, of)
	local value = of[rows[i][1]]
	if value ~= nil then
		return tree:add(field[i], value)
	end
end

-- For people: one line that opens, marked as not being in the packet.
local function add_all(tree)
	local of = figures()
	local top = add(tree, 1, of):set_generated()
	top:set_text(string.format("wiretoll: %s, %.0f header bytes, " ..
		"%.0f payload bytes", of.purpose, of.header_bytes,
		of.payload_bytes))
	for i = 2, #rows do
		add(top, i, of)
	end
end

-- What filters, columns and the like ask for: places in `field`.
local function find_wanted(tree)
	local referenced, wanted = tree.referenced, {}
	for i = 1, #rows do
		if referenced(tree, field[i]) then
			wanted[#wanted + 1] = i
		end
	end
	return wanted
end

--[[
To ask for all fields takes as long as to take a frame apart.  tshark asks for
the same in each frame of a pass; Wireshark may not.
]]
local may_change = not toll.tshark.is_tshark

local function what_is_wanted(tree, is_visited)
	local wanted = known_wanted[is_visited]
	if not wanted or may_change then
		wanted = tree.visible and "all" or find_wanted(tree)
		known_wanted[is_visited] = wanted
	end
	return wanted
end

local function add_wanted(tree, wanted)
	if wanted == "all" then
		add_all(tree)
	elseif #wanted > 0 then
		local of = figures()
		for _, i in ipairs(wanted) do
			add(tree, i, of)
		end
	end
end

fields.is_reporting = false -- does somebody keep books?

-- Nobody will ever ask for anything, or but for a report at the end.
local is_idle, is_fast = false, false

-- Returns whether that is so.
local function dissect(tvb, pinfo, tree)
	if is_idle or is_fast and fast.count(tvb, pinfo) then
		return is_idle
	end
	local is_visited = pinfo.visited
	local wanted = what_is_wanted(tree, is_visited)
	if #wanted == 0 and toll.tshark.is_once then
		is_idle = not fields.is_reporting
		is_fast = fast.is_on and view.is_plain and level == "link"
	end
	if is_idle then
		return true
	end
	if view.look(tvb, pinfo, level, is_visited) then
		add_wanted(tree, wanted)
	end
end

-- At the root, not below a protocol: else the Protocol Hierarchy breaks.
toll.tshark.after_each(proto, dissect)

return fields
