#!/bin/bash
# capture.sh - wiretoll capture beside tcpdump and dumpcap: which loses frames
# first?  A flood of small frames over a veth pair, at rising rates, and the
# game at full speed over loopback, all in a network namespace of its own.
# ROUNDS, RATES (frames a second; 0: as fast as it goes), LENGTH (seconds of
# each), BUFFERS (default: their own; same: SAME_MIB for all), CLIENTS (bots),
# KINDS, PROGRAMS and OUT (the folder for captures and figures) may be set.
set -euo pipefail
build=$(cd "${BUILD:-build}" && pwd)
dir=$build/bench
figures=${OUT:-$dir}
out=$figures/captured.$$
rounds=${ROUNDS:-3} length=${LENGTH:-2} same=${SAME_MIB:-16}
rates=${RATES:-100000 200000 300000 400000 600000 0}
kinds=${KINDS:-flood game} programs=${PROGRAMS:-wiretoll tcpdump dumpcap}
clients=${CLIENTS:-20} buffers=${BUFFERS:-default same}
PATH=$PATH:/usr/sbin:/sbin
pids=

# Root keeps its rights in the namespace; who is not root gets them in a user
# namespace, under the own name, as tcpdump gives up those of a root.
if [ -z "${IN_NAMESPACE:-}" ]; then
	own=--net
	[ "$(id -u)" -eq 0 ] || own='--net --map-current-user --keep-caps'
	# shellcheck disable=SC2086 # a list of words
	IN_NAMESPACE=1 exec unshare $own "$0"
fi

end_all() {
	[ ! -s "$out/pid" ] || kill "$(cat "$out/pid")" 2>/dev/null || true
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$out"
}
trap end_all EXIT
trap 'exit 1' INT TERM HUP

# name | needs | command; IF is the interface, F the file, B a buffer's option.
programs() { # BUFFER
	local w='' t='' d='' root=''
	[ "$(id -u)" -ne 0 ] || root='-Z root'
	if [ "$1" = same ]; then
		w="--buffer $same" t="-B $((same * 1024))" d="-B $same"
	fi
	cat <<-END
	wiretoll|$build/bin/wiretoll|$build/bin/wiretoll capture -i IF $w -o F
	tcpdump|tcpdump|tcpdump -n $root $t -i IF -w F
	dumpcap|dumpcap|dumpcap -q $d -i IF -w F
	END
}

# Frames an interface has received, by its own count.
received() { # INTERFACE
	awk -v name="$1:" '$1 == name { print $3 }' /proc/net/dev
}

# Start a capture in the background; returns when it has begun.
begin_capture() { # INTERFACE COMMAND
	local command=${2//IF/$1}
	# Its only child being the program, times tells of that alone.
	(
		# shellcheck disable=SC2086 # a list of words
		${command//F/$out/file} 2>"$out/err" >&2 &
		echo $! >"$out/pid"
		wait $! || true
		times >"$out/times"
	) &
	pids="$pids $!" capturer=$!
	local tries=0
	until grep -qiE 'capturing on|listening on' "$out/err" 2>/dev/null; do
		sleep 0.02
		tries=$((tries + 1))
		[ $tries -lt 500 ] || return 1
	done
	sleep 0.2
}

# All that it says itself that it lost.
own_count() {
	sed -nE -e 's/.* ([0-9]+) dropped by the kernel.*/\1/p' \
		-e 's/^([0-9]+) packets? dropped by (kernel|interface).*/\1/p' \
		-e "s,^Packets received/dropped on .*: [0-9]+/([0-9]+) .*,\1,p" \
		"$out/err" | awk '{ sum += $1 } END { print sum + 0 }'
}

end_capture() {
	# tcpdump ends at once, and gets frames up to a second after they came.
	sleep 1.5
	kill -TERM "$(cat "$out/pid")"
	wait "$capturer"
	pids=
}

# Seconds of processor time, user and system.
seconds() {
	tail -n 1 "$out/times" | tr 'ms' '  ' |
		awk '{ printf "%.3f", $1 * 60 + $2 + $3 * 60 + $4 }'
}

# One line of runs: what is played while a program captures.
run_once() { # KIND BUFFER RATE ROUND NAME COMMAND INTERFACE PLAY...
	local key="$1|$2|$3|$4|$5" command=$6 interface=$7 before
	shift 7
	rm -rf "$out" && mkdir -p "$out"
	begin_capture "$interface" "$command" ||
		{ cat "$out/err" >&2; exit 1; }
	before=$(received "$interface")
	"$@" >"$out/played"
	end_capture
	printf '%s|%s|%s|%s|%s|%s|%s\n' "$key" \
		"$(awk 'NF == 3 { print $1 }' "$out/played")" \
		"$(($(received "$interface") - before))" \
		"$("$dir/pcap_loop" "$out/file" | cut -d' ' -f1)" \
		"$(own_count)" "$(seconds)" \
		"$(cut -d' ' -f1 /proc/loadavg)" >>"$figures/capture.runs"
}

each_program() { # KIND BUFFER RATE ROUND INTERFACE PLAY...
	local kind=$1 buffer=$2 rate=$3 round=$4
	shift 4
	while IFS='|' read -r name needs command; do
		command -v "$needs" >/dev/null || continue
		[[ " $programs " == *" $name "* ]] || continue
		echo "bench: $kind, $buffer buffer, ${rate}, round $round:" \
			"$name" >&2
		run_once "$kind" "$buffer" "$rate" "$round" "$name" \
			"$command" "$@" </dev/null
	done < <(programs "$buffer")
}

# Bots as fast as the server answers.
play_game() { # VERSION
	local server port='' rooms=''
	[ "$1" = oneshot ] || rooms="--rooms $clients"
	# shellcheck disable=SC2086 # two words, or none
	"$build/bin/treasure-server" "$1" --port 0 $rooms 2>"$out/server" &
	server=$!
	pids="$pids $server"
	until [ -n "$port" ]; do
		sleep 0.02
		port=$(sed -n 's/.*listening on .*:\([0-9]*\),.*/\1/p' \
			"$out/server")
	done
	"$build/bin/treasure-client" "$1" --bot --clients "$clients" \
		--duration "$length" ":$port"
	kill "$server"
	wait "$server" || true
}

# As from a network, which does not wait until a busy machine has time: ahead
# of other programs, where that is allowed.
send() { # RATE SEED
	nice -n -10 "$dir/flood" va "$1" "$length" "$2" 2>"$out/sender"
}

run_kind() { # KIND BUFFER ROUND
	local rate version
	case $1 in
	flood)
		for rate in $rates; do
			each_program flood "$2" "$rate" "$3" vb send "$rate" "$3"
		done
		;;
	game)
		for version in oneshot persistent; do
			each_program game "$2" $version "$3" lo \
				play_game $version
		done
		;;
	esac
}

run_all() {
	local round buffer kind
	: >"$figures/capture.runs"
	for round in $(seq "$rounds"); do
		for buffer in $buffers; do
			for kind in $kinds; do
				run_kind "$kind" "$buffer" "$round"
			done
		done
	done
}

# The runs as JSON.  lost: received by the interface, but not in the file.
summarise() {
	jq -R -s --arg length "$length" --arg same "$same" '
	def median: sort | .[(length - 1) / 2 | floor];
	def row: split("|") | {kind: .[0], buffer: .[1], rate: .[2], name: .[4],
		sent: (.[5] | tonumber? // null), received: (.[6] | tonumber),
		in_file: (.[7] | tonumber), said: (.[8] | tonumber),
		cpu: (.[9] | tonumber), load: (.[10] | tonumber)}
		| .lost = .received - .in_file;
	def uniq(f): reduce .[] as $r ([]; ($r | f) as $x
		| if any(.[]; . == $x) then . else . + [$x] end);
	[split("\n")[] | select(. != "") | row] as $runs
	| [$runs | uniq([.kind, .buffer, .rate, .name])[] as $key
	   | [$runs[] | select([.kind, .buffer, .rate, .name] == $key)]
	   | {kind: $key[0], buffer: $key[1], asked: $key[2], program: $key[3],
	      rounds: length, rounds_without_loss: (map(select(.lost == 0)) | length),
	      frames_per_second: ((map(.received) | median) / ($length | tonumber)),
	      frames_received: map(.received), frames_sent: map(.sent),
	      frames_lost: map(.lost), frames_lost_median: (map(.lost) | median),
	      drops_it_said: map(.said),
	      cpu_seconds_median: (map(.cpu) | median),
	      load_median: (map(.load) | median)}] as $all
	# Up to which rate?  null: not even the lowest; held_all: no loss at any.
	| def best($key): [$all[] | select(.kind == "flood"
			and [.buffer, .program] == $key)] as $rows
		| [range($rows | length)
		   | select([$rows[range(. + 1)].frames_lost_median] | add == 0)]
		| {frames_per_second: (if . == [] then null else
			[$rows[range(max + 1)].frames_per_second] | max end),
		   held_all: (length == ($rows | length))};
	  {seconds: ($length | tonumber), same_buffer_mib: ($same | tonumber),
	   runs: $all,
	   highest_without_loss: [$all | uniq([.buffer, .program])[]
	    | {buffer: .[0], program: .[1]} + best(.)]}' \
		"$figures/capture.runs" >"$figures/capture.json"
}

# lost: that of the median round, and in how many rounds there was none.
show() {
	jq -r '.runs[] | [.kind, .buffer, .asked, .program,
		(.frames_per_second | round), .frames_lost_median,
		"\(.rounds_without_loss)/\(.rounds)", (.drops_it_said | sort
		 | .[(length - 1) / 2 | floor]), .cpu_seconds_median] | @tsv' \
		"$figures/capture.json" | awk -F'\t' '
		function line(a, b, c, d, e, f, g) {
			printf "  %-10s %-9s %10s %10s %9s %10s %7s\n", a, b, c,
				d, e, f, g
		}
		$1 != kind || $2 != buffer {
			printf "\n%s, %s buffer\n", $1, $2
			line("asked", "program", "frames/s", "lost", "none in",
				"it said", "cpu s")
		}
		{ kind = $1; buffer = $2
		  line($3 == "0" ? "all it can" : $3, $4, $5, $6, $7, $8, $9) }'
	jq -r '"\nNothing lost in the median round up to (frames/s)",
		(.highest_without_loss[] | "  \(.buffer) buffer, \(.program): " +
		 (.frames_per_second // 0 | round | tostring) +
		 if .held_all then ", all that was sent" else "" end)' \
		"$figures/capture.json"
}

mkdir -p "$figures"
ip link add name va type veth peer name vb
ip link set lo up
for end in va vb; do
	ip link set $end addrgenmode none arp off up
done
run_all
summarise
show
echo
echo "The same as JSON: $figures/capture.json"
