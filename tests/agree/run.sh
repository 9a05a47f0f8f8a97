#!/bin/sh
# run.sh - agree.pl over a folder, on all cores: run.sh WIRETOLL DIR.
set -eu
here=$(dirname "$0")
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
jobs=$(getconf _NPROCESSORS_ONLN)

# A capture in a pipe each: tshark takes longest to start.
find -L "$2" -type f ! -name '*.md' ! -name '*.txt' ! -name 'LICENSE*' \
	! -name '*.json' -print0 | sort -z |
	xargs -0 -P "$jobs" -n 32 sh -c '
		out=$(mktemp "$1/XXXXXX")
		wiretoll=$2 here=$3
		shift 3
		perl "$here/agree.pl" -k "$here/known" "$wiretoll" "$@" \
			>"$out" 2>"$out.err" || [ $? -eq 1 ] || cat "$out.err"
	' sh "$out" "$1" "$here"
grep -hv '^[0-9]* agree' "$out"/?????? || true
cat "$out"/?????? | awk '
	/^[0-9]+ agree, / { n++; a += $1; b += $3; k += $12; d += $16; u += $18 }
	END {
		printf "%d agree, %d agree but for frames tshark gave up on, " \
		    "%d known to differ, %d differ, %d that tshark does not " \
		    "read\n", a, b, k, d, u
		exit d > 0 || a + b == 0
	}'
