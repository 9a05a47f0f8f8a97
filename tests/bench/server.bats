#!/usr/bin/env bats
# The same server in Python, of the bench: it must play the game.
load ../common

setup() {
	command -v python3 >/dev/null || skip "no python3 here"
}

teardown() {
	[ -z "${python_pid:-}" ] || kill "$python_pid"
}

# A port that nobody has; another may take it before we do.
free_port() {
	python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

start_python() { # VERSION
	port=$(free_port)
	python3 "$BATS_TEST_DIRNAME/server.py" "$1" "$port" 3>&- &
	python_pid=$!
	for _ in $(seq 100); do
		! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

# The whole game: steps, scores, boards, a refusal and the end.
@test "the bench's Python server plays the one-shot game" {
	start_python oneshot
	run -0 treasure-client oneshot --bot "127.0.0.1:$port"
	[[ $output == *" over=treasures"* ]]
	run -0 treasure-client oneshot "127.0.0.1:$port" <<<d
	[[ $output == *"The game is over"* ]]
}

@test "the bench's Python server plays the persistent game" {
	start_python persistent
	run -0 treasure-client persistent --bot --clients 2 "127.0.0.1:$port"
	[[ $output == *" turned_away=0 failed=0 "* ]]
	run -0 treasure-client persistent "127.0.0.1:$port" <<<q
	[[ $output == *"The game is over"* ]]
}
