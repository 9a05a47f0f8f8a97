#!/usr/bin/env bats
# wiretoll extcap: what Wireshark asks, and games through its pipe.
load ../common
load ../dissector/tshark

teardown() {
	for pid in ${pids:-}; do
		kill "$pid" 2>/dev/null || true
	done
	[ -z "${stage:-}" ] || rm -r "$stage"
}

# extcap VERSION OPTION...: a game into `fifo', whose reader writes game.pcapng.
extcap_start() {
	local version=$1
	shift
	mkfifo fifo
	cat fifo >game.pcapng 3>&- &
	reader=$!
	wiretoll extcap --extcap-interface "treasure-$version" --capture \
		--fifo fifo "$@" >out 2>err 3>&- &
	extcap=$!
	pids="$reader $extcap"
}

# Is anything left that was started with this port?
is_left() {
	ps -eo args | grep -q -- "[-]-port $1 "
}

wait_frames() {
	for _ in $(seq 100); do
		[ "$(stat -c %s game.pcapng)" -lt 2000 ] || return 0
		sleep 0.1
	done
	return 1
}

@test "interfaces, link type and options are told" {
	run -0 wiretoll extcap --extcap-interfaces --extcap-version=4.0
	[[ $output =~ "{value=treasure-oneshot}{display=Treasure game, one-shot}" ]]
	[[ $output =~ "{value=treasure-persistent}{display=Treasure game, pers" ]]
	run -0 wiretoll extcap --extcap-interface treasure-oneshot --extcap-dlts
	[ "$output" = 'dlt {number=1}{name=EN10MB}{display=Ethernet}' ]
	run -0 wiretoll extcap --extcap-interface treasure-oneshot --extcap-config
	for option in bots moves think port; do
		[[ $output =~ "{call=--$option}" ]]
	done
}

@test "a capture filter is told right from wrong" {
	run -0 wiretoll extcap --extcap-interface treasure-oneshot \
		--extcap-capture-filter 'tcp port 80'
	[ -z "$output" ]
	run -0 wiretoll extcap --extcap-interface treasure-oneshot \
		--extcap-capture-filter 'tcp prot 80'
	[ -n "$output" ]
}

@test "wrong usage is refused" {
	run -2 wiretoll extcap
	run -2 wiretoll extcap --extcap-interface treasure --extcap-dlts
	run -2 wiretoll extcap --extcap-interface treasure-oneshot --capture
	run -2 wiretoll extcap --extcap-interface treasure-oneshot --capture \
		--fifo f --bots 4
	run -2 wiretoll extcap --extcap-interface treasure-oneshot --capture \
		--fifo f --port x
	run -0 wiretoll extcap --help
}

@test "a game of each version goes through the pipe, whole" {
	need_private
	for version in oneshot persistent; do
		extcap_start $version --bots 1 --moves 3 --think 0 --port 23456
		wait $extcap
		wait $reader
		[ ! -s out ] && [ ! -s err ]
		wiretoll report --json game.pcapng >$version.json
		[ "$(field $version.json '.flows[0].server')" = 127.0.0.1:23456 ]
		rm fifo
	done
	[ "$(field oneshot.json '.flows | length')" -ge 4 ]
	[ "$(field persistent.json '.flows | length')" -eq 1 ]
}

@test "three bots have three seats" {
	need_private
	extcap_start persistent --bots 3 --moves 2 --think 0 --log-file log
	wait $extcap
	wait $reader
	wiretoll report --json game.pcapng >a.json
	[ "$(field a.json '.flows | length')" -eq 3 ]
	grep -q 'listening' log
	run ! grep -q full log
}

@test "a signal ends the game and all who play it" {
	need_private
	for signal in INT TERM; do
		extcap_start oneshot --think 60000 --port 23457
		wait_frames
		is_left 23457
		kill -$signal $extcap
		wait $extcap
		wait $reader
		run ! is_left 23457
		[ ! -s err ]
		wiretoll report game.pcapng
		rm fifo
	done
}

@test "a reader that goes away ends the game and all who play it" {
	need_private
	extcap_start persistent --think 100 --port 23458
	wait_frames
	kill $reader
	wait $extcap || true
	run ! is_left 23458
	[ ! -s err ]
}

@test "what cannot be captured is told on standard error" {
	need_private
	extcap_start oneshot --extcap-capture-filter 'tcp prot'
	status=0
	wait $extcap || status=$?
	[ $status -eq 1 ]
	grep -q "tcp prot" err
}

@test "tshark captures a game as an ordinary user" {
	need_ordinary_build
	need_private
	stage=$(mktemp -d)
	mkdir -p "$stage/wireshark/extcap" "$stage/bin"
	cp "$BIN"/* "$stage/bin"
	printf '#!/bin/sh\nexec "%s/bin/wiretoll" extcap "$@"\n' "$stage" \
		>"$stage/wireshark/extcap/wiretoll"
	chmod 755 "$stage/wireshark/extcap/wiretoll"
	chmod -R a+rX "$stage"
	run_tshark "$stage" -i treasure-oneshot -a duration:60 \
		-o extcap.treasure_oneshot.moves:2 \
		-o extcap.treasure_oneshot.think:0 \
		-o extcap.treasure_oneshot.bots:1 \
		-o extcap.treasure_oneshot.port:23459 \
		-T fields -e tcp.flags.syn -e tcp.dstport >fields 2>tshark.err
	[ "$(grep -c '1	23459' fields)" -ge 3 ]
}
