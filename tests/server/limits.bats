#!/usr/bin/env bats
# limits.bats: whoever misbehaves, nobody else notices.
load ../common

# An open connection that says nothing, as descriptor $1.
connect_silently() {
	eval "exec $1<>/dev/tcp/127.0.0.1/$port"
}

# Is who connects now reset at once?  It may be before connect has returned.
is_refused() {
	! (
		export LC_ALL=C
		exec 9<>"/dev/tcp/127.0.0.1/$port"
		timeout 5 cat <&9 >replies
	) 2>refused.err || return 1
	[ ! -s replies ]
	grep -q 'reset by peer' refused.err
}

asks() { # does a command get its answer within five seconds?
	echo g | timeout 5 treasure-client oneshot "127.0.0.1:$port" >/dev/null
}

@test "silent clients, more than the pool has threads, keep nobody out" {
	server_start oneshot --threads pool:2
	for fd in 5 6 7 8 9; do connect_silently $fd; done
	for _ in 1 2 3; do asks; done
	server_stop
	grep -q 'connections=8 turned_away=0' server.log
}

@test "an iterative server lets a silent client keep all waiting" {
	server_start oneshot --iterative --idle-timeout 30
	grep -q 'iterative' server.log
	asks
	connect_silently 5
	sleep 0.2
	echo g | { ! timeout 1 treasure-client oneshot "127.0.0.1:$port"; }
	exec 5>&-
	asks
	connect_silently 5
	server_stop # though somebody is silent
}

@test "--max-connections refuses the next one, and says so once" {
	for threads in per-connection pool:1; do
		server_start oneshot --threads $threads --max-connections 2
		connect_silently 5
		connect_silently 6
		sleep 0.3
		for _ in 1 2 3; do is_refused; done
		exec 5>&- 6>&-
		sleep 2.5 # the silent ones have not been answered: they linger
		asks
		server_stop
		[ "$(grep '^refused' server.log)" = \
			"refused reason=max-connections count=1
refused reason=max-connections count=2" ] # the rest, at the end
		grep -q 'turned_away=3' server.log
	done
}

@test "one client, one connection after the other: no limit is met" {
	server_start oneshot --threads per-connection --max-connections 1 \
		--size 40 --treasures 30
	treasure-client oneshot --bot --moves 300 "127.0.0.1:$port"
	server_stop
	grep -q 'turned_away=0' server.log
	server_start oneshot --max-per-address 1 --size 40 --treasures 30
	treasure-client oneshot --bot --moves 300 "127.0.0.1:$port"
	server_stop
	grep -q 'turned_away=0' server.log
}

@test "a client that closes first and comes again at once finds its place" {
	server_start persistent --max-connections 1 --size 40 --treasures 30
	for _ in $(seq 40); do
		exec 5<>"/dev/tcp/127.0.0.1/$port"
		exec 5>&-
	done
	treasure-client persistent --bot --moves 3 "127.0.0.1:$port"
	server_stop
	grep -q 'turned_away=0' server.log
}

threads_now() { # what the server says
	: >server.log
	kill -USR1 "$server_pid"
	timeout 5 sh -c 'until grep -q ^stats server.log; do sleep 0.1; done'
	sed -n 's/^stats .* threads=\([0-9]*\) .*/\1/p' server.log
}

@test "--max-connections is for all ports together" {
	server_start oneshot # for a port that is free
	server_stop
	last=$((port + 2))
	run -2 timeout 5 treasure-server oneshot --ports "$port-$last" \
		--max-connections 2
	[[ $output =~ "--max-connections" ]]
	: >server.log
	treasure-server oneshot --ports "$port-$last" --max-connections 4 \
		2>>server.log 3>&- &
	server_pid=$!
	timeout 10 sh -c 'until grep -q listening server.log; do sleep 0.1
		done'
	[ "$(threads_now)" -eq 3 ]
	for fd in 5 6 7; do connect_silently $fd; done
	sleep 0.3
	[ "$(threads_now)" -eq 4 ]
	port=$last asks
	server_stop
}

@test "a pool that has grown shrinks, though nobody comes" {
	server_start oneshot --threads pool:2
	for fd in 5 6 7 8 9; do connect_silently $fd; done
	asks
	[ "$(threads_now)" -gt 5 ]
	exec 5>&- 6>&- 7>&- 8>&- 9>&-
	for _ in $(seq 15); do
		sleep 1
		now=$(threads_now)
		[ "$now" -gt 2 ] || break
	done
	[ "$now" -eq 2 ]
	asks
	server_stop
}

@test "a server that is full is no answer to a command" {
	server_start oneshot --max-connections 1
	connect_silently 5
	sleep 0.2
	run -1 treasure-client oneshot "127.0.0.1:$port" <<<R
	[[ ! $output =~ "cannot step" ]]
	[[ $output =~ "no room" ]]
	server_stop
}

@test "--max-per-address is for each address" {
	[ "$(uname)" = Linux ] || skip "127.0.0.2 is no loopback address here"
	server_start oneshot --listen :: --max-per-address 2
	connect_silently 5
	connect_silently 6
	sleep 0.2
	is_refused
	grep -q '^refused reason=max-per-address count=1$' server.log
	exec 5>&-
	sleep 2.3
	asks
	server_stop
}

@test "without descriptors it refuses, and goes on when there are some" {
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start persistent
	connect_silently 5
	timeout 2 head -c 3 <&5 >/dev/null
	free=0
	while [ -e "/proc/$server_pid/fd/$free" ]; do
		free=$((free + 1))
	done
	prlimit --pid "$server_pid" --nofile=$free:4096
	for _ in 1 2 3; do is_refused; done
	run -1 treasure-client persistent "127.0.0.1:$port" <<<g
	[[ $output =~ "no room" ]]
	printf '\xf0' >&5 # the old one is served all the same
	[ "$(timeout 2 head -c 516 <&5 | wc -c)" -eq 516 ]
	prlimit --pid "$server_pid" --nofile=1024:4096
	connect_silently 7
	[ "$(timeout 2 head -c 3 <&7 | od -An -tx1)" = " 00 01 02" ]
	server_stop
	[ "$(grep '^refused' server.log)" = "refused reason=descriptors count=1
refused reason=descriptors count=3" ]
	grep -q 'turned_away=4' server.log
}

@test "without descriptors a pool does not grow" {
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start oneshot --threads pool:4
	sleep 0.2
	free=0
	while [ -e "/proc/$server_pid/fd/$free" ]; do
		free=$((free + 1))
	done
	prlimit --pid "$server_pid" --nofile=$free:4096
	for fd in 5 6 7 8; do # for each a thread waits, with a descriptor
		connect_silently $fd
	done
	for _ in $(seq 100); do is_refused; done
	sleep 0.3
	[ "$(ls "/proc/$server_pid/task" | wc -l)" -le 6 ] # TSan has its own
	prlimit --pid "$server_pid" --nofile=1024:4096
	sleep 0.3
	asks
	server_stop
}

ticks_of() { # the processor's time of process $1, in clock ticks
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

@test "fewer descriptors than ports: it waits, and goes on later" {
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start oneshot # for a port that is free
	server_stop
	last=$((port + 19))
	for threads in '--threads per-connection' '--threads pool:1' \
		--iterative; do
		: >server.log
		# shellcheck disable=SC2086 # some words each
		treasure-server oneshot --ports "$port-$last" $threads \
			2>>server.log 3>&- &
		server_pid=$!
		timeout 10 sh -c 'until grep -q listening server.log; do
			sleep 0.1; done'
		sleep 0.2 # its threads are in accept
		prlimit --pid "$server_pid" --nofile=10:4096
		timeout 1 treasure-client oneshot "127.0.0.1:$last" <<<g || true
		ticks=$(ticks_of "$server_pid")
		sleep 1
		[ $(($(ticks_of "$server_pid") - ticks)) -lt 50 ]
		prlimit --pid "$server_pid" --nofile=1024:4096
		sleep 0.3
		port=$last asks
		server_stop
	done
}

@test "--idle-timeout closes who says nothing, and only them" {
	server_start persistent --idle-timeout 1
	connect_silently 5
	connect_silently 6
	start=$(date +%s%N)
	for _ in 1 2 3 4 5 6; do
		printf '\xf0' >&6
		sleep 0.3
	done
	[ "$(timeout 5 cat <&5 | wc -c)" -eq 3 ]
	[ $((($(date +%s%N) - start) / 1000000)) -lt 4500 ]
	timeout 0.5 cat <&6 >replies || true
	[ "$(wc -c <replies)" -eq $((3 + 6 * 516)) ]
	server_stop
}

@test "a megabyte of commands at once is answered, and nobody waits" {
	server_start persistent --rooms 2
	connect_silently 5
	head -c 1000000 /dev/zero | tr '\0' '\360' >million
	timeout 60 cat <&5 >replies &
	reader=$!
	cat million >&5 &
	writer=$!
	timeout 5 treasure-client persistent "127.0.0.1:$port" <<<g >/dev/null
	wait $writer
	sleep 1
	kill $reader 2>/dev/null || true
	server_stop
}

@test "who does not read is given up after ten seconds" {
	server_start persistent -v
	connect_silently 5
	head -c 100000 /dev/zero | tr '\0' '\360' >many
	cat many >&5 2>/dev/null 3>&- &
	writer=$!
	timeout 40 sh -c 'until grep -q ^connection server.log; do sleep 0.2
		done'
	kill $writer 2>/dev/null || true
	server_stop
	ms=$(sed -n 's/^connection .* ms=//p' server.log)
	echo "$ms ms"
	[ "$ms" -ge 9500 ]
	[ "$ms" -lt 15000 ] # it does not wait twice, nor for a goodbye
}

# taker PORT VERSION SECONDS: ask for a large board, take nothing of it for so
# long, then count what comes, and say how it ends.
taker() {
	cat >taker.py <<-'END'
	import socket, sys, time
	s = socket.socket()
	s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
	s.connect(("127.0.0.1", int(sys.argv[1])))
	s.settimeout(20)
	if sys.argv[2] == "persistent":
	    assert s.recv(3, socket.MSG_WAITALL) == b"\0\1\1"
	s.sendall(b"\xf0")
	print("asked", flush=True)
	time.sleep(float(sys.argv[3]))
	count, end = 0, "FIN"
	try:
	    while got := s.recv(4096):
	        count += len(got)
	except ConnectionResetError:
	    end = "RST"
	print(count, end)
	END
	python3 taker.py "$@" >taken 2>taker.err || { cat taker.err; return 1; }
}

@test "signals cut no reply in two" {
	command -v python3 >/dev/null || skip "no python3 here"
	for mode in 'persistent 50106' 'oneshot 50104'; do
		read -r version len <<<"$mode"
		for signal in CONT TERM; do
			server_start $version --size 100 --buffer 8192
			taker "$port" $version 1 &
			taker=$!
			sleep 0.5
			[ $signal = TERM ] || kill -STOP "$server_pid"
			kill -$signal "$server_pid"
			timeout 20 sh -c "while kill -0 $taker; do
				sleep 0.1; done" 2>/dev/null || true
			if [ $version = persistent ] && [ $signal = CONT ]; then
				server_stop # or it would wait for a command
			fi
			wait $taker
			cat taken taker.err
			[ "$(tail -1 taken)" = "$len FIN" ]
			[ -z "$server_pid" ] || server_stop
		done
	done
}

@test "who took part of a reply only is reset" {
	command -v python3 >/dev/null || skip "no python3 here"
	server_start oneshot --size 100 --buffer 8192
	taker "$port" oneshot 11
	server_stop
	[[ $(tail -1 taken) =~ ^[0-9]+\ RST$ ]]
}

@test "without a descriptor for a client it does not start" {
	for most in 5 6 7 8 9 10; do
		(
			ulimit -n $most
			exec treasure-server oneshot --port 0
		) 2>err 3>&- 4>&- &
		server_pid=$!
		sleep 0.3
		port=$(sed -n 's/.*listening on .*:\([0-9]*\),.*/\1/p' err)
		if [ -n "$port" ]; then # whoever comes is served, or refused
			asks || [ $? -ne 124 ]
			server_stop
		else
			! server_stop
			grep -q 'Too many open files' err
		fi
	done
}

@test "USR1 and --stats print a line that adds up" {
	server_start persistent --stats 1
	echo g | treasure-client persistent "127.0.0.1:$port"
	sleep 0.3 # until its seat is free
	connect_silently 5
	sleep 0.2
	printf '\x00\x28' >&5
	sleep 0.3
	kill -USR1 "$server_pid"
	sleep 0.3
	grep -q '^stats .* connections=2 open=1 threads=1 turned_away=0 ' \
		server.log
	grep -Eq '^stats .* commands=[0-9]+ refused=2 foreign=1 ' server.log
	sleep 1.5
	[ "$(grep -c '^stats ' server.log)" -ge 2 ]
	server_stop
}

@test "the rate of connections is never below nothing" {
	server_start persistent
	connect_silently 5
	connect_silently 6
	connect_silently 7 # turned away, but it does not close
	sleep 0.3
	kill -USR1 "$server_pid"
	sleep 2.5
	kill -USR1 "$server_pid"
	sleep 0.3
	server_stop
	# Nor are there ever fewer connections than before.
	grep -q '^stats .* connections=2 open=3 ' server.log
	grep -q '^stats .* connections=2 open=2 .*=0.0 commands' server.log
}
