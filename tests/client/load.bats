#!/usr/bin/env bats
# treasure-client as a load generator.
load ../common

# The client's load line, its messages in load.err.
run_load() {
	treasure-client "$1" --bot --duration "${@:2}" "127.0.0.1:$port" \
		>load.out 2>load.err 3>&-
}

# value KEY: from the load line, as a whole number.
value() {
	sed -n "s/^load .*\b$1=\([0-9]*\).*/\1/p" load.out
}

@test "every command is counted, by the client as by the server" {
	for version in oneshot persistent; do
		server_start $version --seed 7
		run_load $version 1 --clients 2
		server_stop
		cat load.out
		[ "$(value commands)" -gt 50 ]
		[ "$(value errors)" -eq 0 ]
		[ "$(value commands)" -eq $(($(value stepped) +
			$(value refused) + $(value boards))) ]
		# Each client looked once before.
		grep -q "commands=$(($(value commands) + 2)) " server.log
		[ "$(value p50_us)" -le "$(value p90_us)" ]
		[ "$(value p90_us)" -le "$(value p99_us)" ]
		[ "$(value p99_us)" -le "$(value max_us)" ]
		[ "$(value max_us)" -gt 0 ]
		grep -q '^wire connections=[1-9]' load.err
	done
}

@test "alone a client steps to and fro, and is never refused" {
	for version in oneshot persistent; do
		server_start $version --seed 7
		run_load $version 1
		server_stop
		cat load.out
		[ "$(value commands)" -gt 50 ]
		[ "$(value stepped)" -eq "$(value commands)" ]
	done
}

@test "the meter of a load counts each connection" {
	server_start oneshot --seed 7
	run_load oneshot 1 --clients 3
	server_stop
	grep -q "^wire connections=$(($(value commands) + 3)) " load.err
}

@test "--json says the same and what to doubt" {
	server_start persistent --seed 7
	treasure-client persistent --bot --duration 1 --rate 50 --json \
		"127.0.0.1:$port" >load.json
	server_stop
	jq -e '.schema == "wiretoll-load/1" and .version == "persistent" and
		.clients == 1 and .rate == 50 and .errors == 0 and
		.commands + .unsent == 50 and
		(.seconds >= 0.9 and .seconds < 5) and
		.latency_us.p50 > 0 and .latency_us.p50 <= .latency_us.max and
		.lateness_us.max >= 0 and .wire.connections == 1 and
		.wire.payload_out == .commands + 1 and
		(.doubts | type) == "array"' load.json
}

@test "--rate keeps its rate and spreads it over the clients" {
	server_start persistent --seed 7
	run_load persistent 2 --clients 2 --rate 100
	server_stop
	cat load.out
	[ $(($(value commands) + $(value unsent))) -eq 200 ]
	[ "$(value commands)" -gt 150 ]
}

# Let the server stand still for a second of a load of three.
stall() {
	run_load oneshot 3 "$@" &
	local load=$!
	sleep 1
	kill -STOP "$server_pid"
	sleep 1
	kill -CONT "$server_pid"
	wait $load
	cat load.out
}

@test "a server that stalls is seen by --rate in all that had to wait" {
	server_start oneshot --seed 7
	stall --rate 60
	# A third of all waited, half a second each on average.
	[ "$(value p90_us)" -gt 300000 ]
	[ "$(value max_us)" -gt 800000 ]
	stall --think 15
	# Without, one command is late, and hides all it held up.
	[ "$(value p90_us)" -lt 300000 ]
	[ "$(value max_us)" -gt 800000 ]
	server_stop
}

@test "a rate that is not reached is said" {
	server_start oneshot --seed 7
	kill -STOP "$server_pid"
	(
		sleep 3
		kill -CONT "$server_pid"
	) 3>&- &
	# Stopped at the first look: that comes before the time begins.
	run_load oneshot 1 --rate 5000000
	grep -q 'rate was not reached' load.err
	[ "$(value unsent)" -gt 0 ]
	kill -CONT "$server_pid"
	server_stop
}

# milliseconds KEY: likewise, of a time in seconds.
milliseconds() {
	sed -n "s/^load .*\b$1=\([0-9]*\)\.\([0-9]*\) .*/\1\2/p" load.out |
		sed 's/^0*\(.\)/\1/'
}

@test "a load's seconds end with it, whatever is left to count or to think" {
	server_start persistent --seed 7
	for options in "--rate 10000000" "--think 20000" "--rate 1"; do
		SECONDS=0
		# shellcheck disable=SC2086 # a list of words
		run_load persistent 2 $options
		cat load.out
		[ "$(milliseconds seconds)" -ge 2000 ]
		[ "$(milliseconds seconds)" -le 2300 ]
		[ $SECONDS -lt 10 ]
	done
	[ "$(value per_second)" -eq 1 ]
	server_stop
}

@test "the load goes on when the game is over, and says so" {
	server_start oneshot --seed 7
	treasure-client oneshot --bot "127.0.0.1:$port" >/dev/null 2>&1
	run_load oneshot 1
	server_stop
	cat load.out
	[ "$(value boards)" -eq "$(value commands)" ]
	grep -q 'game was over: 100 %' load.err
}

@test "clients without a seat are counted; a server that is not there ends it" {
	server_start persistent --seed 7
	run_load persistent 1 --clients 5
	[ "$(value turned_away)" -eq 3 ]
	grep -q '3 of 5 clients turned away' load.err
	server_stop
	status=0
	SECONDS=0
	run_load persistent 20 || status=$?
	[ $status -eq 1 ]
	[ $SECONDS -lt 10 ]
	grep -q 'no server is listening' load.err
}

@test "a server that goes away in the middle is errors, exit 1" {
	server_start oneshot --seed 7
	run_load oneshot 2 --think 5 &
	load=$!
	sleep 1
	server_stop
	status=0
	wait $load || status=$?
	[ $status -eq 1 ]
	[ "$(value commands)" -gt 0 ]
	[ "$(value errors)" -gt 0 ]
	grep -q 'were not answered' load.err
}

@test "local ports that run out are the client's limit, and said" {
	need_private
	# With --cork the client closes first and keeps its ports. Three
	# ports at each of sixteen addresses are not many.
	run wiretoll capture --private -o /dev/null -- sh -c '
		sysctl -q -w net.ipv4.ip_local_port_range="40000 40002" \
			net.ipv4.tcp_tw_reuse=0 || exit 9
		treasure-server oneshot --seed 7 2>server.log &
		server=$!
		until grep -q listening server.log; do sleep 0.05; done
		treasure-client oneshot --bot --duration 1 --cork >load.out
		treasure-client oneshot --bot --duration 1 >load2.out
		kill $server'
	[ "$status" -ne 9 ] || skip "the settings cannot be changed here"
	[[ $output =~ "ran out of local ports" ]]
	[ "$(value commands)" -ge 30 ]
	[ "$(value errors)" -gt 0 ]
	# The server closes first: no limit without it.
	grep -q 'errors=0 ' load2.out
}

@test "wrong combinations are refused" {
	for options in "--duration 1" "--bot --rate 5" "--bot --json" \
		"--bot --duration 1 --moves 3" "--bot --duration 0" \
		"--bot --duration 1 --rate 5 --think 5" "--plain --bot" \
		"--plain --refresh 1"; do
		# shellcheck disable=SC2086 # a list of words
		run -2 treasure-client oneshot $options
		[ "${#lines[@]}" -eq 1 ]
	done
	run -2 treasure-client persistent --fastopen
}

@test "a load that never begins lasts no time, and has no overhead" {
	server_start persistent # for a port that is free
	server_stop
	run -1 treasure-client persistent --bot --clients 3 --duration 1 \
		"127.0.0.1:$port"
	[[ $output =~ \ seconds=[0-9]\.[0-9]+\  ]] # no century
	[[ $output =~ " p50_us=- " ]]
	server_start oneshot
	run -1 treasure-client persistent --bot --duration 1 "127.0.0.1:$port"
	[[ $output =~ " overhead_per_payload_byte=- " ]]
	server_stop
}
