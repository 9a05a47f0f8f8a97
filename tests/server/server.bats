#!/usr/bin/env bats
# treasure-server: how it starts, serves and ends.
load ../common

@test "it says where it listens, and SIGTERM ends it with 0" {
	for version in oneshot persistent; do
		server_start $version --seed 9
		grep -q "treasure-server: $version, listening on 127.0.0.1:$port" \
			server.log
		grep -q 'seed 9$' server.log
		server_stop
	done
}

@test "SIGTERM ends it while clients are silent" {
	server_start persistent
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	client=$!
	sleep 0.5
	server_stop
	kill $client; wait $client || true
	grep -q '^stopped connections=1' server.log
}

@test "SIGTERM ends nobody's game by a reset" {
	server_start persistent --rooms 4
	clients=
	for _ in 1 2 3 4 5 6 7 8; do
		(yes g | treasure-client persistent "127.0.0.1:$port" \
			>/dev/null 2>"client.$BASHPID") 3>&- &
		clients="$clients $!"
	done
	sleep 0.5
	server_stop
	for client in $clients; do
		wait "$client" || true
	done
	[ "$(grep -l 'server closed the connection' client.* | wc -l)" -eq 8 ]
}

@test "it serves with standard input, output and error closed" {
	server_start oneshot # for a port that is free
	server_stop
	treasure-server oneshot --port "$port" <&- >&- 2>&- 3>&- &
	server_pid=$!
	for _ in $(seq 50); do
		run treasure-client oneshot "127.0.0.1:$port" <<<g
		[ "$status" -ne 0 ] || break
		sleep 0.1
	done
	[ "$status" -eq 0 ]
	server_stop
}

# With -v each session writes a line, here into a pipe that nobody reads.
@test "a second signal ends it at once while its log is stuck" {
	case $BUILD in
	*/tsan) skip "TSan holds a signal back while its thread is blocked" ;;
	esac
	mkfifo log
	exec 5<>log
	server_start oneshot # for a port that is free
	server_stop
	treasure-server oneshot -v --port "$port" 2>log 3>&- &
	server_pid=$!
	timeout 5 grep -q -m1 listening <&5
	dd if=/dev/zero of=log bs=4k oflag=nonblock 2>dd.err || true
	echo g | treasure-client oneshot "127.0.0.1:$port"
	kill "$server_pid"
	sleep 1.5
	kill -0 "$server_pid" # it waits for its log
	status=0
	server_stop || status=$?
	exec 5>&-
	[ "$status" -eq 1 ]
}

# While it stops, threads that wait in accept are woken again and again.
@test "no line is lost while its log is stuck" {
	mkfifo log
	exec 5<>log
	server_start oneshot # for a port that is free
	server_stop
	treasure-server oneshot -v --port "$port" 2>log 3>&- &
	server_pid=$!
	timeout 5 grep -q -m1 listening <&5
	dd if=/dev/zero of=log bs=4k oflag=nonblock 2>dd.err || true
	for _ in 1 2 3 4 5; do
		echo g | treasure-client oneshot "127.0.0.1:$port" >/dev/null
	done
	kill "$server_pid"
	sleep 0.3
	cat <&5 >told 3>&- &
	reader=$!
	wait "$server_pid"
	server_pid=
	sleep 0.3
	kill $reader
	exec 5>&-
	tr -d '\0' <told >lines
	[ "$(grep -c '^connection ' lines)" -eq 5 ]
	grep -q '^stopped connections=5 ' lines
}

@test "SIGINT ends it, unless it was ignored at the start" {
	server_start oneshot # a script's & ignores it
	kill -INT "$server_pid"
	sleep 0.2
	echo g | treasure-client oneshot "127.0.0.1:$port"
	server_stop
	env --default-signal=INT true || skip "env cannot undo that"
	env --default-signal=INT treasure-server oneshot --port "$port" \
		2>server.log 3>&- &
	server_pid=$!
	timeout 5 sh -c 'until grep -q listening server.log; do sleep 0.1
		done'
	kill -INT "$server_pid"
	wait "$server_pid"
	server_pid=
}

@test "a port in use is said in one line, exit 1" {
	server_start oneshot
	run -1 treasure-server oneshot --port "$port"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "127.0.0.1:$port" ]]
	[[ $output =~ "--port" ]]
}

@test "wrong usage exits 2, with a line that says what" {
	run -2 treasure-server
	run -2 treasure-server sometimes
	run -2 treasure-server oneshot extra
	[[ $output =~ \"extra\" ]]
	run -2 treasure-server persistent :31999
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ --port ]]
	run -2 treasure-server --port 3000
	[[ $output =~ "name the version" ]]
	for wrong in '--port 65536' '--port -1' '--port 1x' '--size 0' \
		'--players 4' '--no-such' '--seed'; do
		# shellcheck disable=SC2086 # two words each
		run -2 treasure-server oneshot $wrong
	done
}

@test "--help names each option and the defaults, --version the version" {
	run -0 treasure-server --help
	for word in --listen --port --ports --rooms --size --treasures \
		--players --seed --games --rematch-after --guard --threads \
		--iterative --max-connections --max-per-address --idle-timeout \
		--bind-seats --trust-player-bits --journal --stats --verbose \
		--split-reply --linger0 127.0.0.1 12345 'treasure-server(1)'; do
		grep -q -- "$word" <<<"$output"
	done
	[ "$(awk '{ if (length > 80) print }' <<<"$output")" = "" ]
	run -0 treasure-server --version
	[[ $output =~ ^"treasure-server "[0-9.]+$ ]]
}

@test "one treasure is said as one" {
	server_start oneshot --treasures 1
	grep -q ', 1 treasure, ' server.log
	server_stop
}

@test "an option of the other version exits 2, with one line" {
	for wrong in 'persistent --bind-seats' 'oneshot --trust-player-bits' \
		'persistent --rematch-after 0'; do
		# shellcheck disable=SC2086 # some words each
		run -2 timeout 5 treasure-server $wrong --port 0
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "options that do not go together exit 2, with a line that says why" {
	for wrong in '--port 0 --ports 25000-25001' \
		'--threads pool --iterative' '--iterative --threads pool:3' \
		'--games 2'; do
		# shellcheck disable=SC2086 # some words each
		run -2 timeout 5 treasure-server oneshot $wrong
		[ "${#lines[@]}" -eq 1 ]
		[[ $output =~ "${wrong%% *}" ]] || [[ $output =~ --threads ]]
	done
	run -2 timeout 5 treasure-server persistent --ports 25000-25000
	[[ $output =~ "oneshot only" ]]
	[ "${#lines[@]}" -eq 1 ]
	run -2 timeout 5 treasure-server persistent --iterative --rooms 2 \
		--port 0
	[[ $output =~ "--iterative and --rooms:" ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a port of many that is in use: --ports takes others" {
	server_start oneshot
	run -1 treasure-server oneshot --ports "$port-$port"
	[[ $output =~ "--ports takes others" ]]
	server_stop
}

@test "a finished game says how to get another" {
	server_start oneshot
	echo q | treasure-client oneshot "127.0.0.1:$port"
	server_stop
	grep -q 'restart the server for a new one' server.log
	server_start oneshot --journal journal
	echo q | treasure-client oneshot "127.0.0.1:$port"
	server_stop
	! grep -q 'another restart' server.log
	grep -q 'for another start the server with --rematch-after' server.log
	# ... and that is how it is
	server_start oneshot --journal journal --rematch-after 0
	echo r | treasure-client oneshot "127.0.0.1:$port" >moved
	server_stop
	! grep -q 'over' moved
}

@test "an address of one interface may be listened on" {
	local at
	at=$(ip -6 -o addr show scope link 2>/dev/null |
		awk '{ sub("/.*", "", $4); print $4 "%" $2; exit }')
	[ -n "$at" ] || skip "no link-local address here"
	server_start oneshot --listen "$at"
	server_stop
}

@test "an address that is none is refused" {
	run -2 treasure-server oneshot --listen localhost
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "numeric" ]]
}

@test "IPv6 works like IPv4" {
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	server_start oneshot --listen ::1
	echo g | treasure-client oneshot "[::1]:$port"
	server_stop
}

@test "--games ends the server by itself" {
	server_start persistent --games 1 --seed 3
	treasure-client persistent "127.0.0.1:$port" --bot
	wait "$server_pid"
	server_pid=
	[ "$(grep -c '^game=' server.log)" -eq 1 ]
}

# In every game that ended: scores + what is left = what there was.
points_add_up() {
	awk '/^game=/ {
		for (i = 1; i <= NF; i++) {
			split($i, pair, "=")
			value[pair[1]] = pair[2]
		}
		sum = value["left_points"]
		for (i = split(value["scores"], score, ":"); i > 0; i--)
			sum += score[i]
		games++
		if (sum != value["points"]) {
			print "lost points: " $0
			failed = 1
		}
	}
	END { print games + 0 " games"; exit failed || games == 0 }' server.log
}

@test "one-shot: a hundred bots at once lose no point" {
	server_start oneshot --rematch-after 0
	treasure-client oneshot "127.0.0.1:$port" --bot --clients 100 --moves 10
	server_stop
	points_add_up
}

@test "persistent: game after game, while a hundred are turned away" {
	server_start persistent
	for seed in 1 2 3; do
		treasure-client persistent "127.0.0.1:$port" --bot --clients 2 \
			--seed $seed --think 2 3>&- &
		player=$!
		treasure-client persistent "127.0.0.1:$port" --bot \
			--clients 100 --moves 5 || true
		wait $player || true
	done
	server_stop
	points_add_up
}

# The bytes are those of docs/wire-protocol.md, whoever sends them.
exchange() { # HEX OF COMMANDS: the reply in hex
	# shellcheck disable=SC2059 # the format is made of the commands
	exec 4<>"/dev/tcp/127.0.0.1/$port"
	printf "$(sed 's/../\\x&/g' <<<"$1")" >&4
	{ timeout 1 cat <&4 || true; } | od -An -v -tx1 | tr -d ' \n'
	exec 4>&-
}

@test "persistent: id, E for what is refused, O for quit, then boards" {
	server_start persistent --seed 1
	reply=$(exchange 0028f484)
	# id 1; unknown command E; other's seat E; scores and board; O
	[[ $reply == 0001010001450001450202* ]]
	[ ${#reply} -eq $((2 * (3 + 3 + 3 + 516 + 3))) ]
	[[ $reply == *00014f ]]
}

@test "one-shot: no bytes for what is refused, 514 for G" {
	server_start oneshot --seed 1
	[ "$(exchange 00)" = "" ]
	reply=$(exchange f0)
	[ ${#reply} -eq $((2 * 514)) ]
	[ "$(exchange 84)" = "" ]
	reply=$(exchange 24)
	[ ${#reply} -eq $((2 * 514)) ] # over: the board, whatever is asked
}
