#!/usr/bin/env bats
# rooms.bats: many boards, three guards, and a journal.
load ../common

open_seat() { # FD [HOST]: a connection; id is the first reply, in hex
	eval "exec $1<>/dev/tcp/${2:-127.0.0.1}/$port"
	id=$(timeout 5 head -c 3 <&"$1" | od -An -tx1 | tr -d ' \n')
}

say() { # FD HEX LEN: LEN bytes of reply, in hex
	# shellcheck disable=SC2059 # the format is made of the command
	printf "$(sed 's/../\\x&/g' <<<"$2")" >&"$1"
	timeout 5 head -c "$3" <&"$1" | od -An -v -tx1 | tr -d ' \n'
}

@test "--rooms: the next free seat of any room, each with its own board" {
	server_start persistent --rooms 2 --seed 1
	grep -q ', 2 rooms, board 10 x 10,' server.log
	open_seat 5; [ "$id" = 000101 ]
	open_seat 6; [ "$id" = 000102 ]
	open_seat 7; [ "$id" = 000101 ]
	open_seat 8; [ "$id" = 000102 ]
	open_seat 9; [ "$id" = "" ] # full
	one=$(say 5 f0 516)
	two=$(say 7 f0 516)
	[ "${#one}" -eq 1032 ]
	[ "$one" = "$(say 6 f0 516)" ]
	[ "$two" = "$(say 8 f0 516)" ]
	[ "$one" != "$two" ]
	[ "$(say 5 84 3)" = 00014f ] # the other room's game goes on
	[ "$(say 7 f0 516)" = "$two" ]
	exec 8>&-
	sleep 0.2
	open_seat 9; [ "$id" = 000102 ]
	server_stop
	grep -q '^game=1 over=quit .* room=1$' server.log
}

@test "--rooms --games: the last room's last game ends the server" {
	server_start persistent --rooms 2 --games 1
	treasure-client persistent "127.0.0.1:$port" --bot --clients 4 \
		--think 1
	timeout 20 tail --pid="$server_pid" -f /dev/null
	wait "$server_pid"
	server_pid=
	[ "$(grep -c '^game=1 ' server.log)" -eq 2 ]
}

@test "--iterative comes to the second room when the first has played" {
	server_start persistent --iterative --rooms 2 --games 1
	for _ in 1 2; do
		treasure-client persistent --bot "127.0.0.1:$port"
	done
	timeout 20 tail --pid="$server_pid" -f /dev/null
	wait "$server_pid"
	server_pid=
	grep -q '^game=1 .* room=1$' server.log
	grep -q '^game=1 .* room=2$' server.log
}

@test "--ports: a room a port" {
	server_start oneshot # for a port that is free
	server_stop
	last=$((port + 2))
	treasure-server oneshot --ports "$port-$last" --seed 4 2>server.log \
		3>&- &
	server_pid=$!
	timeout 10 sh -c 'until grep -q listening server.log; do sleep 0.1
		done'
	grep -q "listening on 127.0.0.1:$port-$last, 3 rooms," server.log
	for p in 0 1 2; do
		echo g | treasure-client oneshot "127.0.0.1:$((port + p))" \
			>"board$p"
	done
	! cmp board0 board1
	! cmp board1 board2
	echo q | treasure-client oneshot "127.0.0.1:$last"
	sleep 0.1
	server_stop
	grep -q ' room=3$' server.log
}

@test "mutex and queue lose no point under three bots; none does" {
	for guard in mutex queue none; do
		case $guard:$BUILD in # they would report the race
		none:*/tsan | none:*/asan) continue ;;
		esac
		# Long games: of short ones a busy machine plays one bot's at a time.
		server_start persistent --players 3 --guard $guard --size 20 \
			--treasures 100
		for seed in $(seq 20); do
			timeout 20 treasure-client persistent \
				"127.0.0.1:$port" --bot --clients 3 \
				--seed "$seed" --moves 3000 >>clients.log ||
				true
		done
		server_stop || {
			tail clients.log server.log
			return 1
		}
		tail -n 1 server.log # to be seen if it fails
		bad=$(sed -n 's/^stopped .*bad_games=//p' server.log)
		if [ $guard = none ]; then
			grep -q 'guard none: ' server.log
			[ "$bad" -gt 0 ]
		else
			[ "$bad" -eq 0 ]
		fi
	done
}

@test "--journal: killed, it goes on with the same board, scores, seats" {
	server_start persistent --seed 6 --journal journal
	open_seat 5; [ "$id" = 000101 ]
	for step in 24 44 34 34 64 64 64 44; do
		say 5 $step 6 >/dev/null
	done
	before=$(say 5 f0 516)
	kill -9 "$server_pid"
	wait "$server_pid" || true
	server_start persistent --journal journal # the seed is in it
	grep -q 'seed 6$' server.log
	open_seat 6; [ "$id" = 000101 ]
	[ "$(say 6 f0 516)" = "$before" ]
	[ "$(say 6 84 3)" = 00014f ]
	kill -9 "$server_pid"
	wait "$server_pid" || true
	server_start persistent --journal journal
	open_seat 7; [ "$id" = 000101 ] # that game was over: a new one
	[ "$(say 7 f0 516)" != "$before" ]
	server_stop
}

@test "--journal --rooms: who comes back finds the old board" {
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	server_start persistent --listen :: --rooms 2 --seed 6 --journal journal
	open_seat 5; [ "$id" = 000101 ]
	open_seat 6; [ "$id" = 000102 ]
	open_seat 7 ::1; [ "$id" = 000101 ]
	say 7 24 6 >/dev/null
	one=$(say 5 f0 516)
	two=$(say 7 f0 516)
	[ "$one" != "$two" ]
	kill -9 "$server_pid"
	wait "$server_pid" || true
	exec 5>&- 6>&- 7>&-
	server_start persistent --listen :: --rooms 2 --journal journal
	open_seat 7 ::1; [ "$id" = 000101 ]
	[ "$(say 7 f0 516)" = "$two" ]
	open_seat 8 ::1; [ "$id" = 000102 ] # a seat nobody had
	[ "$(say 8 f0 516)" = "$two" ]
	open_seat 5; [ "$id" = 000101 ]
	[ "$(say 5 f0 516)" = "$one" ]
	open_seat 9 ::1; [ "$id" = 000102 ] # no other is free
	[ "$(say 9 f0 516)" = "$one" ]
	open_seat 6; [ "$id" = "" ]
	server_stop
}

@test "--journal: an IPv4 host keeps its seat where --listen is IPv6, too" {
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	server_start persistent --listen :: -v --seed 6 --journal journal
	open_seat 5 ::1; [ "$id" = 000101 ]
	open_seat 6; [ "$id" = 000102 ]
	exec 5>&- 6>&-
	server_stop
	grep -q '^connection peer=127.0.0.1:[0-9]* seat=2' server.log
	server_start persistent --listen 0.0.0.0 --journal journal
	open_seat 6; [ "$id" = 000102 ]
	exec 6>&-
	server_stop
}

@test "--journal --games: over before a restart, it is over after it" {
	for version in oneshot persistent; do
		rm -f journal
		server_start $version --games 1 --journal journal
		echo q | treasure-client $version "127.0.0.1:$port"
		timeout 20 tail --pid="$server_pid" -f /dev/null
		wait "$server_pid"
		server_start $version --games 1 --journal journal
		timeout 20 tail --pid="$server_pid" -f /dev/null
		wait "$server_pid"
		server_pid=
		grep -q '^stopped connections=0' server.log
	done
}

# Each of them is over from its start: some player stands on the treasure.
@test "--journal: games over from their start are told, each once" {
	over="--size 2 --treasures 1 --players 3 --seed 1"
	for guard in mutex queue; do
		rm -f journal
		# shellcheck disable=SC2086 # words
		server_start persistent $over --guard $guard --games 1 \
			--journal journal
		echo g | timeout 5 treasure-client persistent "127.0.0.1:$port"
		timeout 20 tail --pid="$server_pid" -f /dev/null
		wait "$server_pid"
		server_pid=
		[ "$(grep -c '^game=1 over=treasures' server.log)" -eq 1 ]
		grep -q '^stopped .* games=1 ' server.log
	done
	for journal in "" "--journal other"; do
		# shellcheck disable=SC2086 # words
		server_start persistent $over $journal
		for _ in 1 2 3 4 5 6; do
			echo g | timeout 5 treasure-client persistent \
				"127.0.0.1:$port" >/dev/null
		done
		server_stop
		sed -n '/^game=/p; /^stopped/p' server.log >"games${journal:+2}"
	done
	[ "$(grep -c ^game= games)" -eq 5 ]
	cmp games games2
}

@test "--journal: an end that was not on disk is told once, after a restart" {
	server_start persistent --seed 7 --games 1 --journal journal
	treasure-client persistent --bot "127.0.0.1:$port"
	timeout 20 tail --pid="$server_pid" -f /dev/null
	truncate -s -11 journal # the length of that record
	server_start persistent --games 1 --journal journal
	treasure-client persistent --bot "127.0.0.1:$port"
	timeout 20 tail --pid="$server_pid" -f /dev/null
	server_pid=
	[ "$(grep -c '^game=1 over=treasures' server.log)" -eq 1 ]
	grep -q '^stopped .* games=1 ' server.log
}

@test "--journal: a damaged end is cut off with a message" {
	server_start oneshot --seed 6 --journal journal
	echo g | treasure-client oneshot "127.0.0.1:$port" >before
	server_stop
	printf 'half a record' >>journal
	server_start oneshot --seed 6 --journal journal
	grep -q 'journal: damaged at byte [0-9]*: cut off 13 bytes' server.log
	echo g | treasure-client oneshot "127.0.0.1:$port" | cmp - before
	run -1 treasure-server oneshot --port 0 --seed 6 --journal journal
	[[ $output =~ 'another server uses this journal' ]]
	server_stop
	run -1 treasure-server oneshot --port 0 --size 5 --journal journal
	[[ $output =~ 'a journal of another game: oneshot 10 x 10' ]]
	run -1 treasure-server oneshot --port 0 --journal "$BATS_TEST_FILENAME"
	[[ $output =~ 'not a journal' ]]
	run -1 treasure-server oneshot --port 0 --journal no/such/folder
	run -2 treasure-server oneshot --guard none --journal journal
}

@test "--journal: a disk that is full ends the server, and nobody is told" {
	[ -e /dev/full ] || skip "no /dev/full here"
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start persistent --seed 6 --journal journal
	open_seat 5; [ "$id" = 000101 ]
	prlimit --pid "$server_pid" --fsize=3000:3000
	for _ in $(seq 100); do
		(printf '\x24\x34\x44\x64' >&5) || break
	done
	status=0
	wait "$server_pid" || status=$?
	server_pid=
	[ "$status" -eq 1 ]
	grep -q 'journal: cannot write: File too large' server.log
}

@test "--journal: a one-shot step that is not on disk is not refused, but reset" {
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start oneshot --seed 6 --journal journal
	prlimit --pid "$server_pid" --fsize=1000:1000
	run treasure-client oneshot "127.0.0.1:$port" --plain \
		< <(for _ in $(seq 100); do printf 'd\nu\n'; done)
	[ "$status" -eq 1 ]
	[[ $output =~ "broke the connection off" ]]
	[[ ! $output =~ "You cannot step" ]]
	wait "$server_pid" || true
	server_pid=
}

@test "--journal: a game whose end is not on disk has not ended" {
	command -v prlimit >/dev/null || skip "no prlimit here"
	server_start persistent --seed 6 --journal journal
	open_seat 5; [ "$id" = 000101 ]
	for _ in $(seq 20); do # so that it is longer than the log
		say 5 243444642434446424344464 72 >/dev/null
	done
	prlimit --pid "$server_pid" --fsize="$(stat -c %s journal)"
	printf '\x84' >&5
	timeout 5 cat <&5 >/dev/null || true # until it is reset
	status=0
	wait "$server_pid" || status=$?
	server_pid=
	[ "$status" -eq 1 ]
	grep -q 'journal: cannot write: File too large' server.log
	[ "$(grep -c '^game=' server.log)" -eq 0 ]
}

@test "--journal: who may read the file may do so after a restart" {
	server_start persistent --seed 6 --journal journal
	server_stop
	chmod 640 journal
	server_start persistent --seed 6 --journal journal
	[ "$(stat -c %a journal)" = 640 ]
	server_stop
}

@test "chaos: every acknowledged step survives, in both versions" {
	for version in persistent oneshot; do
		server_start oneshot # for a port that is free
		server_stop
		"$BUILD/tests/server/chaos" "$BIN/treasure-server" $version 8 \
			"$port" 1
		rm chaos.*
	done
}
