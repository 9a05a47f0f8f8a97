#!/bin/bash
# merge.sh - does a capture cut in two merge to the ledger of the whole?
# Usage: merge.sh [-p PIECES] CAPTURE-OR-FOLDER...
# Cuts each capture at some places, keeps a ledger of either part, and holds
# their sum against the report of the whole: frames, bytes, accounts and
# warnings, and of each flow all but purposes.  `report A B` has to equal it in
# everything.  Prints what differs, and how many cuts did.  Where a cut parts
# later IP fragments from their first, only frames and bytes are compared.
set -u
command -v wiretoll editcap jq >/dev/null || exit 1
pieces=4
if [ "${1:-}" = -p ]; then
	pieces=$2
	shift 2
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cuts=0 differ=0 parted=0

# Applications are told only by a connection's start, a copy only by what came
# shortly before.
figures='
def book: {frames, bytes, payload, repeated, what, tcp_options};
book + {flow_count, other: (.other | book),
  warnings: (.warnings | map(select(.kind != "duplicated"))),
  flows: [.flows[] | book + {id, protocol, client, server, start, "end": .end,
    turns, sent: (.client_to_server | book),
    received: (.server_to_client | book)}]}'

ledger() { # CAPTURE OUT
	wiretoll report --json --mergeable "$1" >"$2" 2>/dev/null || [ -s "$2" ]
}

# How many later fragments have no first.
fragments() {
	jq '[.warnings[] | select(.kind == "later_fragment_without_first").count]
		' "$1"
}

check_cut() { # CAPTURE CUT
	local dir=$dir
	editcap -r "$dir/whole" "$dir/a" "1-$2" 2>/dev/null &&
		editcap "$dir/whole" "$dir/b" "1-$2" 2>/dev/null || return 0
	cuts=$((cuts + 1))
	ledger "$dir/a" "$dir/a.json"
	ledger "$dir/b" "$dir/b.json"
	wiretoll report --json "$dir/a" "$dir/b" 2>/dev/null |
		jq 'del(.files)' >"$dir/both.json"
	if ! cmp -s "$dir/both.json" "$dir/whole.json"; then
		differ=$((differ + 1))
		echo "$1: cut at $2: report A B is not the whole"
	fi
	if ! wiretoll merge --json "$dir/a.json" "$dir/b.json" \
		>"$dir/m.json" || [ "$(jq .balances "$dir/m.json")" != true ]
	then
		differ=$((differ + 1))
		echo "$1: cut at $2: no sum"
		return 0
	fi
	if [ "$(fragments "$dir/m.json")" != "$(fragments "$dir/whole.json")" ]
	then
		parted=$((parted + 1))
		[ "$(jq -c '[.frames, .bytes]' "$dir/m.json")" = \
			"$(jq -c '[.frames, .bytes]' "$dir/whole.json")" ] ||
			differ=$((differ + 1))
		return 0
	fi
	jq "$figures" "$dir/m.json" >"$dir/sum"
	if ! diff "$dir/figures" "$dir/sum" >"$dir/diff"; then
		differ=$((differ + 1))
		echo "$1: cut at $2: $(grep -c '^[<>]' "$dir/diff") lines differ"
		[ -z "${VERBOSE:-}" ] || head -"$VERBOSE" "$dir/diff"
	fi
}

check() { # CAPTURE
	editcap "$1" "$dir/whole" 2>/dev/null || return 0
	wiretoll report --json "$dir/whole" 2>/dev/null | jq 'del(.files)' \
		>"$dir/whole.json"
	jq "$figures" "$dir/whole.json" >"$dir/figures"
	local frames i last=0 cut
	frames=$(jq .frames "$dir/whole.json")
	for i in $(seq $((pieces - 1))); do
		cut=$((frames * i / pieces))
		[ "$cut" -le "$last" ] || check_cut "$1" "$cut"
		last=$cut
	done
}

while IFS= read -r -d '' file; do
	check "$file"
done < <(find "$@" -type f -print0 | sort -z)
echo "$cuts cuts, $differ of them differ, $parted part fragments"
[ "$cuts" -gt 0 ] && [ "$differ" -eq 0 ]
