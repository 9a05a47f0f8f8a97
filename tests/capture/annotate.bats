#!/usr/bin/env bats
# wiretoll annotate: comments go in, and everything else stays.
load ../common

CASES=$BATS_TEST_DIRNAME/cases
CORPUS=$BATS_TEST_DIRNAME/corpus/reader

capture_of() {
	"$BUILD/tests/capture/case_test" -w "$1.pcap" "$CASES/$1.case"
}

# What tshark sees of a capture, comments apart.
seen() {
	tshark -r "$1" -x -T fields -e frame.number -e frame.time_epoch \
		-e frame.len -e frame.cap_len -e frame.interface_id \
		-e frame.encap_type -e frame.packet_flags 2>/dev/null
	tshark -r "$1" -x 2>/dev/null
}

comments() {
	tshark -r "$1" -T fields -e frame.comment 2>/dev/null
}

@test "each frame gets its purpose, and nothing else changes" {
	need_ordinary_build
	for name in oneshot-exchange tcp-repeats link-sll snapped; do
		capture_of $name
		wiretoll annotate $name.pcap out.pcapng
		diff <(seen $name.pcap) <(seen out.pcapng)
		diff <(comments out.pcapng | sed 's/wiretoll: \([a-z]*\):.*/\1/') \
			<(sed -n 's/^frame *\([a-z]*\).*/\1/p' \
				"$CASES/$name.case")
		diff <(wiretoll report --json $name.pcap | jq 'del(.files)') \
			<(wiretoll report --json out.pcapng | jq 'del(.files)')
	done
}

@test "the figures so far are those of the report in the end" {
	capture_of oneshot-exchange
	wiretoll annotate oneshot-exchange.pcap out.pcapng
	comments out.pcapng >all
	[ "$(sed -n 1p all)" = \
		"wiretoll: setup: 74 header bytes, 0 payload; no payload so far" ]
	[ "$(tail -n 1 all)" = "wiretoll: teardown: 66 header bytes, 0 \
payload; overhead per payload byte so far: 135.2 in this connection, 135.2 \
in the capture" ]
	capinfos -k out.pcapng >section
	grep -q 'wiretoll: oneshot-exchange.pcap: 10 frames, 681 bytes' section
	grep -q 'Whose: 1 flow with 681 bytes' section
}

@test "levels count as they do in the report" {
	capture_of oneshot-exchange
	wiretoll annotate --from ip oneshot-exchange.pcap out.pcapng
	comments out.pcapng | head -n 1 | grep -q ' 60 header bytes'
}

@test "comments, interfaces and their options of before are kept" {
	need_ordinary_build
	capture_of oneshot-exchange
	capture_of link-sll
	editcap -a 1:mine oneshot-exchange.pcap a.pcapng
	mergecap -w in.pcapng a.pcapng link-sll.pcap
	wiretoll annotate in.pcapng out.pcapng
	diff <(seen in.pcapng) <(seen out.pcapng)
	comments out.pcapng >all
	grep -q 'wiretoll: .*mine' all
	# Again: ours are replaced, not heaped up.
	wiretoll annotate out.pcapng again.pcapng
	diff all <(comments again.pcapng)
	[ "$(wc -c <out.pcapng)" -le "$(($(wc -c <again.pcapng) + 8))" ]
}

# Big endian: a section that tells its length, an interface, a block of a
# private type, a simple packet, an enhanced one with an option and no end.
big_endian() {
	printf '\n\r\r\n\0\0\0\034\032\053\074\115\0\001\0\0\0\0\0\0\0\0\0\204\0\0\0\034'
	printf '\0\0\0\001\0\0\0\024\0\145\0\0\0\0\0\0\0\0\0\024'
	printf '\100\0\0\001\0\0\0\020keep\0\0\0\020'
	printf '\0\0\0\003\0\0\0\024\0\0\0\004abcd\0\0\0\024'
	printf '\0\0\0\006\0\0\0\054\0\0\0\0\0\0\0\001\0\0\0\002\0\0\0\002'
	printf '\0\0\0\002xy\0\0\0\002\0\004\0\0\0\001\0\0\0\054'
}

@test "another byte order, unknown blocks and simple packets are kept" {
	big_endian >in.pcapng
	run -0 --separate-stderr wiretoll annotate in.pcapng out.pcapng
	[[ $stderr =~ " 1 frame is in simple packet blocks" ]]
	# Behind both sections: the same blocks, but for the last one.
	len=$(od -An -tu1 -j7 -N1 out.pcapng)
	len=$((len + 256 * $(od -An -tu1 -j6 -N1 out.pcapng)))
	cmp <(tail -c +29 in.pcapng | head -c 56) \
		<(tail -c +$((len + 1)) out.pcapng | head -c 56)
	# The section's length is no longer told.
	[ "$(od -An -tx1 -j16 -N8 out.pcapng | tr -d ' ')" = ffffffffffffffff ]
	tail -c +$((len + 57)) out.pcapng >last
	grep -q 'wiretoll: control' last
	printf '\0\002\0\004\0\0\0\001' >option
	grep -qaF "$(tr '\0' . <option)" <(tr '\0' . <last)
	wiretoll report --json in.pcapng | jq 'del(.files)' >a
	wiretoll report --json out.pcapng | jq 'del(.files)' | diff a -
}

@test "damage: what came before is annotated, and the status says it" {
	head -c 150 "$CORPUS/oneshot-exchange.pcap" >cut.pcap
	run -1 --separate-stderr wiretoll annotate cut.pcap out.pcapng
	[[ $stderr =~ "cut.pcap: cut short" ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(wiretoll report --json out.pcapng | jq .frames)" -eq 1 ]
}

@test "compressed input is read; what is no capture leaves no file" {
	gzip -c "$CORPUS/oneshot-exchange.pcap" >a.pcap.gz
	wiretoll annotate a.pcap.gz out.pcapng
	[ "$(wiretoll report --json out.pcapng | jq .frames)" -eq 10 ]
	echo 'only text, and no capture at all' >text
	run -1 wiretoll annotate text none.pcapng
	[ ! -e none.pcapng ]
}

@test "wrong usage exits 2 and writes nothing" {
	cp "$CORPUS/oneshot-exchange.pcap" a.pcap
	run -2 wiretoll annotate a.pcap
	run -2 wiretoll annotate a.pcap a.pcap
	cmp a.pcap "$CORPUS/oneshot-exchange.pcap"
	run -2 wiretoll annotate - out.pcapng
	run -2 wiretoll annotate --json a.pcap out.pcapng
	[ ! -e out.pcapng ]
	run -0 wiretoll annotate --help
}

@test "a file that cannot be written fails" {
	run -1 wiretoll annotate "$CORPUS/oneshot-exchange.pcap" no/such/file
	[ -e /dev/full ] || skip "no /dev/full here"
	run -1 wiretoll annotate "$CORPUS/oneshot-exchange.pcap" /dev/full
	[[ $output =~ "No space" ]]
}

@test "a longer file of before is overwritten, to its end" {
	capture_of oneshot-exchange
	head -c 100000 /dev/zero >out.pcapng
	run -0 wiretoll annotate oneshot-exchange.pcap out.pcapng
	run -0 wiretoll report out.pcapng
	[ "$(stat -c %s out.pcapng)" -lt 100000 ]
}

@test "options of other commands are refused" {
	capture_of oneshot-exchange
	for option in --flows --by=port --jobs=2 --json '-f tcp'; do
		# shellcheck disable=SC2086 # an option, and its value
		run -2 wiretoll annotate $option oneshot-exchange.pcap o.pcapng
		[ ! -e o.pcapng ]
	done
}

@test "a name that is not UTF-8 leaves a comment that is" {
	capture_of oneshot-exchange
	mv oneshot-exchange.pcap "$(printf 'caf\351.pcap')"
	run -0 wiretoll annotate "$(printf 'caf\351.pcap')" out.pcapng
	capinfos -k out.pcapng >section
	grep -q 'wiretoll: caf' section
	iconv -f UTF-8 -t UTF-8 section >/dev/null
	run -1 grep -qaP '\xe9' out.pcapng
}
