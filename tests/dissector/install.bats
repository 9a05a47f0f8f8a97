#!/usr/bin/env bats
# make install-wireshark: where Wireshark looks, and away again.
load ../common

root=$BATS_TEST_DIRNAME/../..

setup() {
	need_ordinary_build
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD/home XDG_CONFIG_HOME=$PWD/home/.config
	mkdir home
}

install_sh() {
	"$root/dissector/install.sh" "$@"
}

@test "plugins, profile and extcap are found where they are put" {
	install_sh install "$BIN/wiretoll"
	plugins=$(tshark -G folders 2>/dev/null |
		sed -n 's/^Personal Lua Plugins:[[:space:]]*//p')
	cmp "$root/dissector/treasure.lua" "$plugins/treasure.lua"
	[ -d "$plugins/treasure" ]
	# The profile is one that tshark knows; another is not.
	echo 000000 0000 | text2pcap -q - a.pcap 2>/dev/null
	tshark -C wiretoll -r a.pcap
	run ! tshark -C wiretall -r a.pcap
	run -0 "$(find home -path '*extcap/wiretoll')" --extcap-interfaces
	[[ $output =~ treasure-oneshot ]]
}

@test "uninstalling leaves what was there before, and nothing else" {
	install_sh install "$BIN/wiretoll"
	plugins=$(dirname "$(find home -name treasure.lua)")
	echo '-- mine' >"$plugins/mine.lua"
	install_sh install "$BIN/wiretoll"
	install_sh uninstall
	[ "$(find home -type f)" = "$plugins/mine.lua" ]
	[ ! -e "$plugins/treasure" ]
	rm "$plugins/mine.lua"
	install_sh install "$BIN/wiretoll"
	install_sh uninstall
	[ -z "$(find home -name wireshark)" ]
}

@test "DESTDIR goes before every folder" {
	DESTDIR=$PWD/dest install_sh install "$BIN/wiretoll"
	[ -z "$(find home -type f)" ]
	find "dest$HOME" -name treasure.lua | grep -q .
	find "dest$HOME" -name colorfilters | grep -q .
	DESTDIR=$PWD/dest install_sh uninstall
	[ -z "$(find dest -type f)" ]
}

@test "the profile's filters and columns are of fields that exist" {
	[ -f "$root/dissector/wiretoll.lua" ] || skip "without wiretoll.lua"
	install_sh install
	stage=$(mktemp -d)
	cp -R home/. "$stage"
	chmod -R a+rX "$stage"
	echo 000000 0000 | text2pcap -q - "$stage/a.pcap" 2>/dev/null
	chmod a+r "$stage/a.pcap"
	profile=$(find "$stage" -path '*profiles/wiretoll')
	sed -n 's/^@[^@]*@\([^@]*\)@.*/\1/p' "$profile/colorfilters" >filters
	cut -d, -f3 "$profile/dfilter_buttons" | tr -d '"' |
		sed 's/\\x22/"/g' >>filters
	sed -n 's/.*%Cus:\(.*\):0:R.*/\1/p' "$profile/preferences" >>filters
	[ "$(grep -c . filters)" -ge 20 ]
	user=()
	[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid 65534 --regid 65534
		--clear-groups)
	status=0
	while read -r filter; do
		HOME=$stage XDG_CONFIG_HOME=$stage/.config \
			"${user[@]}" tshark -C wiretoll -r "$stage/a.pcap" \
			-Y "$filter" </dev/null 2>err >/dev/null || {
			status=1
			echo "$filter"
			cat err
		}
	done <filters
	rm -r "$stage"
	return $status
}

@test "installed, and named on the command line as well" {
	install_sh install
	stage=$(mktemp -d)
	cp -R home/. "$root/dissector" "$stage"
	cp "$root/pcaps/oneshot-person.pcapng" "$stage/a.pcapng"
	chmod -R a+rX "$stage"
	user=()
	[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid 65534 --regid 65534
		--clear-groups)
	wiretoll report "$stage/a.pcapng" >expected
	grep 'Overhead per' expected
	export HOME=$stage XDG_CONFIG_HOME=$stage/.config
	"${user[@]}" tshark -q -X lua_script:"$stage/dissector/wiretoll.lua" \
		-X lua_script:"$stage/dissector/treasure.lua" \
		-r "$stage/a.pcapng" >report 2>err
	"${user[@]}" tshark -q -X lua_script:"$stage/dissector/wiretoll.lua" \
		-X lua_script1:json -r "$stage/a.pcapng" >report.json 2>>err
	rm -r "$stage"
	run ! grep -i lua err
	diff <(grep 'Overhead per' expected) <(grep 'Overhead per' report)
	[ "$(jq .bytes report.json)" -gt 0 ]
}
