-- tshark.lua - what tshark was asked, and what kind of file it reads.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

--[[
To ask Wireshark for a field in each frame makes it build the whole tree of
every frame, which takes as long as everything this script does.  So where the
command line can be seen, and the file, it says itself what kind of link all
its frames have.
]]
local tshark = {}

-- The words of the command line, where the system shows them.
local function words()
	local file, out = io.open("/proc/self/cmdline", "rb"), {}
	if file then
		for word in file:read("*a"):gmatch("([^%z]*)%z") do
			out[#out + 1] = word
		end
		file:close()
	end
	return out
end

-- Options that take the next word, if nothing follows the letter.
local with_argument = "[aAbBcCdeEfFGHijJkKmMNoOrRsSTtuUwWXyYz]"

--[[
Is this tshark, and quiet (-q, -Q), which file does it read, does it so in one pass,
does it keep statistics (-z), and does it choose frames (-Y, -R, -w)?  Where the
command line cannot be seen, none of this is known.  sharkd looks at frames again.
]]
local function look_at_command_line()
	local list, i = words(), 2
	tshark.is_tshark = (list[1] or ""):find("tshark[^/\\]*$") ~= nil
	tshark.is_quiet, tshark.is_once = false, tshark.is_tshark
	tshark.has_statistics, tshark.has_choice = false, false
	while i <= #list do
		local letters = list[i]:match("^%-([^-].*)") or ""
		local plain, letter, rest = letters:match(
			"^(.-)(" .. with_argument .. ")(.*)$")
		plain = plain or letters
		tshark.is_quiet = tshark.is_quiet or plain:find("[qQ]") ~= nil
		tshark.is_once = tshark.is_once and not plain:find("2")
		if letter and rest == "" then
			i = i + 1
			rest = list[i]
		end
		tshark.has_statistics = tshark.has_statistics or letter == "z"
		tshark.has_choice = tshark.has_choice or
			letter ~= nil and letter:find("[YRw]") ~= nil
		if letter == "r" then
			tshark.path = rest
		elseif letter == "C" then
			tshark.profile = rest
		end
		i = i + 1
	end
end

if not gui_enabled() then
	look_at_command_line()
end

-- May somebody have disabled a protocol?
local function may_be_disabled()
	for _, word in ipairs(words()) do
		if word:find("^%-%-disable") or word:find("^%-%-enable") then
			return true
		end
	end
	local profile = tshark.profile and "profiles/" .. tshark.profile .. "/"
	local file = io.open(Dir.personal_config_path((profile or "") ..
		"disabled_protos"))
	if file then
		file:close()
	end
	return file ~= nil
end

-- An error of one must not take the frame from the other.
local function call_each(all, tvb, pinfo, tree)
	local i, problem = 1, nil
	while all[i] do
		local is_well, is_over = pcall(all[i], tvb, pinfo, tree)
		problem = problem or not is_well and is_over
		if is_well and is_over then
			table.remove(all, i)
		else
			i = i + 1
		end
	end
	if problem then
		error(problem, 0)
	end
end

--[[
Call dissect(tvb, pinfo, tree) at the end of each frame, in the name of proto.
Each post-dissector costs a sixth of what tshark takes to print a frame, be it
idle or not, so both scripts share one where nobody can see whose it is.  There
dissect returns true if it will never have anything to do: it is called no more.
]]
function tshark.after_each(proto, dissect)
	local all = package.loaded["wiretoll.after_each"]
	if all then
		all[#all + 1] = dissect
		return
	elseif tshark.is_once and not may_be_disabled() then
		all = { dissect }
		package.loaded["wiretoll.after_each"] = all
		function proto.dissector(tvb, pinfo, tree)
			local first = all[1]
			if all[2] then
				call_each(all, tvb, pinfo, tree)
			elseif first and first(tvb, pinfo, tree) then
				all[1] = nil
			end
		end
	else
		proto.dissector = dissect
	end
	register_postdissector(proto)
end

-- Integers of a file, in its byte order.
local function reader(is_big)
	return function(bytes, at)
		local a, b, c, d = bytes:byte(at, at + 3)
		if is_big then
			a, b, c, d = d, c, b, a
		end
		return a + b * 256 + c * 65536 + d * 16777216
	end
end

-- The link type and FCS of a pcap file, by its first bytes.
local function of_pcap(head)
	local magic = head:sub(1, 4)
	local is_big = magic == "\161\178\195\212" or magic == "\161\178\060\077"
	if not is_big and magic ~= "\212\195\178\161" and
		magic ~= "\077\060\178\161" then
		return nil
	end
	local word = reader(is_big)(head, 21)
	local fcs = (word - word % 268435456) / 268435456
	local has_fcs = word % 134217728 >= 67108864
	return { link_type = word % 65536, fcs_len = has_fcs and fcs * 2 or 0 }
end

-- Blocks that hold packets, and those that are nothing to a reader of these.
local plain_blocks = { [2] = true, [3] = true, [4] = true, [5] = true,
	[6] = true, [10] = true }

-- Where the value of an option stands in a block, and its length; or nil.
local function find_option(block, at, wanted, u32, is_big)
	while at + 3 <= #block - 4 do
		local word = u32(block, at) -- code and length
		local code, len = word % 65536, (word - word % 65536) / 65536
		if is_big then
			code, len = len, code
		end
		if code == wanted then
			return at + 4, len
		elseif code == 0 then
			return nil
		end
		at = at + 4 + len + -len % 4
	end
end

local function of_interface(block, u32, is_big)
	local first, second = block:byte(9, 10)
	local out = { link_type = is_big and first * 256 + second or
		second * 256 + first, fcs_len = 0 }
	local at, len = find_option(block, 17, 13, u32, is_big)
	if len == 1 then
		out.fcs_len = block:byte(at)
	end
	return out
end

--[[
Does a packet's block say by itself how long its FCS is?  Those that have no
options are not read; neither are the bytes of a packet.
]]
local function tells_fcs(file, at, len, captured, u32, is_big)
	local options = 28 + captured + -captured % 4
	if len < options + 12 then
		return false
	end
	file:seek("set", at + options)
	local read = file:read(len - options) or ""
	local place, size = find_option(read, 1, 2, u32, is_big)
	return size == 4 and #read >= place + 3 and
		u32(read, place) % 512 >= 32
end

-- Is it a section's header, and in which byte order?
local function section_order(bytes)
	if bytes:sub(1, 4) ~= "\n\r\r\n" then
		return nil
	end
	return bytes:sub(9, 12) == "\026\043\060\077" and "big" or "little"
end

local CHUNK = 65536

-- The bytes from place at of a file on, at most a chunk; nil: it ends there.
local function read_chunk(file, at)
	file:seek("set", at)
	return file:read(CHUNK)
end

--[[
Where the first block is that is no plain packet without options, from place
`at` of a file on of which `chunk` holds the bytes behind `base`.  This runs for
each packet of a file before the first is dissected, so it does little.
]]
local function skip_packets(chunk, base, at, is_big)
	local byte, place = string.byte, at - base + 1
	while true do
		local a, b, c, d, l1, l2, l3, l4, _, _, _, _, _, _, _, _, _, _,
			_, _, c1, c2, c3, c4 = byte(chunk, place, place + 23)
		if is_big then
			a, b, c, d, l1, l2, l3, l4, c1, c2, c3, c4 = d, c, b, a,
				l4, l3, l2, l1, c4, c3, c2, c1
		end
		if a ~= 6 or not c4 or b + c + d > 0 then
			return place + base - 1
		end
		local len = l1 + l2 * 256 + l3 * 65536 + l4 * 16777216
		local captured = c1 + c2 * 256 + c3 * 65536 + c4 * 16777216
		if len - 32 - captured >= 8 or len < 32 then
			return place + base - 1
		end
		place = place + len + -len % 4
	end
end

-- Give visit the bytes of each block of a pcapng file from its beginning on,
-- but for packets that say nothing; it returns false to stop.  False too if
-- there is damage.
local function each_block(file, visit)
	local chunk, base, at, u32, is_big = "", 0, 0, nil, false
	while true do
		if at + 32 > base + #chunk then
			chunk, base = read_chunk(file, at) or "", at
			if chunk == "" then
				return true
			end
		end
		local place = at - base + 1
		if #chunk - place + 1 < 12 then
			return false
		end
		local order = chunk:byte(place) == 10 and
			section_order(chunk:sub(place, place + 11))
		if order then
			is_big = order == "big"
			u32 = reader(is_big)
		end
		local kind = order and "section" or u32(chunk, place)
		local len = u32(chunk, place + 4)
		local captured = #chunk >= place + 23 and
			u32(chunk, place + 20) or 0
		if len < 12 or
			not visit(kind, at, len, u32, order, captured) then
			return false
		end
		at = skip_packets(chunk, base, at + len + -len % 4, is_big)
	end
end

-- What all frames of a pcapng file share; nil if they do not share it.
local function of_pcapng(file)
	local found, is_big
	local is_whole = each_block(file, function(kind, at, len, u32, order,
		captured)
		if kind == "section" then
			is_big = order == "big"
		elseif kind == 1 then
			file:seek("set", at)
			local this = of_interface(file:read(len) or "", u32,
				is_big)
			found = found or this
			return this.link_type == found.link_type and
				this.fcs_len == found.fcs_len
		elseif kind == 6 or kind == 2 then
			return not tells_fcs(file, at, len, captured, u32,
				is_big)
		end
		return kind == "section" or plain_blocks[kind]
	end)
	return is_whole and found or nil
end

--[[
The LINKTYPE_ value and the length of the FCS of all frames of the file that
tshark reads: { link_type, fcs_len }; nil where these are not certain.
]]
function tshark.file_kind()
	-- What is read from a pipe is lost to tshark: none is named so, and
	-- none can be wound forward.
	local is_named = tshark.path and tshark.path:lower():find("cap%w*$")
	local file = is_named and io.open(tshark.path, "rb")
	if not file then
		return nil
	end
	local out
	if file:seek("end") and file:seek("set") then
		local head = file:read(24) or ""
		out = #head == 24 and (of_pcap(head) or
			section_order(head) and of_pcapng(file))
	end
	file:close()
	return out or nil
end

return tshark
