#!/usr/bin/env bats
# The ledger of our own captures against tshark's dissection.
load ../common

HERE=$BATS_TEST_DIRNAME
agree() {
	perl "$HERE/agree.pl" -k "$HERE/known" "$BIN/wiretoll" "$@"
}

@test "every case agrees with tshark, account by account" {
	need_ordinary_build
	for case in "$HERE"/../capture/cases/*.case; do
		name=$(basename "$case" .case)
		"$BUILD/tests/capture/case_test" -w "$name.pcap" "$case"
	done
	run -0 agree *.pcap
	echo "$output"
	[[ ${lines[-1]} =~ ", 0 differ"(,|$) ]]
	[ "${lines[-1]%% *}" -ge 40 ]
}

@test "every sample capture agrees with tshark" {
	need_ordinary_build
	run -0 agree "$HERE"/../../pcaps/*.pcapng
	echo "$output"
	[[ ${lines[-1]} =~ ", 0 known to differ, 0 differ"$ ]]
	[ "${lines[-1]%% *}" -eq "$(ls "$HERE"/../../pcaps/*.pcapng | wc -l)" ]
}

@test "a wrong ledger is noticed" {
	need_ordinary_build
	"$BUILD/tests/capture/case_test" -w tcp.pcap \
		"$HERE/../capture/cases/oneshot-exchange.case"
	mkdir bin
	printf '#!/bin/sh\n%s/wiretoll "$@" | sed "s/\\"bytes\\": 200/\\"bytes\\": 201/"\n' \
		"$BIN" >bin/wiretoll
	chmod +x bin/wiretoll
	run -1 perl "$HERE/agree.pl" "$PWD/bin/wiretoll" tcp.pcap
	[[ $output =~ "ip 201/200" ]]
}

@test "a game agrees with tshark" {
	need_ordinary_build
	need_private
	record_game one.pcapng oneshot bot --moves 5
	record_game per.pcapng persistent bot --moves 5
	run -0 agree one.pcapng per.pcapng
	[[ ${lines[-1]} =~ ^"2 agree" ]]
}
