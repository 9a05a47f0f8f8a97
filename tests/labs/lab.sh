#!/bin/bash
# lab.sh - do a lab as it is written.  lab.sh LAB.md: its commands are run in
# one shell, and what the page says they show is looked for in their output.
# Needs TOOLKIT, the programs in PATH, and a network of its own.
set -euo pipefail
lab=$1
tests=$(cd "$(dirname "$0")" && pwd)
steps=$(mktemp -d)
trap 'rm -rf "$steps"; kill $(jobs -p) 2>/dev/null || true' EXIT
awk -v out="$steps" -f "$tests/steps.awk" "$lab"

# Numbers as #, if they may differ; runs of spaces as one.
masked() { # KIND FILE
	if [ "$1" = like ]; then
		sed -E 's/[0-9][0-9,.]*/#/g; s/[[:space:]]+/ /g; s/^ | $//g' "$2"
	else
		sed -E 's/[[:space:]]+/ /g; s/^ | $//g' "$2"
	fi
}

# Each line of the page is in the output, in this order; "..." says nothing.
compare() { # KIND STEP
	masked "$1" "$steps/$2.$1" | grep -vFx ... >"$steps/wanted"
	masked "$1" "$steps/$2.out" | awk -v wanted="$steps/wanted" '
		BEGIN { while ((getline line <wanted) > 0) want[++count] = line
			at = 1 }
		at <= count && $0 == want[at] { at++ }
		END { if (at <= count) { print "not shown: " want[at]; exit 1 } }'
}

fail() { # STEP WHAT
	echo "$lab, step $1: $2"
	echo "-- commands:"
	cat "$steps/$1".run "$steps/$1".try 2>/dev/null || true
	echo "-- output:"
	cat "$steps/$1.out"
	exit 1
}

find "$steps" -name '*.run' -o -name '*.try' | sort >"$steps/list"
while read -r file <&9; do
	step=$(basename "${file%.*}")
	shown=$steps/$step.out
	status=0
	set +eu
	trap 'status=$?' ERR
	# shellcheck disable=SC1090 # in this shell: it keeps its variables
	. "$file" >"$shown" 2>&1 9<&-
	trap - ERR
	set -eu
	if [ $status -ne 0 ] && [ "${file##*.}" = run ]; then
		fail "$step" "exit status $status"
	fi
	for kind in shows like; do
		[ ! -e "$steps/$step.$kind" ] || compare $kind "$step" ||
			fail "$step" "the page says otherwise"
	done
	if [ -e "$steps/$step.check" ] &&
		! shown=$shown bash -eu "$steps/$step.check"; then
		fail "$step" "the check fails: $(cat "$steps/$step.check")"
	fi
done 9<"$steps/list"
