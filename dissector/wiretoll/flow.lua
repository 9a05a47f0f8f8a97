-- flow.lua - whose is a frame, why was it sent, what of its payload is new?
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local frame, purpose = toll.frame, toll.names.purposes.at
local fragment, segment, treasure = toll.fragment, toll.segment, toll.game
local sub = string.sub

--[[
As capture/flow/ and capture/pipeline.c.  State is kept in the order of the
capture, on the first pass only: flow.judge is called once for each frame.
]]
local flow = {}

local TCP, UDP = 6, 17
local SYN = 2

flow.sides = nil -- by protocol, then by a sender's addresses and ports
flow.list = {} -- all there ever were, by their number

function flow.reset()
	flow.sides = { [TCP] = {}, [UDP] = {} }
	flow.list = {}
	fragment.reset()
end
flow.reset()

-- What there is of one connection, or of datagrams between two ports.
local function new_flow(protocol, ports)
	local id = #flow.list + 1
	local new = { nil, nil, id = id, protocol = protocol, bytes = 0,
		payload = 0, ports = ports, client = nil, is_reset = nil,
		is_past = nil, counted = nil, dialogue = nil, version = nil }
	for number = 1, 2 do
		new[number] = protocol == TCP and segment.new_side(new, number) or
			{ flow = new, number = number }
	end
	flow.list[id] = new
	return new
end

-- The same tuple seen from the other side.
local function turn_round(tuple)
	local half = math.floor((#tuple - 4) / 2)
	return sub(tuple, half + 1, 2 * half) .. sub(tuple, 1, half) ..
		sub(tuple, -2) .. sub(tuple, -4, -3)
end

-- A flow whose first frame is sent from here, and this side of it.
local function add_flow(of_protocol, key, protocol)
	local new, back = new_flow(protocol, sub(key, -4)), turn_round(key)
	if back ~= key then
		of_protocol[back] = new[2]
	end
	of_protocol[key] = new[1]
	return new[1]
end

local function find_side(f)
	local of_protocol = flow.sides[f.protocol]
	if not of_protocol then
		of_protocol = {}
		flow.sides[f.protocol] = of_protocol
	end
	local found = of_protocol[f.tuple]
	if not found then
		return add_flow(of_protocol, f.tuple, f.protocol)
	elseif f.protocol == TCP and frame.has(f.flags, SYN) and
		segment.begins_next(found, f.seq, f.flags) then
		found.flow.is_past = true
		return add_flow(of_protocol, f.tuple, TCP)
	end
	return found
end

local function catch_up(of)
	segment.catch_up(of[1])
	segment.catch_up(of[2])
end

-- Each side's next segment is asked for by segment.find_upto again.
function flow.unsettle()
	for _, of in ipairs(flow.list) do
		if of.protocol == TCP then
			catch_up(of)
		end
	end
end

-- What an application said in a segment with new payload, or nil.
local function hear(from, f, seq, fresh)
	local of = from.flow
	return fresh > 0 and of.dialogue ~= false and
		treasure.hear(of, from.number, seq, f, fresh) or nil
end

--[[
Judge a frame with ports that is whole, or a first fragment.  Returns its
purpose, how much of its payload is new, its flow, holes given up, and what an
application said in it, or nil.
]]
function flow.judge_whole(f)
	local from = find_side(f)
	if f.firsts > 0 then
		fragment.note(f, from, f.protocol == TCP and
			segment.payload_seq(f))
	end
	if f.protocol ~= TCP then
		return f.payload > 0 and purpose.data or purpose.control,
			f.payload, from.flow, 0
	end
	catch_up(from.flow)
	local why, fresh, given_up = segment.judge(from, f)
	return why, fresh, from.flow, given_up,
		hear(from, f, segment.payload_seq(f), fresh)
end

-- The same for a later fragment, whose side and sequence number its first told.
local function judge_later(from, f, seq)
	if not from or from.flow.protocol ~= TCP or f.payload == 0 then
		return f.payload > 0 and purpose.data or purpose.control,
			f.payload, from and from.flow, 0
	end
	catch_up(from.flow)
	local why, fresh, given_up = segment.judge_fragment(from, seq,
		f.payload)
	return why, fresh, from.flow, given_up, hear(from, f, seq, fresh)
end

--[[
Judge any frame taken apart.  Returns the same, but a flow only if it has one;
and whether it is a later fragment whose first is not known.
]]
function flow.judge(f)
	local why, fresh, of, given_up, said, is_lost
	if f.firsts > 0 and not f.has_ports then
		fragment.note(f)
	end
	if f.is_later_fragment then
		local from, seq
		is_lost, from, seq = fragment.follow(f)
		why, fresh, of, given_up, said = judge_later(from, f, seq)
	elseif f.has_ports then
		why, fresh, of, given_up, said = flow.judge_whole(f)
	else
		why = f.payload > 0 and purpose.data or purpose.control
		fresh, given_up = f.payload, 0
	end
	return why, fresh, of, given_up, said, is_lost
end

function flow.has_start(of)
	return of[1].isn and not of[1].has_synack or
		of[2].isn and not of[2].has_synack
end

function flow.has_end(of)
	return segment.is_over(of)
end

return flow
