#!/bin/bash
# agree.sh - do wiretoll.lua in tshark and `wiretoll report` say the same?
#
# Usage: agree.sh [-p] [-l LEVEL] [-s DIRECTORY] CAPTURE...
#
# With -p tshark reads from a pipe, so that the script cannot look at the file
# and must ask for the kind of link frame by frame, as it does in Wireshark.
# With -s the scripts are staged there (tests/dissector/tshark.bash).
#
# Everything is compared: frames, bytes, each account (what an FCS is called
# apart: Wireshark does not always tell it from padding), each purpose, each
# TCP option, flows, warnings.  Frames that the script says it cannot know are
# taken out of the capture first (editcap), and said; so is what comes behind
# damage that tshark does not read across.  One line a capture:
#
#    ok|not ok|skip  frames  unknown  name
#
# Exit status 1 if any differs, or if there was any Lua error.
set -u
level=link source=x.pcap stage=''
while getopts pl:s: option; do
	case $option in
	p) source=- ;;
	l) level=$OPTARG ;;
	s) stage=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

here=$(cd "$(dirname "$0")" && pwd)
: "${BIN:=$here/../../build/bin}"
# shellcheck source=tests/dissector/tshark.bash
. "$here/tshark.bash"
if [ -z "$stage" ]; then
	stage=$(mktemp -d)
	trap 'rm -rf "$stage"' EXIT
	stage_scripts "$stage"
fi

# shellcheck disable=SC2016 # jq's variables
figures='{
	frames, bytes, payload, repeated, overhead, overhead_per_payload_byte,
	efficiency, tcp_options, why, application, overhead_per_content_byte,
	flow_count, balances,
	what: ((.what.fcs // {bytes: 0}).bytes as $fcs
		| .what | map_values(.bytes)
		| .padding = (.padding // 0) + $fcs | del(.fcs)),
	frames_of: (.what | map_values(.frames) | del(.padding, .fcs)),
	warnings: [.warnings[]
		| select(.kind != "dropped" and .kind != "link_type")] | sort
}'

agree() { # CAPTURE
	local file=$1 name frames unknown
	name=$(basename "$file")
	cp "$file" "$stage/x.pcap"
	chmod a+r "$stage/x.pcap"
	"${RUN_TSHARK:-run_tshark}" "$stage" -q -X lua_script:wiretoll.lua \
		-X lua_script:treasure.lua -X lua_script1:json \
		-X "lua_script1:level=$level" -r "$source" \
		<"$file" >"$stage/lua" 2>"$stage/err"
	if grep -q 'Lua' "$stage/err"; then
		printf 'not ok\t-\t-\t%s: %s\n' "$name" \
			"$(grep -m 1 Lua "$stage/err")"
		return 1
	fi
	if [ ! -s "$stage/lua" ]; then
		printf 'skip\t-\t-\t%s: tshark cannot read it\n' "$name"
		return 0
	fi
	frames=$(jq .frames "$stage/lua")
	unknown=$(jq '.unknown_frames | length' "$stage/lua")
	if [ "$unknown" -gt 0 ]; then
		if [ "$frames" -eq 0 ]; then
			printf 'ok\t0\t%s\t%s\n' "$unknown" "$name"
			return 0
		fi
		# shellcheck disable=SC2046 # a list of numbers
		editcap "$file" "$stage/known" \
			$(jq '.unknown_frames[]' "$stage/lua") 2>/dev/null
		file=$stage/known
	elif grep -q 'tshark: ' "$stage/err"; then
		if [ "$frames" -eq 0 ]; then
			printf 'skip\t-\t-\t%s: tshark cannot read it\n' "$name"
			return 0
		fi
		editcap -r "$file" "$stage/known" "1-$frames" 2>/dev/null
		file=$stage/known
	fi
	"$BIN/wiretoll" report --json --from "$level" "$file" \
		>"$stage/c" 2>/dev/null
	if diff <(jq -S "$figures" "$stage/c") \
		<(jq -S "$figures" "$stage/lua") >"$stage/diff"; then
		printf 'ok\t%s\t%s\t%s\n' "$frames" "$unknown" "$name"
		return 0
	fi
	printf 'not ok\t%s\t%s\t%s\n' "$frames" "$unknown" "$name"
	sed 's/^/# /' "$stage/diff"
	return 1
}

status=0
for capture; do
	agree "$capture" || status=1
done
exit $status
