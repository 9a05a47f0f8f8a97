#!/usr/bin/env bats
# wiretoll.lua in tshark: the ledger's figures, frame by frame and at the end.
load ../common
load tshark

CASES=$BATS_TEST_DIRNAME/../capture/cases
AGREE=$BATS_TEST_DIRNAME/agree.sh

setup() {
	need_ordinary_build
	cd "$BATS_TEST_TMPDIR" || return 1
	scripts=$(mktemp -d)
	stage_scripts "$scripts"
}

teardown() {
	rm -rf "${scripts:-}"
}

# toll CAPTURE ARGUMENT...: tshark with the script; Lua errors fail.
toll() {
	local capture=$1
	shift
	cp "$capture" "$scripts/x.pcap"
	run_tshark "$scripts" -X lua_script:wiretoll.lua -r x.pcap "$@" \
		2>errors
	! grep Lua errors
}

capture_of() {
	"$BUILD/tests/capture/case_test" -w "$1.pcap" "$CASES/$1.case"
}

# All cases as one capture, of many interfaces; but one link type that
# Wireshark 4.0 cannot read.
all_cases() {
	for case in "$CASES"/*.case; do
		name=$(basename "$case" .case)
		[ "$name" = mpls-link ] || capture_of "$name"
	done
	mergecap -a -w all.pcapng ./*.pcap
}

FIELDS='-T fields -e frame.number -e wiretoll.purpose
	-e wiretoll.header_bytes -e wiretoll.payload_bytes
	-e wiretoll.repeated_bytes -e wiretoll.link -e wiretoll.network
	-e wiretoll.tunnel -e wiretoll.transport -e wiretoll.options
	-e wiretoll.control -e wiretoll.padding -e wiretoll.unknown
	-e wiretoll.flow.bytes -e wiretoll.flow.payload'

@test "fields of two exchanges are as they were read and approved" {
	for name in oneshot-exchange tcp-repeats udp-padding vxlan; do
		capture_of $name
		echo "$name"
		# shellcheck disable=SC2086 # a list of words
		toll $name.pcap $FIELDS
	done >out
	diff "$BATS_TEST_DIRNAME/fields.expected" out
}

@test "overhead is a figure where there is payload, and absent elsewhere" {
	capture_of oneshot-exchange
	toll oneshot-exchange.pcap -T fields -e wiretoll.overhead \
		-e wiretoll.flow.overhead >out
	[ "$(sed -n 1p out)" = "$(printf '\t')" ]
	[ "$(sed -n 6p out)" = "$(printf '16.5\t82.4')" ]
	[ "$(tail -n 1 out)" = "$(printf '\t135.2')" ]
}

@test "overhead has no more decimals than people read" {
	capture_of tcp-repeats
	toll tcp-repeats.pcap -T fields -e wiretoll.flow.overhead >out
	# 448 and 669 bytes, of which 12 and 15 are payload.
	[ "$(sed -n 8p out)" = 36.33 ]
	[ "$(sed -n 12p out)" = 43.6 ]
	run ! grep -E '[.][0-9]{5}' out
}

@test "all cases in one capture: equal to wiretoll report, at each level" {
	all_cases
	for level in transport ip link wire; do
		"$AGREE" -l $level all.pcapng
	done
	# One kind of link in a file, which the script then looks at itself.
	mergecap -F pcap -a -w ethernet.pcap oneshot-exchange.pcap \
		tcp-*.pcap udp-*.pcap vlan-qinq.pcap vxlan.pcap gre.pcap
	mergecap -a -w ethernet.pcapng ethernet.pcap
	"$AGREE" ethernet.pcap ethernet.pcapng vlan-qinq.pcap link-raw.pcap
	"$AGREE" -p ethernet.pcap ethernet.pcapng vlan-qinq.pcap link-raw.pcap
}

@test "damaged frames: no Lua error, and still equal" {
	all_cases
	for seed in 1 2 3; do
		editcap -E 0.02 --seed $seed all.pcapng $seed.pcapng
	done
	"$AGREE" [123].pcapng
	editcap -s 70 all.pcapng snapped.pcapng
	"$AGREE" snapped.pcapng
}

# Reports as JSON: say_all DIRECTORY CAPTURE...
say_all() {
	local directory=$1
	mkdir "$directory"
	shift
	for capture; do
		toll "$capture" -q -X lua_script1:json \
			>"$directory/$(basename "$capture").json"
	done
}

@test "the short path and the full one count the same" {
	all_cases
	mergecap -F pcap -a -w ethernet.pcap oneshot-exchange.pcap \
		tcp-*.pcap udp-*.pcap vlan-qinq.pcap vxlan.pcap gre.pcap
	say_all short ethernet.pcap "$BATS_TEST_DIRNAME"/../../pcaps/*-bot.pcapng
	sed -i 's/^function fast.count(.*/& do return false end/' \
		"$scripts/wiretoll/fast.lua"
	say_all full ethernet.pcap "$BATS_TEST_DIRNAME"/../../pcaps/*-bot.pcapng
	diff -r short full
	# And the short one was gone: a mistake in it would be seen.
	stage_scripts "$scripts"
	sed -i 's/frames\[n\] = frames\[n\] + 1/& + 1/' \
		"$scripts/wiretoll/fast.lua"
	say_all wrong ethernet.pcap
	! diff -q short/ethernet.pcap.json wrong/ethernet.pcap.json
}

@test "a SYN that is overtaken tells both ways the same" {
	"$BATS_TEST_DIRNAME/dialogue.sh" >raw.pcap <<-END
		c S late
		c 34
		release
		s SA
		s 0001 01
		s 0004 u16:1 u16:2
		c A
	END
	"$BATS_TEST_DIRNAME/ethernet.pl" <raw.pcap >ethernet.pcap
	"$AGREE" ethernet.pcap
	# And a record that holds more than there was: 55 bytes of 50.
	perl -0777 -pe "substr(\$_, 24 + 12, 4) = pack 'V', 50" \
		<ethernet.pcap >odd.pcap
	"$AGREE" odd.pcap
}

@test "an output that fails ends tshark, with a word and a status" {
	capture_of oneshot-exchange
	cp oneshot-exchange.pcap "$scripts/x.pcap"
	for argument in text json json=/nonexistent/x json=/dev/full \
		'filter=nonsense =='; do
		status=0
		run_tshark "$scripts" -q -X lua_script:wiretoll.lua \
			-X "lua_script1:$argument" -r x.pcap \
			>/dev/full 2>said || status=$?
		[ "$status" -eq 2 ]
		grep -q '^wiretoll.lua: ' said
	done
}

@test "a tenth of a second is told alike in every time" {
	# A packet again, 0.1 s later: 0.1, 0.2 and so on are not exact.
	perl -e 'print pack("VvvVVVV", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101);
		for (0 .. 99) {
			my $ip = pack("H*", "4500001d") . pack("n", $_ + 1) .
			    pack("H*", "000040110000" . "0a0000010a000002" .
				"040000350009000061");
			for my $us ($_ * 300_000, $_ * 300_000 + 100_000) {
				print pack("V4", int($us / 1e6),
				    $us % 1_000_000, 29, 29), $ip;
			}
		}' >tenths.pcap
	"$AGREE" tenths.pcap
	wiretoll report --json tenths.pcap >a.json
	[ "$(field a.json '.warnings[] | select(.kind == "duplicated").count')" \
		-eq 100 ]
}

@test "both versions of the game: equal, and compared" {
	need_private
	record_game one.pcapng oneshot bot
	record_game two.pcapng persistent bot
	mergecap -w both.pcapng one.pcapng two.pcapng
	"$AGREE" one.pcapng two.pcapng both.pcapng
	toll both.pcapng -q -X lua_script1:compare >compare
	wiretoll compare one.pcapng two.pcapng >expected
	# Names differ, and the script counts connections besides.
	diff <(sed '/^[AB]:/d; /connections/d; /^Careful/d; s/^.* saves/X saves/;
		s/of the overhead of .*:/of it:/' compare) \
		<(sed '/^[AB]:/d; /^Careful/d; s/^.* saves/X saves/;
		s/of the overhead of .*:/of it:/' expected)
}

@test "the report at the end reads as wiretoll report does" {
	all_cases
	# Frames that the script does not know aside.
	toll all.pcapng -q -X lua_script1:json >a.json
	# shellcheck disable=SC2046 # a list of numbers
	editcap all.pcapng capture $(field a.json '.unknown_frames[]')
	mv capture x.pcap
	toll x.pcap -q >lua
	wiretoll report x.pcap >c
	diff c lua
	# A command nobody knows begins no game: 1 byte, and 4.
	"$BATS_TEST_DIRNAME/dialogue.sh" >x.pcap <<-END
		open
		c 34
		s u16:13 u16:7
		s F
		conn 1
		open
		c 54
		s u16:13 u16:7
		s F
	END
	toll x.pcap -q >lua
	wiretoll report x.pcap >c
	diff c lua
	grep -q '^Of no application: 5 bytes of payload, which count as' c
}

@test "a second pass and filters change nothing" {
	all_cases
	# shellcheck disable=SC2086 # a list of words
	toll all.pcapng $FIELDS >once
	# shellcheck disable=SC2086
	toll all.pcapng -2 $FIELDS >twice
	cmp once twice
	# shellcheck disable=SC2086
	toll all.pcapng -2 -R 'wiretoll.purpose == "setup"' -Y tcp $FIELDS \
		>filtered
	[ -s filtered ]
	cut -f 2- filtered | sort >filtered.figures
	grep -P '^\d+\tsetup\t' once | cut -f 2- | sort >once.figures
	cmp filtered.figures once.figures
	toll all.pcapng -q -X lua_script1:json >once
	toll all.pcapng -2 -q -X lua_script1:json >twice
	cmp once twice
	# Of one kind of link the first pass knows all, and the second recalls it.
	mergecap -F pcap -a -w ethernet.pcap fragments*.pcap tcp-*.pcap
	# shellcheck disable=SC2086
	toll ethernet.pcap $FIELDS >once
	# shellcheck disable=SC2086
	toll ethernet.pcap -2 $FIELDS >twice
	cmp once twice
	toll ethernet.pcap -2 -q -X lua_script1:json >a.json
	[ "$(field a.json .balances)" = true ]
}

@test "a filter counts what passes; a level counts from there" {
	capture_of oneshot-exchange
	toll oneshot-exchange.pcap -q -X lua_script1:json \
		-X 'lua_script1:filter=wiretoll.purpose == "setup"' >a.json
	[ "$(field a.json '"\(.frames) \(.bytes)"')" = "3 214" ]
	[ "$(field a.json '.why | keys | join(" ")')" = setup ]
	toll oneshot-exchange.pcap -o wiretoll.level:ip -T fields \
		-e wiretoll.header_bytes -e wiretoll.link >out
	[ "$(head -n 1 out)" = "$(printf '60\t0')" ]
	toll oneshot-exchange.pcap -q -X lua_script1:level=ip \
		-X lua_script1:json=here.json
	[ "$(field "$scripts/here.json" .bytes)" -eq 541 ]
}

@test "what the script cannot know has no fields, and is said" {
	capture_of link-unknown
	# shellcheck disable=SC2086 # a list of words
	toll link-unknown.pcap $FIELDS >out
	[ "$(tr -d '\t\n' <out)" = 1 ]
	toll link-unknown.pcap -q >out
	grep -q '^Careful: 1 frame not counted: this script cannot' out
	toll link-unknown.pcap -q -X lua_script1:json >a.json
	[ "$(field a.json '.unknown_frames | length')" -eq 1 ]
	# Wireshark keeps what lies behind such a header to itself.
	capture_of link-raw-no-length
	toll link-raw-no-length.pcap -q -X lua_script1:json >a.json
	[ "$(field a.json '.unknown_frames | length')" -eq 1 ]
}

@test "an FCS that Wireshark guesses changes no group" {
	# 64 bytes with an Ethernet trailer: FCS or padding, both trailer.
	capture_of udp-padding
	"$AGREE" udp-padding.pcap
	"$AGREE" -p udp-padding.pcap >out
	[ "$(cut -f 3 out)" -eq 0 ]
	# A capture that has it: in its file header, bits 26 and 28 to 31.
	{
		head -c 23 udp-padding.pcap
		printf '\044'
		tail -c +25 udp-padding.pcap
	} >fcs.pcap
	wiretoll report --json fcs.pcap | jq -e '.what.fcs.frames == 3'
	"$AGREE" fcs.pcap >out
	[ "$(cut -f 3 out)" -eq 0 ]
}

le32() {
	for shift in 0 8 16 24; do
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %03o $(($1 >> shift & 255)))"
	done
}

# The first frame of a pcap file, in a block whose flags say: an FCS of four.
flagged_block() { # PCAP
	local len pad size
	len=$(od -An -tu4 -j 32 -N 4 "$1")
	pad=$((-len & 3)) size=$((len + (-len & 3) + 44))
	for word in 6 $size 0 0 1 "$len" "$len"; do
		le32 "$word"
	done
	tail -c +41 "$1" | head -c "$len"
	head -c $pad /dev/zero
	for word in $((4 << 16 | 2)) $((4 << 5)) 0 $size; do
		le32 "$word"
	done
}

@test "an FCS that each packet tells of is not the file's to tell" {
	capture_of oneshot-exchange
	{
		for word in 168627466 28 439041101 1 -1 -1 28 1 20 1 65535 20
		do
			le32 $word
		done
		flagged_block oneshot-exchange.pcap
		flagged_block oneshot-exchange.pcap
	} >flagged.pcapng
	wiretoll report --json flagged.pcapng | jq -e '.what.fcs.frames == 2'
	for level in link wire; do
		"$AGREE" -l $level flagged.pcapng
	done
}

@test "no report where packets are printed, or none is wanted" {
	capture_of oneshot-exchange
	[ "$(toll oneshot-exchange.pcap | wc -l)" -eq 10 ]
	[ -z "$(toll oneshot-exchange.pcap -q -X lua_script1:none)" ]
	run -2 run_tshark "$scripts" -q -X lua_script:wiretoll.lua \
		-X lua_script1:nonsense -r - <oneshot-exchange.pcap
	[ "$(grep -v '^Running as' <<<"$output")" = \
		'wiretoll.lua: no such argument: nonsense' ]
}

@test "luacheck finds nothing" {
	command -v luacheck >/dev/null || skip "no luacheck here"
	cd "$BATS_TEST_DIRNAME/../.."
	luacheck -q dissector
}
