-- ways.lua - what goes from one end to another.
-- SPDX-License-Identifier: BSD-2-Clause
local game = ...
if type(game) ~= "table" then return end -- Wireshark loads every plugin file

local header = game.header
local is_once = game.tshark.is_once

local ways = {}

local FEW = 8 -- ways between the same two ports that are compared one by one

local by_ports -- the first of those between two ports: see between()
local by_name  -- of those that are more than a few: a flood

function ways.reset()
	by_ports, by_name = {}, {}
end

local function new(from, from_port, to, to_port)
	return { from = from, to = to, from_port = from_port, to_port = to_port,
		back = nil, conn = nil, is_request = nil, tuple = nil,
		next = nil }
end

local function among_many(from, from_port, to, to_port)
	local name = ("%s %d %s %d"):format(tostring(from), from_port,
		tostring(to), to_port)
	by_name[name] = by_name[name] or new(from, from_port, to, to_port)
	return by_name[name]
end

-- What is known of all that goes from one end to another: the newest
-- connection (conn), who speaks (is_request), has the heuristic looked?  To
-- compare addresses costs less than to make keys of them.
function ways.between(from, from_port, to, to_port)
	local key = from_port * 65536 + to_port
	local this, count = by_ports[key], 0
	while this do
		count = count + 1
		if this.from == from and this.to == to then
			return this
		end
		this = this.next
	end
	if count == FEW then
		return among_many(from, from_port, to, to_port)
	end
	this = new(from, from_port, to, to_port)
	this.next = by_ports[key]
	by_ports[key] = this
	return this
end

function ways.of(pinfo)
	return ways.between(pinfo.src, pinfo.src_port, pinfo.dst, pinfo.dst_port)
end

-- The first of the ways between these ports; mostly there is but one.
function ways.by_ports(from_port, to_port)
	return by_ports[from_port * 65536 + to_port]
end

-- The way of a frame at its end.  In tshark's only pass the bytes of addresses
-- and ports tell it from then on: Wireshark's own addresses cost more.
function ways.at_end(tvb, pinfo, from_port, to_port)
	local tuple = is_once and header.tuple(tvb, from_port, to_port)
	local this = tuple and ways.by_ports(from_port, to_port)
	if not this or this.tuple ~= tuple then
		this = ways.between(pinfo.src, from_port, pinfo.dst, to_port)
		this.tuple = tuple or nil
	end
	return this
end

function ways.back(this)
	this.back = this.back or
		ways.between(this.to, this.to_port, this.from, this.from_port)
	return this.back
end

return ways
