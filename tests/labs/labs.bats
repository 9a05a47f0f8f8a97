#!/usr/bin/env bats
# Every lab, done as it is written, and its answers.
load ../common

root=$BATS_TEST_DIRNAME/../..

# In a network of its own, where port 12345 is free.
do_lab() { # NUMBER
	need_ordinary_build
	need_private
	unshare -rn true 2>/dev/null || skip "no network of its own here"
	for page in "$root/docs/labs/$1"-*.md "$root/docs/labs/answers/$1.md"; do
		# shellcheck disable=SC2016 # for the inner shell
		TOOLKIT=$(cd "$root" && pwd) HOME=$PWD unshare -rn sh -c '
			PATH=$PATH:/usr/sbin:/sbin
			ip link set lo up
			exec "$0" "$1"' "$BATS_TEST_DIRNAME/lab.sh" "$page"
	done
}

@test "the labs' page: what to type before each" {
	(cd "$root" && TOOLKIT=$PWD HOME=$BATS_TEST_TMPDIR \
		"$BATS_TEST_DIRNAME/lab.sh" docs/labs/README.md)
	[ -d labs ]
	for lab in "$root"/docs/labs/[1-9]*.md; do
		grep -q "(${lab##*/})" "$root/docs/labs/README.md"
		number=$(basename "$lab" | cut -c1)
		[ -e "$root/docs/labs/answers/$number.md" ]
	done
}

@test "lab 1, terms, and its answers" {
	do_lab 1
}

@test "lab 2, at least 280 bytes, and its answers" {
	do_lab 2
}

@test "lab 3, keep it open, and its answers" {
	do_lab 3
}

@test "lab 4, one at a time, and its answers" {
	do_lab 4
}

@test "lab 5, the race, and its answers" {
	do_lab 5
}

@test "lab 6, locks and queues, and its answers" {
	do_lab 6
}

@test "lab 7, Nagle and delayed ACK, and its answers" {
	do_lab 7
}

@test "lab 8, your own protocol, and its answers" {
	do_lab 8
}

@test "a page whose commands show something else is found out" {
	printf '<!-- run -->\n```sh\necho 536\n```\n<!-- shows -->\n```\n280\n```\n' \
		>wrong.md
	run -1 "$BATS_TEST_DIRNAME/lab.sh" wrong.md
	[[ $output =~ "not shown: 280" ]]
	printf '<!-- run -->\n```sh\nfalse\ntrue\n```\n' >wrong.md
	run -1 "$BATS_TEST_DIRNAME/lab.sh" wrong.md
	[[ $output =~ "exit status 1" ]]
	printf '```sh\necho unseen\n```\n' >wrong.md
	run -1 "$BATS_TEST_DIRNAME/lab.sh" wrong.md
	[[ $output =~ "not run" ]]
	printf '<!-- run -->\n```sh\necho a 1\n```\n<!-- like -->\n```\na 2\n```\n' \
		>right.md
	run -0 "$BATS_TEST_DIRNAME/lab.sh" right.md
}

@test "lab 5 finds out a program that loses nothing" {
	need_ordinary_build
	cat >treasure-race <<-END
	#!/bin/sh
	shift # none
	"$BIN/treasure-race" mutex-once "\$@" |
		sed 's/^mutex-once:.*/none: no protection/'
	END
	chmod +x treasure-race
	PATH=$PWD:$PATH run -1 "$BATS_TEST_DIRNAME/lab.sh" \
		"$root/docs/labs/5-the-race.md"
	[[ $output =~ "step 001: the check fails" ]]
}
