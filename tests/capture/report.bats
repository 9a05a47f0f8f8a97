#!/usr/bin/env bats
# wiretoll report: files, levels, damage.
load ../common

CASES=$BATS_TEST_DIRNAME/cases
CORPUS=$BATS_TEST_DIRNAME/corpus/reader

# A capture file of a case, written by the test program.
capture_of() {
	"$BUILD/tests/capture/case_test" -w "$1.pcap" "$CASES/$1.case"
}

@test "frames and bytes equal capinfos, for every case" {
	need_ordinary_build
	for case in "$CASES"/*.case; do
		name=$(basename "$case" .case)
		# Wireshark 4.0 does not know the one link type, and takes a
		# byte that is no frame's away with the other.
		case $name in mpls-link | ppp-direction) continue ;; esac
		capture_of "$name"
		wiretoll report --json "$name.pcap" >a.json
		expected=$(capinfos -TmrN -c -d "$name.pcap" 2>/dev/null |
			awk -F, '{ print $(NF - 1), $NF }')
		[ "$(field a.json '"\(.files[0].frames) \(.files[0].bytes)"')" \
			= "$expected" ]
	done
}

@test "text of one exchange is as it was read and approved" {
	cp "$CORPUS/oneshot-exchange.pcap" exchange.pcap
	wiretoll report --flows exchange.pcap >out
	diff "$BATS_TEST_DIRNAME/report.expected" out
}

@test "no escape codes when the output is no terminal" {
	run -0 wiretoll report "$CORPUS/oneshot-exchange.pcap"
	[[ ! $output =~ $'\033' ]]
}

@test "levels count less, and still add up" {
	capture_of oneshot-exchange
	for level in transport ip link wire; do
		wiretoll report --json --from $level oneshot-exchange.pcap >a.json
		bytes=$(field a.json .bytes)
		[ "$(field a.json '[.what[].bytes] | add')" -eq "$bytes" ]
		[ "$(field a.json '[.why[].bytes] | add')" -eq "$bytes" ]
		[ "$(field a.json '[.flows[].bytes] | add')" -eq "$bytes" ]
		[ "$(field a.json .level)" = $level ]
		[ "$(field a.json .frames)" -eq 10 ]
		[ "$(field a.json .balances)" = true ]
		echo "$bytes" >>bytes
	done
	# 541 = 536 + 5; + 14 a frame; + 24 a frame (none is below 64).
	[ "$(tr '\n' ' ' <bytes)" = "341 541 681 921 " ]
}

@test "several files make one ledger" {
	capture_of oneshot-exchange
	capture_of udp-padding
	wiretoll report --json oneshot-exchange.pcap udp-padding.pcap >both
	wiretoll report --json oneshot-exchange.pcap >one
	wiretoll report --json udp-padding.pcap >two
	[ "$(field both .bytes)" -eq \
		$(($(field one .bytes) + $(field two .bytes))) ]
	[ "$(field both '.files | length')" -eq 2 ]
}

@test "standard input is a file too" {
	capture_of oneshot-exchange
	wiretoll report --json - <oneshot-exchange.pcap >a.json
	[ "$(field a.json .frames)" -eq 10 ]
}

@test "a cut capture is reported up to the cut, with the offset" {
	head -c 150 "$CORPUS/oneshot-exchange.pcap" >cut.pcap
	run -1 --separate-stderr wiretoll report --json cut.pcap
	echo "$output" >a.json
	[ "$(field a.json .frames)" -eq 1 ]
	[ "$(field a.json .files[0].error.offset)" -eq 114 ]
	[[ $stderr =~ "cut.pcap: cut short".*"offset 114" ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "what is no capture is refused, and the others are read" {
	echo 'this is only text, not a capture' >text
	run -1 --separate-stderr wiretoll report --json text \
		"$CORPUS/oneshot-exchange.pcap" missing
	echo "$output" >a.json
	[ "$(field a.json .frames)" -eq 10 ]
	[ "$(field a.json '.files[0].error != null')" = true ]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "no payload: no figure, in JSON null and in text a dash" {
	capture_of link-unknown
	wiretoll report --json link-unknown.pcap >a.json
	[ "$(field a.json .overhead_per_payload_byte)" = null ]
	[ "$(field a.json .efficiency)" = null ]
	run -0 wiretoll report link-unknown.pcap
	[[ $output =~ "Overhead per payload byte  -" ]]
}

@test "wrong usage exits 2, help exits 0" {
	run -2 wiretoll report
	run -2 wiretoll report --from nowhere x
	run -2 wiretoll compare one
	run -0 wiretoll report --help
	run -0 wiretoll --help
	run -0 wiretoll --version
}

@test "output that cannot be written fails" {
	[ -e /dev/full ] || skip "no /dev/full here"
	run -1 sh -c 'wiretoll report "$1" >/dev/full' sh \
		"$CORPUS/oneshot-exchange.pcap"
}

@test "man page and help name the same options" {
	man=$BATS_TEST_DIRNAME/../../docs/man/wiretoll.1
	for command in capture report compare annotate; do
		for option in $(wiretoll $command --help |
			grep -o -- '--[a-z][a-z]*'); do
			grep -q "Fl -${option#--}" "$man"
		done
	done
}

@test "a compressed capture is read as what is inside" {
	gzip -c "$CORPUS/oneshot-exchange.pcap" >a.pcap.gz
	wiretoll report --json a.pcap.gz >a.json
	[ "$(field a.json .frames)" -eq 10 ]
	head -c 100 a.pcap.gz >cut.pcap.gz
	run -1 --separate-stderr wiretoll report cut.pcap.gz
	[[ $stderr =~ "cut.pcap.gz: truncated gzip input" ]]
}

@test "a filter counts what tcpdump's compiler lets through" {
	capture_of oneshot-exchange
	wiretoll report --json -f 'src port 12345' oneshot-exchange.pcap >a.json
	[ "$(field a.json .frames)" -eq 5 ]
	[ "$(field a.json .files[0].frames)" -eq 10 ]
	run -2 wiretoll report -f 'tcp prot 1' oneshot-exchange.pcap
	[[ $output =~ "filter 'tcp prot 1'" ]]
	capture_of link-raw
	run -1 --separate-stderr wiretoll report --json \
		-f 'ether src 02:00:00:00:00:01' link-raw.pcap
	[[ $stderr =~ "none of its frames pass" ]]
}
