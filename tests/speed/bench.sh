#!/bin/bash
# bench.sh - wiretoll report beside libpcap's empty loop, the bare limit and
# whichever peers are installed: in turn, medians, one table and bench.json.
# ROUNDS, KINDS and SLOW (seconds; what takes longer runs once) may be set.
set -euo pipefail
build=${BUILD:-build}
dir=$build/bench
rounds=${ROUNDS:-5} kinds=${KINDS:-small mix hostile} slow=${SLOW:-8}
max_seconds=${MAX_SECONDS:-120} max_mb=${MAX_MB:-8192}
PATH=$PATH:/usr/sbin:/sbin

make_capture() { # KIND
	[ -s "$dir/$1.pcap" ] || {
		"$dir/generate" "$1" "$dir/$1.part"
		mv "$dir/$1.part" "$dir/$1.pcap"
	}
	cat "$dir/$1.pcap" >/dev/null # into the cache
}

# name | needs | command; F is the capture, T a directory for output.
programs() {
	cat <<-END
	libpcap loop|$dir/pcap_loop|$dir/pcap_loop F
	bare limit|$dir/limit|$dir/limit F
	wiretoll report|$build/bin/wiretoll|$build/bin/wiretoll report F
	wiretoll --jobs 1|$build/bin/wiretoll|$build/bin/wiretoll report --jobs 1 F
	wiretoll --flows|$build/bin/wiretoll|$build/bin/wiretoll report --flows F
	capinfos|capinfos|capinfos -t -E -c -s -d -u -a -e -y -i -z -x -o F
	tcpdump -w|tcpdump|tcpdump -Z root -r F -w /dev/null
	tcpstat|tcpstat|tcpstat -r F
	tcptrace -n|tcptrace|tcptrace -n F
	argus|argus|argus -r F -w $dir/T/argus
	nfpcapd|nfpcapd|nfpcapd -r F -l $dir/T
	softflowd|softflowd|softflowd -d -r F -c none -p none
	tshark -z conv,tcp|tshark|tshark -q -z conv,tcp -r F
	END
}

run_once() { # KIND NAME COMMAND
	rm -rf "$dir/T" && mkdir "$dir/T"
	# shellcheck disable=SC2086 # a list of words
	printf '%s|%s|%s\n' "$1" "$2" \
		"$("$dir/measure" "$max_seconds" "$max_mb" ${3//F/$dir/$1.pcap})"
	rm -rf "$dir/T"
}

is_slow() { # KIND NAME: did it take long, or fail?
	awk -F'|' -v kind="$1" -v name="$2" -v slow="$slow" '
		$1 == kind && $2 == name { split($3, v, " ")
			if (v[1] > slow || v[5] != "ok") found = 1 }
		END { exit !found }' "$dir/runs"
}

run_all() {
	: >"$dir/runs"
	for kind in $kinds; do
		make_capture "$kind"
		for round in $(seq "$rounds"); do
			while IFS='|' read -r name needs command; do
				command -v "$needs" >/dev/null || continue
				is_slow "$kind" "$name" && continue
				echo "bench: $kind, round $round: $name" >&2
				run_once "$kind" "$name" "$command" >>"$dir/runs"
			done < <(programs)
		done
	done
}

# The runs as JSON: medians by kind and program, in the order of programs.
summarise() {
	for kind in $kinds; do
		"$dir/pcap_loop" "$dir/$kind.pcap" | tr -d ',' |
			awk -v kind="$kind" '{ print kind, $1, $3 }'
	done | jq -R 'split(" ") | {key: .[0],
		value: {frames: (.[1] | tonumber), bytes: (.[2] | tonumber)}}' |
		jq -s from_entries >"$dir/sizes.json"
	jq -R -s --slurpfile sizes "$dir/sizes.json" '
	def median: sort | .[(length - 1) / 2 | floor];
	[split("\n")[] | select(. != "") | split("|")
	 | (.[2] | split(" ")) as $v
	 | {kind: .[0], name: .[1], wall: ($v[0] | tonumber),
	    cpu: (($v[1] | tonumber) + ($v[2] | tonumber)),
	    kib: ($v[3] | tonumber), ended: $v[4]}] as $runs
	| [$runs[].name] | reduce .[] as $n ([]; if index($n) then . else . + [$n] end)
	| . as $names
	| [$sizes[0] | keys_unsorted[] as $kind
	   | .[$kind] as $size
	   | [$names[] as $name
	      | [$runs[] | select(.kind == $kind and .name == $name)]
	      | select(length > 0)
	      | {name: $name, runs: length, ended: .[-1].ended,
		 seconds: (map(.wall) | median),
		 cpu_seconds: (map(.cpu) | median),
		 peak_mib: ((map(.kib) | median) / 1024)}
	      | .packets_per_second = $size.frames / .seconds
	      | .bytes_per_second = $size.bytes / .seconds]
	   | (map(select(.name == "libpcap loop"))[0]) as $loop
	   | {kind: $kind, frames: $size.frames, bytes: $size.bytes,
	      programs: map(.times_libpcap = .seconds / $loop.seconds
			| .cpu_times_libpcap = .cpu_seconds / $loop.cpu_seconds)}]' \
		"$dir/runs" >"$dir/bench.json"
}

show() {
	jq -r '.[] | "\n\(.kind): \(.frames) packets, \(.bytes) bytes",
		(["program", "seconds", "cpu s", "x libpcap", "cpu x", "Mpkt/s",
		  "MB/s", "peak MiB", "runs"] | @tsv),
		(.programs[] | [.name,
		  (if .ended == "ok" then .seconds else .ended end),
		  .cpu_seconds, .times_libpcap, .cpu_times_libpcap,
		  .packets_per_second / 1e6, .bytes_per_second / 1e6,
		  .peak_mib, .runs] | map(if type == "number"
		    then (. * 100 | round / 100) else . end) | @tsv)' \
		"$dir/bench.json" | awk -F'\t' 'NF < 2 { print; next }
		{ printf "  %-20s", $1
		  for (i = 2; i <= NF; i++) printf "%10s", $i
		  print "" }'
}

run_all
summarise
show
echo
echo "The same as JSON: $dir/bench.json"
