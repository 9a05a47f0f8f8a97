#!/usr/bin/env bats
# The client's meter, against a capture of the same game.
load ../common

# play VERSION ADDRESS [SETTING...] -- CLIENT OPTION...: a game with other
# kernel settings, recorded to g.pcapng; without --bot the client gets four
# commands at a person's pace.
play() {
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o g.pcapng -- sh -c '
		version=$1 address=$2
		shift 2
		while [ "$1" != -- ]; do
			sysctl -q -w "net.ipv4.$1" || exit 9
			shift
		done
		shift
		: >server.log
		treasure-server $version --listen "$address" --seed 7 \
			2>server.log &
		server=$!
		until grep -q listening server.log; do sleep 0.05; done
		case $address in *:*) address="[$address]" ;; esac
		printf "d\nr\ng\nd\n" | treasure-client $version "$@" "$address" \
			>client.out 2>client.err
		status=$?
		kill $server
		wait $server
		exit $status' sh "$@" 2>capture.err || return
	wiretoll report --from ip --json g.pcapng >g.json
}

# What a person is told: the numbers, without their thousands' commas, of
# client.err in order.
# bytes connections payload header segments (out) payload header segments (in)
# figures closing-segments closing-bytes
told() {
	sed 's/[^0-9. ]//g; s/\. / /g' client.err | tr -s ' \n' '  '
}

# Meter and capture are equal but for the closing, which is named.
holds() {
	local bytes connections out_payload out_segments out_header
	local in_payload in_segments in_header figure whole closing closing_bytes
	read -r bytes connections out_payload out_header out_segments \
		in_payload in_header in_segments figure whole closing \
		closing_bytes <<<"$(told)"
	cat client.err
	[ "$connections" -eq "$(field g.json '.flows | length')" ]
	[ $((out_payload + in_payload)) -eq "$(field g.json .payload)" ]
	[ "$bytes" -eq $((out_payload + out_header + in_payload + in_header)) ]
	[ $((bytes + closing_bytes)) -eq "$(field g.json .bytes)" ]
	[ $((out_segments + in_segments + closing)) -eq \
		"$(field g.json .frames)" ]
	[ "$closing" -gt 0 ]
	[ "$whole" = "$(wiretoll report --from ip g.pcapng | tr -d , |
		awk '/^  Overhead per payload byte/ { print $5 }')" ]
	# Each way on its own.
	[ "$out_payload" -eq "$(field g.json \
		'[.flows[].client_to_server.payload] | add')" ]
	[ "$in_payload" -eq "$(field g.json \
		'[.flows[].server_to_client.payload] | add')" ]
}

@test "the meter equals the capture but for the closing it names" {
	need_private
	for version in oneshot persistent; do
		for address in 127.0.0.1 ::1; do
			play $version $address -- --think 150
			holds
		done
	done
}

@test "the meter knows the options that both ends agreed on" {
	need_ordinary_build
	need_private
	for settings in tcp_timestamps=0 tcp_sack=0 tcp_window_scaling=0 \
		"tcp_timestamps=0 tcp_sack=0" \
		"tcp_timestamps=0 tcp_sack=0 tcp_window_scaling=0"; do
		for version in oneshot persistent; do
			# shellcheck disable=SC2086 # a list of words
			play $version 127.0.0.1 $settings -- --think 60 || {
				[ $? -ne 9 ] ||
					skip "the settings cannot be changed"
				cat capture.err client.err
				false
			}
			holds
		done
	done
	play oneshot ::1 tcp_timestamps=0 -- --think 60
	holds
}

# value KEY: from the line that bots print.
value() {
	sed -n "s/^wire .*\b$1=\([0-9.]*\).*/\1/p" client.err
}

@test "a bot's meter equals the capture, too" {
	need_private
	for version in oneshot persistent; do
		play $version 127.0.0.1 -- --bot --think 20
		cat client.err
		[ $(($(value bytes) + $(value closing_bytes))) -eq \
			"$(field g.json .bytes)" ]
		[ "$(value bytes)" -eq $(($(value payload_out) + \
			$(value payload_in) + $(value header_out) + \
			$(value header_in))) ]
		[ "$(value inexact)" -eq 0 ]
	done
}

@test "the meter can be turned off, and is silent where nothing was sent" {
	server_start persistent --seed 7
	run -0 --separate-stderr treasure-client persistent --no-meter \
		"127.0.0.1:$port" <<<d
	[ -z "$stderr" ]
	server_stop
	server_start oneshot --seed 7
	run -0 --separate-stderr treasure-client oneshot "127.0.0.1:$port" \
		</dev/null
	[ -z "$stderr" ]
	run -0 --separate-stderr treasure-client oneshot "127.0.0.1:$port" <<<d
	[[ $stderr =~ "link headers" ]]
	[[ ! $output =~ "wire" ]]
	server_stop
}

@test "what a first command has cost is told, though a reset ends its reply" {
	server_start oneshot --seed 7 --linger0
	run -1 treasure-client oneshot "127.0.0.1:$port" <<<d
	[[ $output =~ "a reset ended the reply" ]]
	[[ $output =~ "On the wire: " ]]
	server_stop
}
