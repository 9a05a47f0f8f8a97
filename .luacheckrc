-- What Wireshark gives its scripts.
std = "min"
read_globals = {
	"Dir", "Field", "Listener", "Pref", "Proto", "ProtoField", "TextWindow",
	"UInt64", "MENU_TOOLS_UNSORTED", "base", "get_filter", "gui_enabled",
	"loadfile", "new_dialog", "register_menu", "register_postdissector",
	"report_failure", "retap_packets",
}
