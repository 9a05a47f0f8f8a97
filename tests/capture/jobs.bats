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

@test "standard input is one worker's" {
	file=$(captures | grep game)
	wiretoll report --jobs 1 - <"$file" >one
	wiretoll report --jobs 4 - <"$file" >more
	cmp one more
}

@test "a number of workers, or seconds, that is none is wrong usage" {
	for option in "--jobs 0" "--jobs x" "--flow-timeout -1" \
		"--flow-timeout x"; do
		# shellcheck disable=SC2086
		run -2 wiretoll report $option x
		[[ $output == *"not a number of"* ]]
	done
}
