#!/usr/bin/env bats
# Every lab, done as it is written, and its answers.
load ../common

root=$BATS_TEST_DIRNAME/../..

# In a network of its own, where port 12345 is free.
do_lab() { # FILE
	need_ordinary_build
	need_private
	unshare -rn true 2>/dev/null || skip "no network of its own here"
	# shellcheck disable=SC2016 # for the inner shell
	TOOLKIT=$(cd "$root" && pwd) HOME=$PWD unshare -rn sh -c '
		PATH=$PATH:/usr/sbin:/sbin
		ip link set lo up
		exec "$0" "$1"' "$BATS_TEST_DIRNAME/lab.sh" "$root/$1"
}
