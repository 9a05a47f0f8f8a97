#!/usr/bin/env bats
# The client's study switches, each visible in a capture.
load ../common

# play VERSION 'COMMANDS' SETTING -- CLIENT OPTION...: a recorded game, with
# another setting of the kernel if it is not empty.
play() {
	local version=$1 commands=$2 setting=$3
	shift 4
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o g.pcapng -- sh -c '
		version=$1 commands=$2 setting=$3
		shift 3
		[ -z "$setting" ] || sysctl -q -w "$setting" || exit 9
		: >server.log
		treasure-server $version --seed 7 2>server.log &
		server=$!
		until grep -q listening server.log; do sleep 0.05; done
		printf "$commands" | treasure-client $version "$@" \
			>client.out 2>client.err
		status=$?
		kill $server
		wait $server
		exit $status' sh "$version" "$commands" "$setting" "$@" \
		2>capture.err || {
		[ $? -ne 9 ] || skip "the settings cannot be changed here"
		cat client.err capture.err
		return 1
	}
	wiretoll report --from ip --json g.pcapng >g.json
}

# How many frames of the client's (or of another end's: $2) a filter shows.
seen() {
	tshark -n -r g.pcapng -Y "${2:-tcp.dstport == 12345} && $1" \
		2>/dev/null | wc -l
}

# The meter and the capture are equal but for the closing.
holds() {
	local bytes closing
	bytes=$(sed -n 's/,//g; s/^On the wire: \([0-9]*\) .*/\1/p' \
		client.err)
	closing=$(sed -n 's/,//g; s/.*segments\{0,1\} and \([0-9]*\) bytes.*/\1/p' \
		client.err)
	[ $((bytes + closing)) -eq "$(field g.json .bytes)" ]
}

@test "--cork: the command and the FIN are one segment" {
	need_ordinary_build
	need_private
	play oneshot 'd\nr\nd\n' '' -- --think 50
	[ "$(seen 'tcp.flags.fin == 1 && tcp.len > 0')" -eq 0 ]
	play oneshot 'd\nr\nd\n' '' -- --think 50 --cork
	[ "$(seen 'tcp.flags.fin == 1 && tcp.len == 1')" -eq 3 ]
	grep -q 'scores' client.out
	holds
	play persistent 'd\nr\nq\n' '' -- --think 50 --cork
	[ "$(seen 'tcp.flags.fin == 1 && tcp.len == 1')" -eq 1 ]
	holds
}

@test "--linger0: a connection ends with a reset" {
	need_ordinary_build
	need_private
	play oneshot 'd\nr\n' '' -- --think 50
	[ "$(seen 'tcp.flags.reset == 1')" -eq 0 ]
	for version in oneshot persistent; do
		play $version 'd\nr\n' '' -- --think 50 --linger0
		[ "$(seen 'tcp.flags.reset == 1')" -eq \
			"$(field g.json '.flows | length')" ]
		[ "$(seen 'tcp.flags.fin == 1')" -eq 0 ]
		holds
	done
}

@test "--quickack: what was read is acknowledged at once" {
	need_ordinary_build
	need_private
	play persistent 'd\nr\nd\nl\nd\nr\nd\nl\nd\nr\nd\nl\n' '' --
	plain=$(seen 'tcp.len == 0')
	play persistent 'd\nr\nd\nl\nd\nr\nd\nl\nd\nr\nd\nl\n' '' -- --quickack
	[ "$(seen 'tcp.len == 0')" -gt "$plain" ]
	holds
}

@test "--delayed-ack: the command ends the handshake" {
	need_ordinary_build
	need_private
	play oneshot 'd\nr\nd\n' '' -- --think 50
	[ "$(seen 'tcp.len == 0 && tcp.flags == 0x10 && tcp.ack == 1')" -eq 3 ]
	play oneshot 'd\nr\nd\n' '' -- --think 50 --delayed-ack
	[ "$(seen 'tcp.len == 0 && tcp.flags == 0x10 && tcp.ack == 1')" -eq 0 ]
	grep -q scores client.out
	holds
	play persistent 'd\nr\nd\n' '' -- --think 50 --delayed-ack
	[ "$(grep -c scores client.out)" -ge 3 ]
	holds
}

@test "--fastopen: the command rides on the SYN" {
	need_ordinary_build
	need_private
	# 1027: for clients, for servers, and for servers that do not ask.
	play oneshot 'd\nr\nd\nr\n' net.ipv4.tcp_fastopen=1027 -- --think 50 \
		--fastopen
	# The first connection gets the cookie.
	[ "$(seen 'tcp.flags.syn == 1 && tcp.len == 1')" -eq 3 ]
	# All but that cookie, 12 bytes with its padding, is in the meter.
	grep -q 'At least that: 1 connection ' client.err
	closing=$(sed -n 's/,//g; s/.*segments and \([0-9]*\) bytes.*/\1/p' \
		client.err)
	bytes=$(sed -n 's/,//g; s/^On the wire: \([0-9]*\) .*/\1/p' \
		client.err)
	[ $((bytes + closing + 12)) -eq "$(field g.json .bytes)" ]
	play oneshot 'd\nr\nd\nr\n' net.ipv4.tcp_fastopen=1027 -- --think 50
	[ "$(seen 'tcp.flags.syn == 1 && tcp.len == 1')" -eq 0 ]
}

@test "--keepalive: an idle connection is probed" {
	need_ordinary_build
	need_private
	play persistent 'd\nr\n' '' -- --think 2500
	[ "$(field g.json '.why.probe.frames // 0')" -eq 0 ]
	play persistent 'd\nr\n' '' -- --think 2500 --keepalive 1
	[ "$(field g.json '.why.probe.frames')" -ge 2 ]
	holds
}

@test "--buffer: the SYN offers a smaller window" {
	need_ordinary_build
	need_private
	play oneshot 'd\n' '' --
	plain=$(tshark -n -r g.pcapng -Y 'tcp.flags == 2' -T fields \
		-e tcp.window_size_value 2>/dev/null)
	play oneshot 'd\n' '' -- --buffer 4096
	small=$(tshark -n -r g.pcapng -Y 'tcp.flags == 2' -T fields \
		-e tcp.window_size_value 2>/dev/null)
	[ "$small" -lt "$plain" ]
	holds
}

@test "--nagle and --no-delay both play" {
	need_ordinary_build
	need_private
	for switch in --nagle --no-delay; do
		play persistent 'd\nr\n' '' -- --think 50 "$switch"
		holds
	done
}

@test "switches without effect or meaning are said" {
	run -2 treasure-client oneshot --buffer 0
	run -2 treasure-client oneshot --keepalive x
	run -2 treasure-client oneshot --split-reply # the server's
	run -2 treasure-client oneshot --quickack --delayed-ack
	[ "${#lines[@]}" -eq 1 ]
	for program in treasure-client treasure-server; do
		run -2 timeout 5 $program oneshot --nagle --no-delay
		[[ $output =~ "take one" ]]
	done
	run -2 treasure-client oneshot --cork --linger0
	[ "${#lines[@]}" -eq 1 ]
	run -2 treasure-client persistent --fastopen
	[[ $output =~ "server speaks first" ]]
}
