-- widths.lua - for pandoc's PDF: a column of a table gets the width its text
-- wants, and what is short of room is taken from the wide ones.
local LINE = 105 -- of groff's n in a line of the page
local BETWEEN = 3 -- from column to column
local UNIT = 70 -- n that pandoc takes for the whole table
local CODE = 0.25 -- that a letter of code is wider

local function width_of(cell)
	local div = pandoc.Div(cell.contents)
	local width = utf8.len(pandoc.utils.stringify(div))
	pandoc.walk_block(div, { Code = function(code)
		width = width + CODE * utf8.len(code.text)
	end })
	return width + 2
end

local function widest(rows, wanted)
	for _, row in ipairs(rows) do
		for i, cell in ipairs(row.cells) do
			wanted[i] = math.max(wanted[i] or 0, width_of(cell))
		end
	end
end

-- Columns below their share of the room keep what they want; the others share
-- the rest.
local function fit(wanted)
	local open, width = #wanted, {}
	local room = LINE - BETWEEN * (open - 1)
	local found = true
	while found do
		found = false
		local share = room / math.max(open, 1)
		for i, want in ipairs(wanted) do
			if not width[i] and want <= share then
				width[i] = want
				room, open, found = room - want, open - 1, true
			end
		end
	end
	for i in ipairs(wanted) do
		width[i] = width[i] or room / open
	end
	return width
end

function Table(tbl)
	local wanted = {}
	widest(tbl.head.rows, wanted)
	for _, body in ipairs(tbl.bodies) do
		widest(body.body, wanted)
	end
	local width = fit(wanted)
	for i, spec in ipairs(tbl.colspecs) do
		spec[2] = width[i] / UNIT
		tbl.colspecs[i] = spec
	end
	return tbl
end
