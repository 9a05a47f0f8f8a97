#!/usr/bin/env bats
# switches.bats: each study switch of the server is seen in a capture.
load ../common

# Record a client that sends one command, waits, sends the next, and closes:
# record VERSION 'SERVER OPTIONS' 'BASH OF THE CLIENT, connection on 5'.
record() {
	need_private
	: >server.log # forget the last one
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o game.pcapng -- bash -c '
		treasure-server '"$1 $2"' --seed 7 2>server.log &
		server=$!
		until grep -q listening server.log; do sleep 0.05; done
		exec 5<>/dev/tcp/127.0.0.1/12345
		'"$3"'
		exec 5>&-
		sleep 0.2
		kill $server
		wait $server' 2>capture.err
}

# What the server sent: one line a segment, FLAGS LEN MS-SINCE-THE-LAST.
from_server() {
	tshark -r game.pcapng -Y 'tcp.srcport == 12345' -T fields \
		-e tcp.flags.str -e tcp.len -e frame.time_delta_displayed 2>/dev/null |
		sed 's/·//g' |
		awk '{ printf "%s %s %d\n", $1, $2, $3 * 1000 }'
}

one_command="head -c 3 <&5 >/dev/null; printf '\\x24' >&5
	timeout 2 head -c 6 <&5 >/dev/null"

# As many as it takes until the kernels have left their quick beginning.
many_commands="head -c 3 <&5 >/dev/null; for i in \$(seq 20); do
	printf '\\x00' >&5; timeout 2 head -c 3 <&5 >/dev/null; done"

@test "a reply is one segment; --split-reply makes it two" {
	record persistent '' "$one_command"
	from_server >usual
	grep -q '^AP 6 ' usual
	record persistent --split-reply "$one_command"
	from_server >split
	grep -q '^AP 2 ' split
	grep -q '^AP 4 ' split
	! grep -q '^AP 6 ' split
}

@test "--nagle: the second segment waits for a delayed acknowledgement" {
	late='$2 == 4 && $3 >= 20'
	bot='treasure-client persistent --bot --moves 15 >bot.log'
	record persistent '--split-reply --no-delay' "$bot"
	usual=$(from_server | awk "$late" | wc -l)
	record persistent '--split-reply --nagle' "$bot"
	[ "$(from_server | awk "$late" | wc -l)" -gt $((usual + 3)) ]
}

@test "--cork: the one-shot reply carries the FIN" {
	record oneshot '' "printf '\\x24' >&5; timeout 2 cat <&5 >/dev/null"
	from_server >usual
	grep -q '^AP 4 ' usual
	grep -q '^AF 0 ' usual
	record oneshot --cork \
		"printf '\\x24' >&5; timeout 2 cat <&5 >/dev/null"
	from_server >corked
	grep -Eq '^A?P?FP? 4 |^APF 4 ' corked
	! grep -q '^AF 0 ' corked
	[ "$(wc -l <corked)" -lt "$(wc -l <usual)" ]
}

@test "--linger0: the server closes by a reset" {
	record oneshot --linger0 \
		"printf '\\x24' >&5; timeout 2 cat <&5 >reply || true"
	from_server >reset
	grep -q '^AP 4 ' reset
	grep -Eq '^A?R ' reset
	! grep -q F reset
}

@test "--quickack: the command is acknowledged before the reply" {
	# On a busy machine a late server acknowledges without being told to.
	for _ in 1 2 3 4 5; do
		record persistent '' "$many_commands"
		usual=$(from_server | grep -c '^A 0 ') || true
		record persistent --quickack "$many_commands"
		quick=$(from_server | grep -c '^A 0 ') || true
		[ "$quick" -le $((usual + 5)) ] || return 0
	done
	false
}

@test "--delayed-ack: the reply acknowledges the command" {
	for threads in pool per-connection; do
		record oneshot "--threads $threads" \
			"printf '\\x24' >&5; timeout 2 cat <&5 >/dev/null"
		from_server >usual # ... and the client's FIN
		[ "$(grep -c '^A 0 ' usual)" -eq 2 ]
		record oneshot "--threads $threads --delayed-ack" \
			"printf '\\x24' >&5; timeout 2 cat <&5 >/dev/null"
		from_server >delayed
		[ "$(grep -c '^A 0 ' delayed)" -eq 1 ]
		grep -q '^AP 4 ' delayed
	done
}

@test "--keepalive: a silent connection is probed" {
	record persistent '--keepalive 1' 'sleep 2.4'
	[ "$(tshark -r game.pcapng -Y \
		'tcp.srcport == 12345 && tcp.analysis.keep_alive' \
		2>/dev/null | wc -l)" -ge 1 ]
}

@test "--buffer: the window on offer is small" {
	record persistent '--buffer 4096' "$one_command"
	window=$(tshark -r game.pcapng -T fields -e tcp.window_size_value -Y \
		'tcp.srcport == 12345 && tcp.flags.syn == 1' 2>/dev/null)
	[ "$window" -le 8192 ]
}

@test "--fastopen: a doubt is said where the kernel does not allow it" {
	need_private
	for allowed in 1 3; do
		: >server.log # forget the last one
		# shellcheck disable=SC2016 # for the inner shell
		wiretoll capture --private -o game.pcapng -- bash -c '
			echo '$allowed' >/proc/sys/net/ipv4/tcp_fastopen ||
				exit 77
			treasure-server oneshot --fastopen 2>server.log &
			until grep -q listening server.log; do sleep 0.05
			done
			kill $!' 2>capture.err || skip "not allowed here"
		status=0
		grep -q 'fastopen has no effect' server.log || status=1
		[ $status -eq $((allowed == 3)) ]
	done
}

@test "switches of the other version are a usage error" {
	for wrong in 'oneshot --split-reply' 'persistent --cork' \
		'oneshot --keepalive 0' 'oneshot --buffer 0' \
		'oneshot --cork --linger0' 'oneshot --quickack --delayed-ack' \
		'oneshot --rooms 2' \
		'persistent --ports 5-6' 'oneshot --ports 6-5' \
		'oneshot --ports 6' 'persistent --guard lock' \
		'persistent --threads pool:0' 'persistent --threads poo' \
		'persistent --stats 0' 'persistent --max-per-address 0'; do
		# shellcheck disable=SC2086 # some words each
		run -2 timeout 5 treasure-server $wrong
		[ "${#lines[@]}" -eq 1 ]
	done
}
