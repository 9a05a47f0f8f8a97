#!/usr/bin/env bats
# wiretoll merge: ledgers made apart, added.
load ../common

CORPUS=$BATS_TEST_DIRNAME/corpus/reader
CASES=$BATS_TEST_DIRNAME/cases
AGREE=$BATS_TEST_DIRNAME/../agree/merge.sh

# The capture of a case, a pcap file.
capture_of() {
	"$BUILD/tests/capture/case_test" -w "$1.pcap" "$CASES/$1.case"
}

# Cut a pcap file behind each of these frames: cut FILE FRAME...; into 0, 1...
cut_behind() {
	local file=$1 at=24 n=0 piece=0 len size
	size=$(stat -c %s "$file")
	shift
	head -c 24 "$file" | tee $piece.pcap >head
	while [ "$at" -lt "$size" ]; do
		len=$(od -An -tu4 -j $((at + 8)) -N 4 "$file")
		tail -c +$((at + 1)) "$file" | head -c $((16 + len)) \
			>>$piece.pcap
		at=$((at + 16 + len)) n=$((n + 1))
		if [ $n -eq "${1:-0}" ]; then
			piece=$((piece + 1))
			shift
			cp head $piece.pcap
		fi
	done
	for file in $(seq 0 $piece); do
		wiretoll report --json --mergeable "$file.pcap" >"$file.json"
	done
}

# A merge that has to fail: with one line that says this, and no output.
refused() { # WORDS LEDGER...
	local words=$1
	shift
	run -1 --separate-stderr wiretoll merge --json "$@"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"$words"* ]] || {
		echo "'$words' expected: $stderr"
		return 1
	}
}

@test "any cut of the corpus and of a game merges to the whole" {
	need_ordinary_build
	"$AGREE" "$CORPUS"
	need_private
	record_game g.pcapng persistent bot --moves 20
	"$AGREE" -p 3 g.pcapng
	record_game g.pcapng oneshot 'd\nd\ns\n'
	"$AGREE" -p 3 g.pcapng
}

@test "any cut of a case with repeats or reuse merges" {
	need_ordinary_build
	for case in tcp-repeats tcp-reuse tcp-fast-open udp-padding; do
		capture_of $case
		"$AGREE" -p 6 $case.pcap
	done
}

@test "all in one go is the same as one after the other" {
	capture_of tcp-repeats
	cut_behind tcp-repeats.pcap 3 6
	wiretoll merge --json 0.json 1.json 2.json >all
	wiretoll merge --json 0.json 1.json >first
	wiretoll merge --json first 2.json >then
	cmp all then
	[ "$(field all '"\(.merged.ledgers) \(.merged.joined_flows)"')" = \
		"3 2" ]
	[ "$(field all .flow_count)" -eq 1 ]
}

@test "what the earlier one had seen is repeated, in all books" {
	capture_of tcp-repeats
	cut_behind tcp-repeats.pcap 5
	wiretoll merge --json 0.json 1.json >sum
	wiretoll report --json tcp-repeats.pcap >whole
	[ "$(field whole .repeated)" -gt \
		"$(jq -s 'map(.repeated) | add' 0.json 1.json)" ]
	for figure in .payload .repeated '.flows[0].repeated' \
		'.flows[0].client_to_server.what' '.warnings' \
		'[.why[].payload] | add'; do
		[ "$(field sum "$figure")" = "$(field whole "$figure")" ]
	done
	[ "$(field sum .balances)" = true ]
}

@test "one ledger alone is what it was" {
	wiretoll report --json --mergeable "$CORPUS/oneshot-exchange.pcap" \
		>one
	wiretoll merge --json - <one | jq 'del(.merged)' >sum
	jq . one | cmp - sum
	wiretoll report --csv "$CORPUS/oneshot-exchange.pcap" >one.csv
	wiretoll merge --csv one | cmp - one.csv
	wiretoll report --flows "$CORPUS/oneshot-exchange.pcap" >text
	wiretoll merge --flows one | head -n -2 | cmp - text
	wiretoll merge --top 1 one | grep -q 'Merged: 1 ledgers; 0 flows'
}

@test "without --mergeable only flows that do not meet are merged" {
	capture_of tcp-repeats
	capture_of udp-padding
	cut_behind tcp-repeats.pcap 5
	wiretoll report --json 0.pcap >plain
	wiretoll report --json udp-padding.pcap >udp
	refused 'plain: a flow goes on' plain 1.json
	refused 'plain: a flow goes on' udp 1.json plain
	wiretoll merge --json plain udp >sum
	[ "$(field sum .frames)" -eq \
		$(($(field plain .frames) + $(field udp .frames))) ]
}

@test "levels have to be equal" {
	wiretoll report --json "$CORPUS/ipv6.pcap" >link
	wiretoll report --json --from ip "$CORPUS/ipv6.pcap" >ip
	refused "ip: counted from 'ip', but link from 'link'" link ip
}

@test "a damaged ledger is refused, and says where" {
	wiretoll report --json --mergeable "$CORPUS/oneshot-exchange.pcap" \
		>good
	while IFS='|' read -r edit words; do
		jq "${edit//;/|}" good >bad
		refused "bad: ${words# }" good bad
	done <<-'EOF'
		.schema = "wiretoll/9" | schema: 'wiretoll/9' is not
		.level = "moon" | level: no level is called 'moon'
		del(.flows) | flows: they were left out
		.flows = {} | line
		.flow_count = 2 | flows: 1 of 2 are there
		.flows[0].id = 1 | flows: their ids are not
		.what.moon = .what.ip | what: nothing here is called 'moon'
		.what.ip.bytes = -1 | what.ip.bytes: -1 is not
		.what.ip.bytes -= 1 | its figures do not add up
		.what.ip.frames = 1.5 | what.ip.frames: it is not a whole
		.what.ip.frames = 99 | what.ip.frames: 99 is not
		.payload += 1 | 'payload' is not what
		.other = null | other: it is not an object
		.warnings = [{kind: "x", count: 1}] | warnings[0]: no warning
		.application = {x: {}} | application.x: there is no such
		.application.treasure = {framing: 99} | application.treasure.framing
		.files[0].first = "now" | files[0].first: 'now' is not a time
		.files[0].link_types = ["X"] | files[0].link_types[0]: no link
		.files[0].format = "gif" | files[0].format: no format
	EOF
	while IFS='|' read -r edit words; do
		jq "${edit//;/|}" good >bad
		refused ": flows[0]${words# }" good bad
	done <<-'EOF'
		.flows[0].client = "1.2.3.4" | .client: '1.2.3.4' is not
		.flows[0].client = "[::1]:1" | : client and server are of two
		.flows[0].protocol = "icmp" | .protocol: no protocol
		.flows[0].turns = 99 | .turns: 99 is not
		.flows[0].end = .flows[0].start ; .flows[0].start = "2200-01-01T00:00:00.000000000Z" | : it ends
		.flows[0].client_to_server = .flows[0].server_to_client | : its directions
		.flows[0].mergeable.client.syn = 4294967296 | .mergeable.client.syn: 4294967296
		.flows[0].mergeable.client.first = null | .mergeable.client: 'first'
		.flows[0].mergeable.client.ranges = [[0, 0]] | .mergeable.client.ranges[0][1]: 0 is
		.flows[0].mergeable.client.ranges = [[5, 1], [5, 1]] | .mergeable.client.ranges[1]: it is not behind
		.flows[0].mergeable.client.ranges = [range(99) ; [2 * ., 1]] | .mergeable.client.ranges: more than
		.flows[0].mergeable.client.segments = [[0, 1, 1.5, false]] | .mergeable.client.segments[0][2]: it
		.flows[0].mergeable.first_talking = "x" | .mergeable.first_talking: neither
	EOF
	sed '0,/"bytes": [0-9]*/s//"bytes": 9223372036854775807/' good >bad
	refused 'bad: files[0].bytes: too large' good bad
	refused 'nowhere: No such file' good nowhere
}

@test "a ledger cut anywhere is refused" {
	wiretoll report --json --mergeable "$CORPUS/oneshot-exchange.pcap" \
		>good
	size=$(stat -c %s good)
	for cut in $(seq 0 331 $((size - 3))); do
		head -c "$cut" good >bad
		refused 'bad: line ' good bad
	done
	cat good good >bad
	refused 'something stands behind the ledger' bad
}

@test "flows that were cut by --top cannot be merged" {
	wiretoll report --json --top 1 "$CORPUS/game.pcapng" >one
	refused 'flows: 1 of' one
	wiretoll report --json --mergeable --sort bytes "$CORPUS/game.pcapng" \
		>sorted
	wiretoll report --json --mergeable "$CORPUS/game.pcapng" >plain
	wiretoll merge --json sorted | jq 'del(.merged)' >sum
	jq . plain | cmp - sum
}

@test "--mergeable is of JSON with all flows" {
	run -2 wiretoll report --mergeable "$CORPUS/game.pcapng"
	run -2 wiretoll report --csv --mergeable "$CORPUS/game.pcapng"
	run -2 wiretoll report --json --mergeable --top 1 \
		"$CORPUS/game.pcapng"
	run -2 wiretoll merge
	run -2 wiretoll merge --from ip x.json
	run -0 wiretoll merge --help
}

@test "a sum can be merged again, also where all of it was seen before" {
	for capture in "$BATS_TEST_DIRNAME"/../../pcaps/persistent-{bot,loss}.pcapng; do
		wiretoll report --json --mergeable "$capture" >g.json
		wiretoll merge --json g.json g.json >gg.json
		[ "$(field gg.json '.application.treasure |
			.framing + .content + .unparsed')" -le \
			"$(field gg.json .payload)" ]
		run -0 wiretoll merge gg.json gg.json
	done
}

@test "a path cannot forge a message of merge's" {
	run -1 wiretoll merge "$(printf 'no\033[31mX.json')"
	[[ $output != *$'\033'* ]]
}
