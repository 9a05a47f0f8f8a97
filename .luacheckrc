-- What Wireshark gives its scripts.
std = "min"
read_globals = {
	"Dir", "Dissector", "DissectorTable", "Field", "Listener", "NSTime", "Pref", "Proto",
	"ProtoExpert", "ProtoField", "TextWindow", "UInt64",
	"MENU_TOOLS_UNSORTED", "base", "dissect_tcp_pdus", "expert",
	"frametype", "get_filter", "gui_enabled", "loadfile", "new_dialog",
	"register_menu", "register_postdissector", "report_failure",
	"retap_packets",
}
