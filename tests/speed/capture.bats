#!/usr/bin/env bats
# make bench-capture: that it measures.
load ../common

@test "what a capture loses of a flood is measured" {
	need_ordinary_build
	need_private
	ROUNDS=1 LENGTH=1 RATES=2000 BUFFERS=default KINDS=flood OUT=. \
		PROGRAMS=wiretoll "$BATS_TEST_DIRNAME/capture.sh" >table 2>err 3>&-
	cat table err
	json=capture.json
	[ "$(field $json '.runs | length')" -eq 1 ]
	[ "$(field $json '.runs[0].program')" = wiretoll ]
	[ "$(field $json '.runs[0].frames_lost[0]')" -eq 0 ]
	received=$(field $json '.runs[0].frames_received[0]')
	[ "$received" -gt 1000 ]
	[ "$received" -eq "$(field $json '.runs[0].frames_sent[0]')" ]
	grep -q '2000 *wiretoll' table
	# Nothing of it is left.
	[ -z "$(echo captured.*)" ] || [ "$(echo captured.*)" = 'captured.*' ]
}
