#!/bin/bash
# bench.sh - what the scripts cost: tshark with both beside tshark alone, user
# time, the least and the median of ROUNDS turns, on three captures of PACKETS.
set -euo pipefail
build=${BUILD:-build}
rounds=${ROUNDS:-5} packets=${PACKETS:-200000}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tshark.bash"
PATH=$PATH:/usr/sbin:/sbin:$(cd "$build" && pwd)/bin
dir=$build/bench
mkdir -p "$dir"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage_scripts "$work"
scripts=(-X lua_script:wiretoll.lua -X lua_script:treasure.lua)

game() { # VERSION SECONDS: a bot at full speed, until there are enough frames
	wiretoll capture --private -o "$work/game" -- sh -c "
		treasure-server $1 --size 100 2>'$work/log' &
		until grep -q listening '$work/log'; do sleep 0.1; done
		treasure-client $1 --bot --duration $2 >/dev/null
		kill \$!" 2>/dev/null
	editcap -r "$work/game" "$dir/$1.pcapng" "1-$packets"
	rm "$work/game"
}

make_captures() {
	[ -s "$dir/lua.pcap" ] ||
		"$dir/generate" small "$dir/lua.pcap" "$packets"
	for version in oneshot persistent; do
		seconds=$((packets / 16000 + 1))
		[ -s "$dir/$version.pcapng" ] || game $version $seconds
	done
}

turn() { # NAME FILE ARGUMENT...: one run, its user time into $work/NAME
	local name=$1 file=$2 TIMEFORMAT=%U
	shift 2
	{ time run_tshark "$work" "$@" -r "$work/$file" >/dev/null 2>&1; } \
		2>>"$work/t.$name"
}

least_and_median() { # NAME
	sort -n "$work/t.$1" |
		awk '{ v[NR] = $1 } END { print v[1], v[int((NR + 1) / 2)] }'
}

row() { # CAPTURE WHAT NAME BESIDE
	printf '%-18s %-28s' "$1" "$2"
	printf '%s %s\n' "$(least_and_median "$3")" "$(least_and_median "$4")" |
		awk '{ printf " %7.2f %7.2f %7.2f %7.2f\n", $1, $3, $1 / $3,
			$2 / $4 }'
}

measure() { # FILE
	rm -f "$work"/t.*
	cp "$dir/$1" "$work/$1"
	chmod a+r "$work/$1"
	for _ in $(seq "$rounds"); do
		turn lines "$1"
		turn lines+ "$1" "${scripts[@]}"
		turn tree "$1" -q -z io,phs
		turn report "$1" -q "${scripts[@]}"
	done
	rm "$work/$1"
	row "$1" 'lines; alone' lines+ lines
	row "$1" 'report; -z io,phs alone' report tree
}

make_captures
printf '%d packets at most; seconds of user time, least of %d turns\n' \
	"$packets" "$rounds"
printf '%-18s %-28s %7s %7s %7s %7s\n' capture 'with both scripts; beside' \
	with beside ratio medians
for file in lua.pcap oneshot.pcapng persistent.pcapng; do
	measure "$file"
done
