#!/usr/bin/env bats
# Figures of flows that are over: in memory, in a file, or not at all.
# shellcheck disable=SC2154 # bats sets status and output
load ../common.bash

CORPUS=$BATS_TEST_DIRNAME/corpus/reader

# 24,000 flows, one a frame: more than two workers keep in 1 MiB each.
hostile() {
	"$BUILD/bench/generate" hostile many.pcap 24000
}

@test "the report is the same with any memory, order and output" {
	hostile
	local all=("--by port --flows" "--csv --sort overhead --top 10")
	case $BUILD in
	*/asan | */tsan) ;; # these take long
	*) all+=(--json --csv --flows "--flows --sort client"
		"--json --sort id --top 3") ;;
	esac
	for options in "${all[@]}"; do
		# shellcheck disable=SC2086 # a list of options
		wiretoll report $options --jobs 1 --memory 1000 \
			many.pcap "$CORPUS"/*exchange.pcap >much
		for jobs in 1 2; do
			# shellcheck disable=SC2086
			wiretoll report $options --jobs $jobs --memory 0 \
				many.pcap "$CORPUS"/*exchange.pcap >little
			cmp little much
		done
	done
}

@test "a ledger that can be merged is the same too" {
	for file in "$CORPUS"/*.pcap; do
		wiretoll report --json --mergeable --memory 0 "$file" >little || true
		wiretoll report --json --mergeable "$file" >much || true
		cmp little much
	done
}

@test "the temporary file is needed beyond the memory only" {
	hostile
	export TMPDIR=$PWD/nowhere
	wiretoll report --flows many.pcap >all
	wiretoll report --flows --top 5 --sort frames --jobs 1 --memory 0 \
		many.pcap >top
	run -1 --separate-stderr wiretoll report --flows --jobs 2 --memory 0 \
		many.pcap
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"nowhere"*"No such file"* ]]
}

@test "nothing of the temporary file is left" {
	hostile
	mkdir here
	TMPDIR=$PWD/here wiretoll report --csv --memory 0 many.pcap >/dev/null
	[ -z "$(ls -A here)" ]
}

@test "a full disk leaves the flows out, and the totals in" {
	hostile
	wiretoll report many.pcap >totals
	for option in --flows --csv --json; do
		status=0
		(ulimit -f 100 && wiretoll report $option --memory 0 \
			many.pcap 2>err >out) || status=$?
		[ "$status" -eq 1 ]
		[ "$(wc -l <err)" -eq 1 ]
		grep -q "flows need a temporary file.*File too large" err
		[ $option != --flows ] || cmp totals out
		[ $option != --json ] || [ "$(jq .flow_count out)" -eq 24000 ]
		[ $option != --csv ] || [ "$(wc -l <out)" -eq 1 ]
	done
}

@test "when the disk is full, what was written there is given back" {
	"$BUILD/bench/generate" long long.pcap 400000
	mkfifo pipe
	(ulimit -f 100 && exec wiretoll report --csv --memory 0 --flow-timeout 1 \
		- <pipe >/dev/null 2>err) &
	local reader=$! status=0
	exec 7>pipe
	cat long.pcap >&7
	sleep 1
	# Its temporary file would be among these.
	run ! grep deleted <(ls -l /proc/$reader/fd)
	exec 7>&-
	wait $reader || status=$?
	[ $status -eq 1 ]
	grep -q "File too large" err
}

@test "memory that is none is wrong usage" {
	for mib in x -1 1.5 99999999; do
		run -2 wiretoll report --memory $mib x
		[[ $output == *"--memory: not a number of MiB"* ]]
	done
}
