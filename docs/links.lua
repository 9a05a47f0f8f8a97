-- links.lua - for pandoc: links between pages lead to what `make docs` made.
function Link(link)
	if not link.target:match("^%a+:") then
		link.target = link.target:gsub("%.md$", ".html"):gsub("%.md#", ".html#")
			:gsub("%.1$", ".1.html"):gsub("answers/$", "answers/1.html")
	end
	return link
end
