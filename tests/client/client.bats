#!/usr/bin/env bats
# treasure-client: a pipe, bots, and what can go wrong.
load ../common

@test "a pipe sends exactly its commands, in either case" {
	server_start oneshot --seed 7
	printf 'd\nD\nr\n' | treasure-client oneshot "127.0.0.1:$port"
	server_stop
	grep -q 'commands=3 ' server.log
}

@test "what is no command is said and not sent" {
	server_start oneshot --seed 7
	run treasure-client oneshot "127.0.0.1:$port" <<<$'z\nd\nup up'
	server_stop
	grep -q 'commands=1 ' server.log
	[[ $output =~ "Unknown command" ]]
}

@test "an X leaves, and what is behind it is not sent" {
	server_start persistent --seed 7
	for x in x ' X '; do
		run -0 treasure-client persistent "127.0.0.1:$port" \
			<<<$'d\n'"$x"$'\nd\nd'
		[[ ! $output =~ Unknown ]]
	done
	server_stop
	grep -q 'commands=2 ' server.log
}

@test "a bot counts a command once it was sent" {
	server_start oneshot --seed 7
	server_stop
	run -1 treasure-client oneshot --bot "127.0.0.1:$port"
	[[ $output =~ " commands=0 " ]]
}

@test "an illegal step is said" {
	for version in oneshot persistent; do
		server_start $version --seed 7
		run treasure-client $version "127.0.0.1:$port" \
			< <(printf 'u\n%.0s' $(seq 10))
		[[ $output =~ "cannot step there" ]]
		server_stop || true
	done
}

@test "all seats taken is said, exit 1" {
	server_start persistent --seed 7
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	first=$!
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	second=$!
	sleep 0.5
	run -1 treasure-client persistent "127.0.0.1:$port" <<<d
	[[ $output =~ "seats are taken" ]]
	kill $first $second
}

@test "a look that a full server of the other version ends is no refusal" {
	server_start persistent --seed 7
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	first=$!
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	second=$!
	sleep 0.5
	run -1 treasure-client oneshot "127.0.0.1:$port" <<<$'g\nu\nq'
	[[ $output =~ "spoke another protocol: it answered G with 0 bytes" ]]
	[[ $output =~ "full server of the other version" ]]
	[ "${#lines[@]}" -eq 1 ]
	run -1 treasure-client oneshot "127.0.0.1:$port" --bot
	[[ $output =~ "commands=1 scores=- over=failed" ]]
	[[ $output =~ "answered G with 0 bytes" ]]
	run -1 treasure-client oneshot --bot --duration 1 "127.0.0.1:$port"
	[[ $output =~ "answered G with 0 bytes" ]]
	kill $first $second
	server_stop
}

@test "a player the board has not is said, exit 1" {
	server_start oneshot --seed 7
	run -1 --separate-stderr treasure-client oneshot --player 3 \
		"127.0.0.1:$port" <<<$'g\nd\nq'
	[[ $output =~ "scores 0:0"$ ]]
	[[ $stderr =~ "player is not on the board: choose another" ]]
	run -1 treasure-client oneshot --player 3 --bot "127.0.0.1:$port"
	run -1 treasure-client oneshot --player 3 --bot --duration 1 \
		"127.0.0.1:$port"
	[[ $output =~ "player is not on the board" ]]
	server_stop
	grep -q 'commands=3 ' server.log
}

@test "no server is said in one line, exit 1" {
	server_start oneshot
	server_stop
	run -1 treasure-client oneshot "127.0.0.1:$port" <<<d
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "127.0.0.1:$port" ]]
}

@test "a server that goes away is said, exit 1" {
	server_start persistent
	{
		echo d
		sleep 1
		echo r
	} | treasure-client persistent "127.0.0.1:$port" >out 2>&1 3>&- &
	client=$!
	sleep 0.4
	server_stop
	status=0
	wait $client || status=$?
	[ $status -eq 1 ]
	grep -qi 'server' out
}

@test "a server that is killed in mid-game: what the game cost is told" {
	for version in oneshot persistent; do
		server_start $version
		{
			echo g
			sleep 1
			echo g
		} | treasure-client $version "127.0.0.1:$port" >out 2>err 3>&- &
		client=$!
		sleep 0.5
		kill -9 "$server_pid"
		wait "$server_pid" || true
		status=0
		wait $client || status=$?
		[ $status -eq 1 ]
		[ "$(grep -c '^On the wire: ' err)" -eq 1 ]
		tail -n 1 err | grep -q "^treasure-client: 127.0.0.1:$port: "
	done
	run -1 treasure-client oneshot "127.0.0.1:$port" <<<g # nothing to tell
	[ "${#lines[@]}" -eq 1 ]
}

@test "the other version of the server is recognized" {
	server_start persistent --seed 7
	run -1 timeout 9 treasure-client oneshot "127.0.0.1:$port" <<<g
	[[ $output =~ "it plays the other version" ]]
	server_stop
	server_start oneshot --seed 7
	run -1 timeout 9 treasure-client persistent "127.0.0.1:$port" <<<g
	[[ $output =~ "it plays the other version, or is busy" ]]
	server_stop
	server_start oneshot --seed 7 --idle-timeout 1
	run -1 timeout 9 treasure-client persistent "127.0.0.1:$port" <<<g
	[[ $output =~ "it plays the other version, or all seats are taken" ]]
	server_stop
}

@test "a server that is busy with another is no other version for sure" {
	server_start persistent --seed 7 --iterative
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	first=$!
	sleep 0.5
	run -1 timeout 9 treasure-client persistent "127.0.0.1:$port" <<<g
	[[ $output =~ "or is busy with somebody else" ]]
	kill $first
	server_stop
}

@test "a connection closed for silence is no server that has gone" {
	server_start persistent --idle-timeout 1
	run -1 treasure-client persistent "127.0.0.1:$port" \
		< <(sleep 1.5; echo g)
	[[ $output =~ "closed the connection" ]]
	[[ $output =~ "nothing from you for too long" ]]
	server_stop
}

@test "a bot that got no seat is no player" {
	server_start persistent --seed 7
	run -0 treasure-client persistent --bot --clients 4 --think 50 \
		"127.0.0.1:$port"
	[ "$(grep -c ' player=- .*over=full$' <<<"$output")" -eq 2 ]
	[ "$(grep -c ' player=[12] .*over=treasures$' <<<"$output")" -eq 2 ]
	server_stop
}

@test "a bot without room is full, in either version" {
	for version in oneshot persistent; do
		server_start $version --max-connections 1
		exec 5<>"/dev/tcp/127.0.0.1/$port"
		sleep 0.3
		run -1 treasure-client $version --bot "127.0.0.1:$port"
		[[ $output =~ " turned_away=1 failed=0 "[^$'\n']*" over=full" ]]
		[[ $output =~ "no room for another" ]]
		run -0 treasure-client $version --bot --clients 2 \
			"127.0.0.1:$port"
		[[ $output =~ " turned_away=2 failed=0 " ]]
		[[ $output =~ "2 of 2 clients turned away" ]]
		exec 5>&-
		server_stop
	done
}

@test "the bot plays to the end" {
	for version in oneshot persistent; do
		server_start $version --seed 11 --players 3 --size 12
		run -0 treasure-client $version "127.0.0.1:$port" --bot
		[[ $output =~ "over=treasures" ]]
		server_stop
	done
}

@test "--moves bounds the bot" {
	server_start persistent --seed 11
	run -0 treasure-client persistent "127.0.0.1:$port" --bot --moves 2
	[[ $output =~ "moves=2" ]]
	server_stop
}

@test "output that goes nowhere is a failure, exit 1" {
	server_start oneshot
	for closed in 0 1; do
		status=0
		if [ $closed -eq 0 ]; then
			treasure-client oneshot "127.0.0.1:$port" <&- \
				>out 2>&1 || status=$?
		else
			treasure-client oneshot "127.0.0.1:$port" <<<g \
				>&- 2>out || status=$?
		fi
		[ $status -eq 1 ]
		[ "$(wc -l <out)" -eq 1 ]
		! grep -q 127.0.0.1 out # it is not the server's fault
	done
	server_stop
}

@test "a full disk is named as output" {
	[ -e /dev/full ] || skip "no /dev/full here"
	server_start oneshot
	LC_ALL=C run -1 --separate-stderr sh -c 'echo g |
		treasure-client oneshot "127.0.0.1:$0" >/dev/full' "$port"
	[ "$stderr" = "treasure-client: stdout: No space left on device" ]
	server_stop
}

@test "an endless line is read in bounded memory" {
	need_ordinary_build # a sanitizer wants more than that
	server_start oneshot --seed 7
	run -0 bash -c 'ulimit -v 200000
		{ head -c 300000000 /dev/zero; printf "\nd\n"; } |
			treasure-client oneshot "127.0.0.1:$0"' "$port"
	[[ $output =~ "scores 0:0" ]]
	server_stop
	grep -q 'commands=1 ' server.log
}

@test "a client that cannot be made says for want of what" {
	need_ordinary_build # a sanitizer has threads and files of its own
	server_start oneshot --seed 7
	# shellcheck disable=SC2016 # for the inner shell
	run -1 bash -c 'exec 3>&-; ulimit -n 4
		treasure-client oneshot --bot --clients 50 "127.0.0.1:$0"' \
		"$port"
	[[ $output =~ "no socket for another connection: "[^$'\n']*"files" ]]
	if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
		server_stop
		skip "no user without processes of its own"
	fi
	for limit in 1 20; do # no client, and not all
		# shellcheck disable=SC2016 # for the inner shell
		run -1 bash -c 'ulimit -u "$0"
			exec setpriv --reuid 64321 --clear-groups "$@"' $limit \
			"$BIN/treasure-client" oneshot --bot --clients 100 \
			"127.0.0.1:$port"
		[[ $output =~ "no thread for a client: the limit on threads" ]]
	done
	server_stop
}

# It is shared by all that have it open, such as an earlier ssh.
@test "an input that somebody left non-blocking is waited for" {
	server_start oneshot --seed 7
	run -0 perl -e 'use Fcntl; pipe(my $in, my $out); my $pid = fork();
		if (!$pid) { close $in; $| = 1; select $out; $| = 1;
			for my $part ("d", "\n", "d\n") {
				select(undef, undef, undef, 0.2); print $part }
			exit }
		close $out; fcntl($in, F_SETFL, O_RDONLY | O_NONBLOCK);
		open STDIN, "<&", $in; exec @ARGV' \
		treasure-client oneshot "127.0.0.1:$port"
	server_stop
	grep -q 'commands=2 ' server.log
}

@test "who finds a one-shot game over learns how to get another" {
	server_start oneshot --seed 7
	treasure-client oneshot "127.0.0.1:$port" --bot
	run -0 treasure-client oneshot "127.0.0.1:$port" --bot
	[[ $output =~ "moves=0" ]]
	[[ $output =~ "--rematch-after" ]]
	run -0 treasure-client oneshot "127.0.0.1:$port" <<<u
	[[ $output =~ "--rematch-after" ]]
	server_stop
	grep -q '^treasure-server: .*--rematch-after' server.log
}

@test "a seat other than --player is said" {
	server_start persistent --seed 7
	run -0 treasure-client persistent --player 2 "127.0.0.1:$port" <<<d
	[[ $output =~ "player 2 from seat 1" ]]
	server_stop
	grep -q 'foreign=1' server.log
}

@test "a bot that may not speak for --player says so" {
	server_start persistent --seed 7
	run -0 treasure-client persistent --bot --player 2 "127.0.0.1:$port"
	[[ $output =~ over=blocked ]]
	[[ $output =~ "gave seat 1, and refuses commands for player 2" ]]
	run -0 treasure-client persistent --bot --player 1 "127.0.0.1:$port"
	[[ ! $output =~ refuses ]]
	server_stop
}

@test "a quit that may have been refused is not said to have ended all" {
	server_start oneshot --seed 7
	run -0 treasure-client oneshot --player 3 "127.0.0.1:$port" <<<q
	[[ $output =~ "unless the server refused" ]]
	run -0 treasure-client oneshot "127.0.0.1:$port" <<<u
	[[ ! $output =~ "is over" ]]
	server_stop
	server_start persistent --seed 7
	run -0 treasure-client persistent --player 2 --cork \
		"127.0.0.1:$port" <<<$'q\nu' # nothing can follow the FIN
	[[ $output =~ "server refused" ]]
	server_stop
}

@test "wrong usage exits 2" {
	run -2 treasure-client
	run -2 treasure-client now
	run -2 treasure-client oneshot --think x
	run -2 treasure-client oneshot --clients 0
	run -2 treasure-client oneshot a b
	[[ $output =~ \"b\" ]]
	run -2 treasure-client --bot
	[[ $output =~ "name the version" ]]
	run -2 treasure-client oneshot 12345
	[[ $output =~ ":12345" ]]
	run -2 treasure-client oneshot --seed 3
	[[ $output =~ "--bot" ]]
	run -2 treasure-client oneshot --cork --linger0
	[[ $output =~ "--cork and --linger0" ]]
	run -2 treasure-client persistent --bot --clients 2 --player 2
	[[ $output =~ "--player is for one" ]]
	run -2 treasure-client oneshot a:b
	[[ $output =~ ":PORT" ]]
}

@test "--help names each option and the defaults, --version the version" {
	run -0 treasure-client --help
	for word in --player --plain --refresh --think --no-meter --bot \
		--moves --clients --seed --duration --rate --json --linger0 \
		127.0.0.1:12345 'ends the game' Ctrl-D 'treasure-client(1)'; do
		grep -q -- "$word" <<<"$output"
	done
	[ "$(awk '{ if (length > 80) print }' <<<"$output")" = "" ]
	run -0 treasure-client --version
	[[ $output =~ ^"treasure-client "[0-9.]+$ ]]
	run -1 sh -c 'treasure-client --version >&-'
}

@test "a port alone is one of this host" {
	server_start oneshot
	run -0 treasure-client oneshot ":$port" <<<g
	server_stop
}
