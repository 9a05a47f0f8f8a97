#!/bin/bash
# versions.sh - do other versions of tshark say the same of every dialogue, and
# does wiretoll.lua in them agree with `wiretoll report' on the captures in pcaps/?
# SPDX-License-Identifier: BSD-2-Clause
# usage: versions.sh FOLDER [SUITE...]     as root; needs debootstrap, a network,
#                                          and wiretoll in BIN (else build/bin)
#
# Debian suites bullseye (3.4), trixie (4.4) and sid (4.6) are unpacked below
# FOLDER, about 400 MB each, and kept there.  One line for each suite and case,
# and for each suite and capture.
set -u
here=$(cd "$(dirname "$0")" && pwd)

# As golden.sh runs it, with ROOT set: DIRECTORY ARGUMENT...
if [ "${ROOT:-}" ]; then
	shift
	# shellcheck disable=SC2016 # for the inner shell
	exec chroot --userspec=65534:65534 "$ROOT" env HOME=/stage \
		sh -c 'cd /stage && exec tshark "$@"' sh "$@"
fi

folder=$1
shift
[ $# -gt 0 ] || set -- bullseye trixie sid
. "$here/tshark.bash"
failed=0
for suite; do
	root=$folder/$suite
	if [ ! -x "$root/usr/bin/tshark" ]; then
		mkdir -p "$folder"
		debootstrap --variant=minbase --include=tshark "$suite" "$root" \
			>"$folder/$suite.log" 2>&1 ||
			echo "# debootstrap of $suite complains: $folder/$suite.log"
	fi
	rm -rf "$root/stage"
	mkdir -m 755 "$root/stage"
	stage_scripts "$root/stage"
	version=$(ROOT=$root "$0" - --version 2>/dev/null | head -n 1)
	if [ -z "$version" ]; then
		echo "not ok $suite: tshark does not run"
		failed=1
		continue
	fi
	for case in $(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$here/cases/LIST"); do
		if ROOT=$root RUN_TSHARK=$0 "$here/golden.sh" \
			-s "$root/stage" "$case" 2>"$folder/err" |
			diff "$here/cases/$case.expected" - >"$folder/diff" &&
			! grep -q 'Lua' "$folder/err"; then
			echo "ok $case, $version"
		else
			echo "not ok $case, $version"
			sed 's/^/# /' "$folder/diff"
			grep 'Lua' "$folder/err"
			failed=1
		fi
	done
	for capture in "$here"/../../pcaps/*.pcapng; do
		name=$(basename "$capture" .pcapng)
		if ROOT=$root RUN_TSHARK=$0 "$here/agree.sh" -s "$root/stage" \
			"$capture" >"$folder/diff" &&
			grep -q '^ok' "$folder/diff"; then
			echo "ok $name, $version"
		else
			echo "not ok $name, $version"
			sed 's/^/# /' "$folder/diff"
			failed=1
		fi
	done
done
exit $failed
