#!/usr/bin/env bats
# Several workers give the same report as one, to the byte.
# shellcheck disable=SC2154 # bats sets status and output
load ../common.bash

captures() {
	find "$BATS_TEST_DIRNAME"/corpus/reader -type f | LC_ALL=C sort
}

@test "any number of workers gives the same report" {
	for jobs in 2 3 5; do
		for file in $(captures); do
			wiretoll report --json --jobs 1 "$file" >one 2>one.err || true
			wiretoll report --json --jobs "$jobs" "$file" \
				>more 2>more.err || true
			cmp one more
			cmp one.err more.err
		done
	done
}

@test "several files, a filter and groups are the same too" {
	# shellcheck disable=SC2046 # a list of files
	set -- $(captures | grep -v cut)
	for options in "" "--flows" "-f tcp --json" "--by port" "--by link"; do
		# shellcheck disable=SC2086 # a list of options
		wiretoll report $options --jobs 1 "$@" >one
		# shellcheck disable=SC2086
		wiretoll report $options --jobs 4 "$@" >more
		cmp one more
	done
}

@test "standard input, and a pipe, have several workers too" {
	file=$(captures | grep game)
	wiretoll report --json --jobs 1 - <"$file" >one
	wiretoll report --json --jobs 4 - <"$file" >more
	cmp one more
	(head -c 100 "$file"; sleep 0.1; tail -c +101 "$file") |
		wiretoll report --json --jobs 4 - >more
	cmp one more
}

# More batches than the ring has places, and what cannot be read among them.
@test "files without end, damaged ones too, are the same" {
	set --
	for _ in $(seq 12); do
		for file in $(captures); do
			set -- "$@" "$file"
		done
		set -- "$@" missing
	done
	run -1 --separate-stderr wiretoll report --json --jobs 1 "$@"
	printf '%s\n' "$output" >one
	printf '%s\n' "$stderr" >one.err
	grep -q "cut short" one.err
	for jobs in 2 3 7; do
		run -1 --separate-stderr wiretoll report --json --jobs $jobs "$@"
		printf '%s\n' "$output" >more
		printf '%s\n' "$stderr" >more.err
		cmp one more
		cmp one.err more.err
	done
}

# Raw IPv4: datagrams in two fragments, each packet twice.
fragments() {
	local record="00000000000000000000" id packet hex
	hex=d4c3b2a1020004000000000000000000ffff000065000000
	for id in $(seq 1 200); do
		printf -v packet '4500%04x%04x%s40110000%s' 36 "$id" 2000 \
			"0a0000010a000002$(printf %04x "$id")000900180000$(
				printf '%016x' "$id")"
		hex+=${record:0:16}2400000024000000$packet
		hex+=${record:0:16}2400000024000000$packet
		printf -v packet '4500%04x%04x%s40110000%s' 28 "$id" 0002 \
			"0a0000010a000002$(printf '%016x' "$id")"
		hex+=${record:0:16}1c0000001c000000$packet
	done
	# shellcheck disable=SC2059 # bytes
	printf "$(sed 's/../\\x&/g' <<<"$hex")"
}

@test "fragments and copies are found whosever they are" {
	fragments >f.pcap
	wiretoll report --json --jobs 1 f.pcap >one
	[ "$(jq -c '[.flow_count, (.warnings | map([.kind, .count]))]' one)" = \
		'[200,[["duplicated",200]]]' ]
	for jobs in 2 3 5; do
		wiretoll report --json --jobs $jobs f.pcap >more
		cmp one more
	done
}

@test "a filter that fits one link type only says so for any number" {
	# shellcheck disable=SC2046 # a list of files
	set -- $(captures | grep -v cut)
	wiretoll report --json --jobs 1 -f "ether src 2:0:0:0:0:1" "$@" \
		>one 2>one.err || true
	wiretoll report --json --jobs 4 -f "ether src 2:0:0:0:0:1" "$@" \
		>more 2>more.err || true
	cmp one more
	cmp one.err more.err
}

@test "a number of workers, or seconds, that is none is wrong usage" {
	for option in "--jobs 0" "--jobs x" "--flow-timeout -1" \
		"--flow-timeout x"; do
		# shellcheck disable=SC2086
		run -2 wiretoll report $option x
		[[ $output == *"not a number of"* ]]
	done
}

@test "as many workers as there are threads to be had" {
	need_ordinary_build
	file=$(captures | grep game)
	wiretoll report --json --jobs 1 - <"$file" >one
	local user=()
	[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid 65534 --regid 65534
		--clear-groups)
	"${user[@]}" test -x "$BIN/wiretoll" ||
		skip "another user cannot run $BIN/wiretoll"
	"${user[@]}" prlimit --nproc=1 wiretoll report --json --jobs 4 - \
		<"$file" >few
	cmp one few
}
