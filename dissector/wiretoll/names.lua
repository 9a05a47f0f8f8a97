-- names.lua - the names of the books, as capture/ledger/account.h has them.
-- SPDX-License-Identifier: BSD-2-Clause
local toll = ...
if type(toll) ~= "table" then return end -- Wireshark loads every plugin file

-- A list that also tells each name's place.
local function numbered(list)
	local out = { name = list, at = {} }
	for i, name in ipairs(list) do
		out.at[name] = i
	end
	return out
end

local names = {}

-- Groups as the report shows them; what each account belongs to.
local accounts_of = {
	{ "phy", { "phy" } },
	{ "link", { "eth", "isl", "vlan", "mpls", "pwethcw", "pppoe", "ppp",
		"chdlc", "fr", "llc", "snap", "sll", "sll2", "null", "radiotap", "ppi",
		"prism", "wlancap", "wlan", "pflog", "nflog", "enc",
		"pktap" } },
	{ "network", { "ip", "ip.options", "ipv6", "ipv6.ext", "ah" } },
	{ "tunnel", { "gre", "erspan", "etherip", "vxlan", "geneve", "nsh",
		"gtp", "l2tp", "teredo", "esp" } },
	{ "transport", { "tcp", "tcp.options", "udp", "udplite", "sctp",
		"sctp.chunk", "dccp" } },
	{ "control", { "arp", "icmp", "icmpv6", "igmp", "stp", "lldp", "cdp",
		"slow", "eapol", "wlan.mgt", "other" } },
	{ "trailer", { "padding", "fcs" } },
	{ "payload", { "payload", "repeated" } },
	{ "unknown", { "encrypted", "truncated", "malformed" } },
}

local accounts, group = {}, {}
for _, row in ipairs(accounts_of) do
	for _, account in ipairs(row[2]) do
		accounts[#accounts + 1] = account
		group[#accounts] = row[1]
	end
end
names.accounts = numbered(accounts)
names.group = group -- of an account, by its number

-- The fields' groups: the options, padding and repeats stand alone.
local field_group_of = {
	["tcp.options"] = "options",
	payload = "payload",
	repeated = "repeated",
	padding = "padding",
	fcs = "padding",
}
names.field_groups = numbered({ "phy", "link", "network", "tunnel",
	"transport", "options", "control", "padding", "payload", "repeated",
	"unknown" })
names.field_group = {} -- of an account, by its number
for i, account in ipairs(accounts) do
	names.field_group[i] =
		names.field_groups.at[field_group_of[account] or group[i]]
end

names.options = numbered({ "eol", "nop", "mss", "window_scale",
	"sack_permitted", "sack", "timestamps", "md5", "ao", "mptcp",
	"fast_open", "other", "truncated", "malformed" })

names.purposes = numbered({ "reset", "setup", "data", "repeat", "probe",
	"teardown", "ack", "control" })

names.levels = numbered({ "transport", "ip", "link", "wire" })
names.level_words = {
	transport = "counted from the transport header on",
	ip = "counted from the IP header on",
	link = "counted as captured, link header included",
	wire = "counted as a cable carries Ethernet, all else as captured",
}

-- What makes a capture lie.  What it dropped, a script cannot see.  What is
-- counted is the first word that ends in s.
names.warnings = {
	{ "larger_than_mtu", "frames larger than an Ethernet MTU of 1,500 " ..
		"(segmentation offload or jumbo: the cable may have carried " ..
		"more headers)" },
	{ "duplicated", "packets captured twice (a mirror port, or several " ..
		"interfaces): copies are counted" },
	{ "snapped", "frames cut by the snap length" },
	{ "no_start", "TCP connections whose start is missing" },
	{ "no_end", "TCP connections whose end is missing" },
	{ "later_fragment_without_first",
		"later IP fragments whose first is missing, and so their " ..
		"flow" },
	{ "holes_given_up", "holes in sequence space given up" },
}

return names
