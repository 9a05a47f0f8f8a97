#!/bin/bash
# readme.sh - fill README.md's figures and frame numbers in from the captures.
# Prints the page; `make pcaps` puts it in place, the tests compare.
set -euo pipefail
cd "$(dirname "$0")"

# Frame numbers of NAME that pass FILTER: all of a few, else count and ends.
frames() { # NAME FILTER
	tshark -n -r "$1.pcapng" -Y "$2" -T fields -e frame.number \
		2>/dev/null | awk '
		{ all = all (NR > 1 ? ", " : "") $1; last = $1 }
		NR == 1 { first = $1 }
		END {
			if (NR == 0) print "none"
			else if (NR <= 10) print all
			else print NR " frames, " first " to " last
		}'
}

# Frames, bytes, payload and overhead per payload byte, from the IP header on.
figures() { # NAME
	wiretoll report --from ip --json "$1.pcapng" | jq -r '
		"\(.frames) | \(.bytes) | \(.payload)"' | tr '\n' ' '
	wiretoll report --from ip "$1.pcapng" |
		awk '/^  Overhead per payload byte/ { print "| " $5 }'
}

name=
while IFS= read -r line; do
	case $line in
	'## `'*)
		name=${line#'## `'}
		name=${name%%.pcapng*}
		;;
	'<!-- evidence.sh -->')
		echo "$line"
		../server/race/evidence.sh "$name.pcapng" | sed 's/^/> - /'
		continue
		;;
	'> '*) continue ;;
	'| [`'*)
		IFS='|' read -r _ link _ _ _ _ text <<<"$line"
		of=${link#*'`'}
		line="|$link| $(figures "${of%%'`'*}") |$text|"
		;;
	'| `'*)
		IFS='|' read -r _ filter _ text <<<"$line"
		of=${filter#*'`'}
		line="|$filter| $(frames "$name" "${of%'`'*}") |$text|"
		;;
	esac
	printf '%s\n' "$line"
done <README.md
