-- view.lua - what the ledger knows of each frame that Wireshark dissects.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

local names, frame, decode = toll.names, toll.frame, toll.decode
local flow, books, copies = toll.flow, toll.books, toll.copies
local fragment = toll.fragment
local min = math.min

--[[
A frame is taken apart from its bytes each time it is dissected.  What depends
on the frames before it (purpose, new payload, flow) is found on the first pass
and kept by frame number, so scrolling, filtering and reloading change nothing.
In tshark's first pass of two (-2) there may be no fields to ask for the kind of
link; the second one, which has them, goes through all frames in order too.
]]
local view = {
	number = nil, -- of the frame that all below is of
	is_known = false,
	frame = frame.new(),
	verdict = {},
	posting = books.new_posting(),
	flow_bytes = nil, -- of its connection, so far; nil without one
	flow_payload = nil,
	watchers = {}, -- called with pinfo for frames that no tap gets
	time_min = nil, time_end = nil, -- the bounds of time_of
	count = nil, -- called with pinfo for each frame, if it is set
}

local HELD = 192 -- bytes brought at first: more than most headers take

local f, verdict, posting = view.frame, view.verdict, view.posting

-- The kind of link, and a frame check sequence, are the file's to tell; else
-- they are Wireshark's, frame by frame.
local kind = toll.tshark.file_kind()
local layer_of_file = kind and decode.of_capture(kind.link_type)
-- Are all frames Ethernet's, without a frame check sequence?
view.is_plain = layer_of_file == decode.ETHERNET and kind.fcs_len == 0
local encapsulation, ethernet_fcs
if not layer_of_file then
	encapsulation = Field.new("frame.encap_type")
	ethernet_fcs = Field.new("eth.fcs")
end

-- By frame number: purpose and new payload, flow, what it had carried by then.
local judged, flow_of, bytes_of, payload_of
local rare -- what is seldom there: holes given up, an FCS, the game ...
local saw_fcs
local settled -- all frames up to this number were judged, or are not known

function view.reset()
	judged, flow_of, bytes_of, payload_of, rare = {}, {}, {}, {}, {}
	saw_fcs = false
	settled = 0
	view.number, view.time_min = nil, nil
	flow.reset()
	copies.reset()
end
view.reset()

local tvb_at_hand
local is_out_of_reach -- were bytes wanted that Wireshark does not hand out?

-- Of raw IP the tvb ends where Wireshark thinks that the packet does: whatever is
-- made of what stands in for the rest is not said.
function f.fetch(last)
	local bytes = tvb_at_hand:raw()
	if #bytes >= last then
		return bytes
	end
	is_out_of_reach = true
	return bytes .. ("\0"):rep(f.readable - #bytes)
end

local function walk(first, fcs_len)
	f.at, f.captured, f.length = 1, f.readable, f.whole
	f.fcs_len = fcs_len
	decode.walk(f, first, fcs_len)
end

-- The bytes of each group of what was taken apart, as text.
local function signature()
	local sums = {}
	for i = 1, #names.field_groups.name do
		sums[i] = 0
	end
	for i = 1, f.parts do
		local group = names.field_group[f.account[i]]
		sums[group] = sums[group] + f.size[i]
	end
	return table.concat(sums, " ")
end

-- Then an FCS that Wireshark sees is that of the frame inside.
local function is_isl()
	for i = 1, f.parts do
		if names.accounts.name[f.account[i]] == "isl" then
			return true
		end
	end
	return false
end

-- Can nothing but an FCS stand at the end of this frame?
local function is_certain()
	local eth, padding = 0, 0
	for i = 1, f.parts do
		local name = names.accounts.name[f.account[i]]
		if name == "eth" then
			eth = eth + 1
		elseif name == "padding" and not f.inside[i] then
			padding = padding + f.size[i]
		end
	end
	return eth == 1 and (f.whole < 64 or f.is_told and padding < 4)
end

--[[
Wireshark also takes an Ethernet trailer of four bytes or more for an FCS if
the capture says nothing of one.  Where both readings give the same groups,
that does not matter; else only a frame without a trailer proves it.
]]
local function settle_fcs(first, level)
	local without, is_sure = signature(), is_certain()
	saw_fcs = saw_fcs or is_sure
	walk(first, 4)
	if is_sure then
		return true
	end
	local is_same = signature() == without
	if not saw_fcs then
		walk(first, 0)
	end
	return is_same and (level ~= "wire" or saw_fcs)
end

-- Seconds since the first frame; nil where nanoseconds since 1970 cannot be said
-- in 64 bits.
function view.time_of(pinfo)
	local time = pinfo.rel_ts
	if not view.time_min then
		view.time_min = time - pinfo.abs_ts
		view.time_end = view.time_min + 18446744073
	end
	return time >= view.time_min and time < view.time_end and time or nil
end

-- Take the frame apart; false if that is not known how.
local function take_apart(tvb, pinfo, level, kept)
	local first = layer_of_file
	if not first then
		local info = encapsulation()
		first = info and decode.of_encapsulation(info.value)
	end
	if not first then
		return false
	end
	local whole = pinfo.len
	tvb_at_hand = tvb
	f.whole, f.readable = whole, min(pinfo.caplen, whole)
	f.time = view.time_of(pinfo)
	f.is_snapped = f.readable < whole
	f.is_ethernet = first == decode.ETHERNET
	f.held = min(f.readable, HELD)
	if not f.is_ethernet then -- an IP dissector may have cut padding off it
		f.held = min(f.held, tvb:len())
	end
	f.bytes = f.held > 0 and tvb:raw(0, f.held) or ""
	is_out_of_reach = false
	if layer_of_file or kept then
		walk(first, layer_of_file and kind.fcs_len or kept.fcs_len)
		return not is_out_of_reach
	end
	walk(first, 0)
	if f.is_ethernet and (ethernet_fcs() or f.is_snapped and saw_fcs) and
		not is_isl() then
		return settle_fcs(first, level)
	end
	return not is_out_of_reach
end

-- On the first pass: find out, count for the flow, and keep.
local function judge(number)
	local why, fresh, of, given_up, said, is_lost = flow.judge(f)
	local is_copy = copies.has(f)
	verdict.purpose, verdict.fresh, verdict.flow = why, fresh, of
	verdict.given_up, verdict.is_lost = given_up, is_lost
	verdict.is_copy, verdict.said = is_copy, said
	judged[number] = fresh * 8 + why - 1
	if f.fcs_len > 0 or given_up > 0 or is_lost or is_copy or said or
		f.continues then
		rare[number] = { fcs_len = f.fcs_len, given_up = given_up,
			is_lost = is_lost, is_copy = is_copy, said = said,
			continues = f.continues }
	end
end

local nothing_rare = { fcs_len = 0, given_up = 0 }

local function recall(number)
	local kept, also = judged[number], rare[number] or nothing_rare
	verdict.purpose, verdict.fresh = kept % 8 + 1, (kept - kept % 8) / 8
	verdict.flow = flow.list[flow_of[number]]
	verdict.given_up, verdict.is_lost = also.given_up, also.is_lost
	verdict.is_copy, verdict.said = also.is_copy, also.said
	if also.continues then
		fragment.continue(f, also.continues)
	end
end

local function count_for_flow(number)
	local of = verdict.flow
	if not of then
		flow_of[number], bytes_of[number], payload_of[number] = 0, 0, 0
		return
	end
	of.bytes = of.bytes + posting.bytes
	of.payload = of.payload + verdict.fresh
	flow_of[number] = of.id
	bytes_of[number], payload_of[number] = of.bytes, of.payload
end

-- Look at the frame being dissected.  Everything in `view` is of it then.
local function look(tvb, pinfo, level, is_visited)
	local number = pinfo.number
	-- On the first pass a number is that of several frames, if a read
	-- filter (-R) lets but the last of them through.
	local kept = is_visited and judged[number]
	view.number, view.is_known = number, false
	if not kept and is_visited and number ~= settled + 1 then
		return false -- out of order, nobody could judge it
	end
	local is_apart = take_apart(tvb, pinfo, level,
		kept and (rare[number] or nothing_rare))
	if number == settled + 1 and (is_apart or is_visited) then
		settled = number
	end
	if not is_apart then
		return false
	end
	view.is_known = true
	if kept then
		recall(number)
	else
		judge(number)
	end
	books.write(posting, f, level, verdict)
	if not kept then
		count_for_flow(number)
	end
	local has_flow = flow_of[number] > 0
	view.flow_bytes = has_flow and bytes_of[number] or nil
	view.flow_payload = has_flow and payload_of[number] or nil
	return true
end

--[[
The same, for a frame that Wireshark hands to no tap: one whose dissection
ended inside a packet that an error message (ICMP) quotes.
]]
function view.look(tvb, pinfo, level, is_visited)
	local is_well, is_known = pcall(look, tvb, pinfo, level, is_visited)
	view.is_known = is_well and is_known
	if view.count then
		view.count(pinfo)
	elseif next(view.watchers) and pinfo.in_error_pkt then
		for watcher in pairs(view.watchers) do
			watcher(pinfo)
		end
	end
	if not is_well then -- but the frame is counted, as unknown
		error(is_known, 0)
	end
	return is_known
end

return view
