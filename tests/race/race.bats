#!/usr/bin/env bats
# treasure-race from the command line.
load ../common

ways='none mutex semaphore spin atomic queue-each queue mutex-once atomic-once'

@test "each way prints expected, counted, lost, time and speed" {
	for way in $ways; do
		run -0 treasure-race $way --threads 3 --count 2000
		[[ $output =~ "6,000 expected" ]]
		[[ $output =~ "$way: " ]]
		[[ ${lines[3]} =~ ^1\ +[0-9,]+\ +[0-9,]+\ +[0-9.]+\ %\ +[0-9.]+\ +[0-9,]+$ ]]
	done
}

@test "what is protected loses nothing, run after run" {
	for way in $ways; do
		[ $way != none ] || continue
		treasure-race $way --count 2000 --runs 3 --json >r.json
		[ "$(field r.json '.ways[0].most_lost')" -eq 0 ]
		[ "$(field r.json '[.ways[0].runs[].counted] | unique | .[]')" \
			-eq 20000 ]
	done
}

@test "without protection, updates are lost" {
	for _ in $(seq 10); do
		treasure-race none --runs 5 --json >r.json
		field r.json '.ways[0].runs[] | .counted + .lost' >sums
		[ "$(sort -u sums)" = 10000000 ]
		[ "$(field r.json '.ways[0].most_lost')" -eq 0 ] || return 0
	done
	return 1
}

@test "that nothing was lost without protection is said to be chance" {
	for runs in 1 2 2 2 2 2 2 2; do
		run -0 treasure-race none --threads 2 --count 1 --runs $runs
		lost=$(awk '/^[12] / { lost += $3 } END { print lost }' \
			<<<"$output")
		said=0
		[[ $output =~ "nothing was lost this time is chance" ]] ||
			said=$?
		[ $((lost > 0)) -eq $said ]
		[[ ! $output =~ "Lost from 0.0 % to 0.0 %" ]]
		[ "$lost" -gt 0 ] || seen=1
	done
	[ -n "$seen" ]
	run -0 treasure-race mutex --count 10 --runs 2
	[[ $output =~ "Nothing was lost; median time" ]]
	[[ ! $output =~ "chance" ]]
	run -0 treasure-race all --count 1 --threads 2
	if grep -q '^none  *2  *0 ' <<<"$output"; then
		[[ $output =~ "nothing was lost this time is chance" ]]
	fi
}

@test "the table has a row for each way, its ratio to mutex, and what follows" {
	run -0 treasure-race all --threads 4 --count 1000 --runs 3
	[[ $output =~ "3 runs in turn" ]]
	for way in $ways; do
		grep -Eq "^$way +.* [0-9]+\.[0-9]{2}$" <<<"$output"
	done
	grep -Eq '^mutex .* 1\.00$' <<<"$output"
	grep -q '^One message a thread (queue) is ' <<<"$output"
	grep -q '^One lock a thread (mutex-once) is ' <<<"$output"
	grep -q '^One message an increment (queue-each) is ' <<<"$output"
}

@test "the table as JSON: the same ways, runs and ratios" {
	treasure-race all --threads 2 --count 500 --runs 2 --json >r.json
	[ "$(field r.json .schema)" = treasure-race/1 ]
	[ "$(field r.json '[.ways[].way] | join(" ")')" = "$ways" ]
	[ "$(field r.json '[.ways[].runs | length] | unique | .[]')" -eq 2 ]
	[ "$(field r.json '.ways[] | select(.way == "mutex").times_mutex == 1')" \
		= true ]
	[ "$(field r.json .expected)" -eq 1000 ]
}

# One addition instead of the loop would take no time at all.
@test "the loop is not folded" {
	need_ordinary_build
	for way in none mutex-once atomic-once queue; do
		treasure-race $way --threads 2 --count 100000000 --json >r.json
		[ "$(field r.json '.ways[0].median_seconds > 0.005')" = true ]
	done
}

# On one processor only an interruption between read and save loses anything:
# never, if the compiler made one instruction of both.
@test "the step is not folded: updates are lost on one processor, too" {
	need_ordinary_build
	command -v taskset >/dev/null || skip "no taskset here"
	local cpu
	cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' \
		/proc/self/status)
	for _ in 1 2 3 4 5; do
		timeout 20 taskset -c "${cpu:-0}" treasure-race none \
			--count 30000000 --json >r.json
		[ "$(field r.json '.ways[0].most_lost')" -eq 0 ] || return 0
	done
	return 1
}

@test "--trace finds a conflict and a clean pair in a real run" {
	run -0 treasure-race none --trace
	[ "$(grep -c 'the number rose by 1: [0-9]* lost .*rose by 2' <<<"$output")" \
		-eq 1 ]
	[ "$(grep -ow 'read [0-9]*' <<<"$output" | wc -l)" -eq 4 ]
	treasure-race none --trace --json >t.json
	[ "$(field t.json '.trace.conflict.rose_by')" -eq 1 ]
	[ "$(field t.json '.trace.clean.rose_by')" -eq 2 ]
	[ "$(field t.json '.trace.clean.lost')" -eq 0 ]
	[ "$(field t.json '.trace.conflict | .lost == .acts[5].replaced - .acts[5].value + 1')" \
		= true ]
	# both read the same number before either added
	[ "$(field t.json '[.trace.conflict.acts[0:2][].act] | unique | .[]')" \
		= read ]
	[ "$(field t.json '[.trace.conflict.acts[0:2][].value] | unique | length')" -eq 1 ]
	[ "$(field t.json '[.trace.conflict.acts[].ns] | . == sort')" = true ]
	[ "$(field t.json '[.trace.clean.acts[].ns] | . == sort')" = true ]
	[ "$(field t.json '.trace.counted < .trace.expected')" = true ]
}

@test "--replay makes both happen, every time" {
	for _ in 1 2 3; do
		treasure-race none --replay >r.txt
		cmp r.txt "$BATS_TEST_DIRNAME/replay.expected"
	done
}

@test "--trace --replay replays what was traced" {
	treasure-race none --trace --replay --json >b.json
	for which in conflict clean; do
		field b.json ".trace.$which.acts | map(del(.ns, .replaced))" >traced
		field b.json ".replay.$which.acts | map(del(.ns, .replaced))" >replayed
		cmp traced replayed
	done
}

@test "order: each thread once a line, and the counts add up" {
	run -0 treasure-race order --threads 3 --runs 40
	[ "$(awk '/came first/ { on = 1; next } on { sum += $1 }
		END { print sum }' <<<"$output")" -eq 40 ]
	treasure-race order --threads 5 --runs 30 --json >o.json
	[ "$(field o.json '[.orders[].times] | add')" -eq 30 ]
	[ "$(field o.json '.first | add')" -eq 30 ]
	[ "$(field o.json '[.orders[].threads | sort] | unique | tostring')" \
		= '[[1,2,3,4,5]]' ]
}

@test "wrong usage exits 2, with a line that says what" {
	run -2 treasure-race
	[[ $output =~ "name a way" ]]
	run -2 treasure-race sometimes
	run -2 treasure-race none mutex
	[[ $output =~ \"mutex\" ]]
	for wrong in 'none --threads 1' 'none --threads 1001' 'none --count 0' \
		'none --count 1x' 'none --runs 0' 'all --no-such' \
		'none mutex'; do
		# shellcheck disable=SC2086 # some words each
		run -2 treasure-race $wrong
	done
	for wrong in 'mutex --trace' 'all --replay' 'order --trace' \
		'none --trace --runs 2' 'order --count 5' \
		'none --replay --count 5' 'none --replay --threads 3'; do
		# shellcheck disable=SC2086 # some words each
		run -2 treasure-race $wrong
		[ "${#lines[@]}" -eq 1 ]
	done
	run -0 treasure-race none --trace --replay --threads 3 --count 50000
	[[ $output =~ "3 threads, 50,000 increments each" ]]
	run -0 treasure-race none --trace --count 1000000
	[[ $output =~ "10 threads, 50,000 increments each" ]]
	run -0 treasure-race --help
	for word in --threads --count --runs --trace --replay --json --version \
		queue-each atomic-once order 1000000 'treasure-race(1)' \
		'2 to 1000;' '1 to 10^12;' '1 to 10000;' 50000; do
		grep -q -- "$word" <<<"$output"
	done
	[ "$(awk '{ if (length > 80) print }' <<<"$output")" = "" ]
	run -0 treasure-race --version
	[[ $output =~ ^"treasure-race "[0-9.]+$ ]]
}

# What a key of keys is called stands in the manual, as a word of its own.
@test "the manual names every key of the JSON" {
	command -v mandoc >/dev/null || skip "no mandoc here"
	treasure-race all --threads 2 --count 10 --json >1.json
	treasure-race none --trace --replay --json >2.json
	treasure-race order --threads 2 --runs 3 --json >3.json
	mandoc -T ascii "$BATS_TEST_DIRNAME/../../docs/man/treasure-race.1" |
		sed 's/.\x08//g; 1,/^JSON/d' >manual
	jq -r '.. | objects | keys[]' [123].json | sort -u >keys
	[ "$(wc -l <keys)" -gt 25 ]
	while read -r key; do
		grep -qw -- "$key" manual || { echo "$key"; return 1; }
	done <keys
	[ "$(field 1.json '.ways[0].median_counted')" -eq \
		"$(field 1.json '.ways[0].runs[0].counted')" ]
}

@test "options may stand before the way" {
	run -0 treasure-race --threads 2 --count 10 mutex
	[[ $output =~ "20 expected" ]]
}

@test "output that cannot be printed is a failure" {
	run -1 sh -c 'treasure-race mutex --count 10 >/dev/full'
	run -1 sh -c 'treasure-race mutex --count 10 --json >/dev/full'
	run -1 sh -c 'treasure-race mutex --count 10 >&-'
}

# The kernel spares the first process what it does not handle.
@test "as the first process of a container it can be ended" {
	unshare -rpf true 2>/dev/null || skip "no process space of its own here"
	local race signal
	for signal in HUP INT QUIT TERM; do
		unshare -rpf --kill-child treasure-race none \
			--count 1000000000000 3>&- &
		outer=$!
		for _ in $(seq 200); do
			race=$(pgrep -P $outer -x treasure-race) && break
			sleep 0.05
		done
		for _ in $(seq 200); do # it may not be ready
			kill -$signal "$race" 2>/dev/null || break
			sleep 0.05
		done
		if kill -KILL "$race" 2>/dev/null; then
			return 1
		fi
		run -$((128 + $(kill -l $signal))) wait $outer
	done
}

@test "threads that cannot be started are said in one line, exit 1" {
	need_ordinary_build
	run -1 sh -c 'ulimit -v 60000; exec treasure-race mutex --threads 1000'
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "cannot run mutex with 1000 threads: " ]]
}

@test "on a terminal, progress is wiped before an error" {
	need_ordinary_build
	command -v script >/dev/null || skip "no script here, to be a terminal"
	script -qc 'ulimit -v 60000; treasure-race all --threads 1000' \
		/dev/null </dev/null >seen
	grep -q 'run 1 of 1: ' seen
	tr '\r' '\n' <seen | grep -q '^treasure-race: cannot run '
}
