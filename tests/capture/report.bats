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
	run -2 wiretoll report --port 27440-27430 x
	[[ $output =~ "the lower one comes first" ]]
	run -2 wiretoll report --port 27440- x
	[[ ! $output =~ first ]]
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
	[[ $stderr =~ "gzip: cut short" ]]
}

@test "a filter counts what tcpdump's compiler lets through" {
	capture_of oneshot-exchange
	wiretoll report --json -f 'src port 12345' oneshot-exchange.pcap >a.json
	[ "$(field a.json .frames)" -eq 5 ]
	[ "$(field a.json .files[0].frames)" -eq 10 ]
	run -2 wiretoll report -f 'tcp prot 1' oneshot-exchange.pcap
	[[ $output =~ "filter 'tcp prot 1'" ]]
	run -2 --separate-stderr wiretoll report --json --each -f 'tcp prot 1' \
		oneshot-exchange.pcap
	[ -z "$output" ]
	capture_of link-raw
	run -1 --separate-stderr wiretoll report --json \
		-f 'ether src 02:00:00:00:00:01' link-raw.pcap
	[[ $stderr =~ "none of its frames pass" ]]
}

@test "standard input that does not block is waited for" {
	capture_of oneshot-exchange
	wiretoll report --json - <oneshot-exchange.pcap >whole
	(head -c 500 oneshot-exchange.pcap; sleep 0.3
		tail -c +501 oneshot-exchange.pcap) |
		(perl -MFcntl -e 'fcntl(STDIN, F_SETFL, O_NONBLOCK) or die'
		wiretoll report --json -) >pieces
	cmp whole pieces
}

@test "flows by a column, and no more than asked for" {
	capture_of oneshot-exchange
	capture_of udp-padding
	wiretoll report --json --sort overhead --top 2 \
		oneshot-exchange.pcap udp-padding.pcap >a.json
	[ "$(field a.json '.flows | length')" -eq 2 ]
	[ "$(field a.json '[.flows[].overhead_per_payload_byte]
		| . == (sort | reverse)')" = true ]
	[ "$(field a.json '.flows[0].protocol')" = tcp ]
	wiretoll report --json --sort protocol \
		udp-padding.pcap oneshot-exchange.pcap >b.json
	[ "$(field b.json '.flows[0].protocol')" = tcp ]
	[ "$(field b.json '.flows[0].id')" -gt 0 ]
	run -2 wiretoll report --sort nothing udp-padding.pcap
	[[ $output =~ "no column is called 'nothing'" ]]
	run -2 wiretoll report --top 0 udp-padding.pcap
}

@test "CSV has a line a flow, and its figures are JSON's" {
	capture_of oneshot-exchange
	wiretoll report --csv oneshot-exchange.pcap >a.csv
	[ "$(wc -l <a.csv)" -eq 2 ]
	[ "$(grep -c $'\r$' a.csv)" -eq 2 ]
	[ "$(head -1 a.csv | tr , '\n' | sort | uniq -d)" = "" ]
	wiretoll report --json oneshot-exchange.pcap >a.json
	column() {
		tr -d '\r' <a.csv | awk -F, -v name="$1" '
			NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i }
			NR == 2 { print $n }'
	}
	[ "$(column bytes)" = "$(field a.json .flows[0].bytes)" ]
	[ "$(column payload)" = "$(field a.json .flows[0].payload)" ]
	[ "$(column client)" = "$(field a.json .flows[0].client)" ]
	[ "$(column why_setup_frames)" = "$(field a.json .why.setup.frames)" ]
	[ "$(column client_bytes)" = \
		"$(field a.json .flows[0].client_to_server.bytes)" ]
	[ "$(($(column what_link) + $(column what_network) +
		$(column what_transport) + $(column what_payload)))" -eq \
		"$(column bytes)" ]
}

@test "a path with a comma is quoted in CSV" {
	capture_of oneshot-exchange
	mv oneshot-exchange.pcap 'a,"b".pcap'
	wiretoll report --csv --each 'a,"b".pcap' >a.csv
	grep -q '^file,id,' a.csv
	grep -q '^"a,""b"".pcap",0,' a.csv
}

@test "intervals add up to the whole" {
	capture_of oneshot-exchange
	wiretoll report --json --interval 0.000001 oneshot-exchange.pcap >a.json
	[ "$(field a.json '.slices | length')" -ge 1 ]
	for figure in frames bytes payload repeated overhead; do
		[ "$(field a.json "[.slices[].$figure] | add")" -eq \
			"$(field a.json ".$figure")" ]
	done
	[ "$(field a.json '[.slices[].groups[]] | add')" -eq \
		"$(field a.json .bytes)" ]
	[ "$(field a.json '.flows')" = null ]
	run -2 wiretoll report --interval 1 oneshot-exchange.pcap
	run -2 wiretoll report --json --interval 0 oneshot-exchange.pcap
}

@test "each capture by itself" {
	capture_of oneshot-exchange
	capture_of udp-padding
	run -1 --separate-stderr wiretoll report --each --json \
		oneshot-exchange.pcap none udp-padding.pcap
	echo "$output" >a.json
	[ "$(field a.json length)" -eq 3 ]
	[ "$(field a.json '.[1].files[0].error.reason')" = \
		"No such file or directory" ]
	wiretoll report --json udp-padding.pcap >b.json
	[ "$(jq --slurpfile b b.json '.[2] == $b[0]' a.json)" = true ]
}

@test "what belongs together adds up to the whole" {
	capture_of oneshot-exchange
	capture_of vlan-qinq
	capture_of llc-control
	for by in port host link vlan; do
		wiretoll report --json --by $by *.pcap >a.json
		for figure in frames bytes payload; do
			[ "$(field a.json "[.groups[].$figure] | add")" -eq \
				"$(field a.json ".$figure")" ]
		done
		[ "$(field a.json .by)" = $by ]
	done
	[ "$(field a.json '[.groups[].name] | sort | join(" ")')" = \
		"100 100.200 untagged" ]
	wiretoll report --csv --by port *.pcap >a.csv
	grep -q '^tcp/12345,1,10,681,' a.csv
	grep -q '^no flow,0,' a.csv
	run -0 wiretoll report --by host --top 1 oneshot-exchange.pcap
	run -2 wiretoll report --by colour oneshot-exchange.pcap
	run -2 wiretoll report --by port --sort turns oneshot-exchange.pcap
}

@test "a path cannot forge the report" {
	name=$'x\e]0;owned\a\n  Overhead.pcap'
	cp "$CORPUS/oneshot-exchange.pcap" "$name"
	wiretoll report "$name" >out
	! grep -q $'\033' out
	[ "$(head -1 out | cut -c1-9)" = "x?]0;owne" ]
	run -1 wiretoll report $'no\e[31mthing'
	[[ ! $output =~ $'\033' ]]
}

@test "the filter is named, and compare needs both captures" {
	capture_of oneshot-exchange
	run -0 wiretoll report -f 'tcp[13] & 2 != 0' oneshot-exchange.pcap
	[[ ${lines[1]} = "2 frames pass the filter: tcp[13] & 2 != 0" ]]
	run -1 --separate-stderr wiretoll compare oneshot-exchange.pcap none
	[ -z "$output" ]
}

@test "a flow from a host to itself is one flow of it" {
	capture=$BATS_TEST_DIRNAME/../../pcaps/oneshot-bot.pcapng
	wiretoll report --json --by host "$capture" >hosts.json
	[ "$(field hosts.json .flow_count)" -gt 1 ]
	[ "$(field hosts.json '.groups[0].flow_count')" = \
		"$(field hosts.json .flow_count)" ]
}

@test "a file that cannot be opened has no offset" {
	cp "$CORPUS/oneshot-exchange.pcap" exchange.pcap
	run -1 --separate-stderr wiretoll report --json exchange.pcap nosuch
	echo "$output" >r.json
	[ "$(field r.json '.files[1].error.offset')" = null ]
	run -0 wiretoll merge r.json
}

@test "one frame of 17 MiB is read from pcapng as from pcap" {
	need_ordinary_build
	len=$((17 * 1024 * 1024))
	{ # pcap of link type USB_LINUX
		printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0'
		printf '\0\0\0\10\275\0\0\0'
		printf '\1\0\0\0\0\0\0\0\0\0\20\1\0\0\20\1'
		head -c $len /dev/zero
	} >usb.pcap
	run -0 wiretoll report --json usb.pcap
	run -0 wiretoll annotate usb.pcap usb.pcapng
	run -0 --separate-stderr wiretoll report --json usb.pcapng
	echo "$output" >r.json
	[ "$(field r.json '.bytes')" = $len ]
}

@test "interfaces without end are refused, not stored" {
	{
		printf '\12\15\15\12\34\0\0\0\115\74\53\32\1\0\0\0'
		printf '\377%.0s' 1 2 3 4 5 6 7 8
		printf '\34\0\0\0'
		printf '\1\0\0\0\24\0\0\0\1\0\0\0\0\0\0\0\24\0\0\0%.0s' \
			$(seq 65537)
	} >many.pcapng
	run -1 wiretoll report many.pcapng
	[[ $output =~ "more than 65,536 interfaces in a section (at offset 1310748)" ]]
}

@test "what --top leaves out is said" {
	capture=$BATS_TEST_DIRNAME/../../pcaps/oneshot-bot.pcapng
	run -0 wiretoll report --top 3 "$capture"
	[ "${lines[-1]}" = "and 21 more" ]
	run -0 wiretoll report --by port --top 1 "${capture%/*}/persistent-loss.pcapng"
	[ "${lines[-1]}" = "and 1 more" ]
	run -0 wiretoll report --flows "$capture"
	[[ ! $output =~ more ]]
}

@test "two captures without a frame are not compared" {
	capture=$BATS_TEST_DIRNAME/../../pcaps/oneshot-bot.pcapng
	run -0 wiretoll compare -f 'udp port 1' "$capture" "$capture"
	[ "${lines[-1]}" = "There is nothing to compare: A has no frame that\
 passes the filter." ]
}
