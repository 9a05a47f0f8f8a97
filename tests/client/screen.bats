#!/usr/bin/env bats
# treasure-client on a screen, played through tmux.
load ../common

tmux_() {
	tmux -S "$socket" -f /dev/null "$@"
}

# screen_start COLUMNS LINES TERM: a shell that prompts with "ready>".
screen_start() {
	socket=$(mktemp -u tmux.XXXXXX)
	tmux_ new-session -d -x "$1" -y "$2" \
		"TERM=$3 LC_ALL=${locale:-C.UTF-8} PS1='ready> ' PS2= sh"
	wait_for 'ready>'
}

screen() {
	tmux_ capture-pane -p
}

# Wait until the screen shows, or with ! no longer shows, a pattern.
wait_for() {
	local wanted=0
	if [ "$1" = ! ]; then
		wanted=1
		shift
	fi
	for _ in $(seq 100); do
		local found=0
		screen | grep -q -- "$1" || found=1
		[ $found -ne $wanted ] || return 0
		sleep 0.1
	done
	echo "not on the screen: $1"
	screen
	return 1
}

press() {
	tmux_ send-keys "$@"
}

# game VERSION [OPTION...]: start the client there.
game() {
	press "clear; treasure-client $1 127.0.0.1:$port ${*:2}" Enter
	wait_for 'You are player'
	wait_for 'treasures left'
}

teardown() {
	[ -z "${socket:-}" ] || tmux_ kill-server 2>/dev/null || true
	[ -z "${server_pid:-}" ] || kill "$server_pid" 2>/dev/null || true
}

# The row and column, from 0, where player $1 is drawn.
place() {
	screen | sed 's/\xe2\x94\x82/|/g' | awk -v player="$1" '
		/^[|x]/ {
			line = substr($0, 2)
			sub(/[|x].*/, "", line)
			at = index(line, " " player " ")
			if (at && at % 3 == 1)
				print row, (at - 1) / 3
			row++
		}'
}

@test "arrows and letters step, in 80 x 24, and the meter follows" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	game oneshot
	wait_for 'commands *1, 1 by the screen'
	[ "$(place 1)" = "1 6" ]
	for key in Down d D Right r R; do
		press $key
	done
	wait_for 'commands *7, 1 by the screen'
	[ "$(place 1)" = "4 9" ]
	press Up
	press l
	press Left
	wait_for 'commands *10'
	[ "$(place 1)" = "3 7" ]
	# Ten connections; each step has 1 byte for 4, the look 1 for 514.
	wait_for 'connections *10'
	wait_for 'payload *10 *550'
	# Of the last, 437 bytes are seen with the timestamps of Linux.
	wait_for 'last one *[0-9]* bytes, [0-9]* segments'
	wait_for 'Overhead per payload byte'
	wait_for 'game *[0-9.]* *[0-9.]*$'
	wait_for 'last one *[0-9.]* *[0-9.]*$'
	wait_for 'not seen: closing'
	[ "$(screen | wc -l)" -le 24 ]
	screen | awk 'length($0) > 80 * 3 { exit 1 }'
	press x
	wait_for 'On the wire: '
	wait_for 'ready>'
	server_stop
	grep -q 'commands=10 ' server.log
}

@test "a key is a key in whatever form the terminal sends it" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	game oneshot
	[ "$(place 1)" = "1 6" ]
	press -H 1b 5b 42 # ESC [ B is Down where keypad mode is off
	wait_for 'commands *2'
	press -H 1b 4f 43 # ESC O C is Right where it is on
	wait_for 'commands *3'
	[ "$(place 1)" = "2 7" ]
	press -H 1b 5b 31 3b 35 41 # ctrl and Up
	wait_for 'Unknown key'
	press d
	wait_for 'commands *4, 1 by the screen'
	[ "$(place 1)" = "3 7" ]
	press Escape
	wait_for 'On the wire: '
	server_stop
}

@test "the step to the last treasure ends the game, and who won is said" {
	server_start persistent --size 3 --treasures 1 --seed 1
	screen_start 80 24 screen
	game persistent
	press z
	wait_for 'Unknown key z: '
	press PageUp
	wait_for 'Unknown key KEY_PPAGE: '
	press '?'
	wait_for 'Escape and Ctrl-D leave'
	wait_for ! 'Escape and Ctrl-D leave' # it goes by itself
	press Left
	wait_for 'The game is over.  You have won. *$'
	wait_for '^G looks again, X leaves$'
	commands=$(screen | grep -o 'commands.*')
	press Left
	press z
	wait_for 'Unknown key'
	wait_for 'The game is over.  You have won. *$'
	[ "$(screen | grep -o 'commands.*')" = "$commands" ]
	press Q # nothing is left to be ended
	wait_for 'all its players have left'
	wait_for 'ready>'
	server_stop
	server_start oneshot --size 3 --treasures 1 --seed 1
	press "clear; treasure-client oneshot 127.0.0.1:$port --plain" Enter
	wait_for 'X leaves\.'
	press g Enter
	wait_for 'scores 0:0'
	press l Enter
	wait_for 'The game is over.  You have won.'
	wait_for 'rematch-after'
	press C-d
}

@test "line by line, a board that is too wide is shown in part" {
	server_start oneshot --size 40 --seed 7
	screen_start 80 60 screen
	press "clear; treasure-client oneshot 127.0.0.1:$port --plain" Enter
	wait_for 'player 1> *$'
	press g Enter
	wait_for 'Columns [0-9]* to [0-9]* of 40:'
	wait_for '\.1 '
	press C-d
}

@test "a refused step, the end of the game and quitting are said" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	game persistent
	for _ in 1 2 3 4 5 6; do
		press u
	done
	wait_for 'You cannot step there'
	press Q
	wait_for 'You have ended the game'
	wait_for 'scores 0:0'
	server_stop
	server_start oneshot --seed 7
	game oneshot
	treasure-client oneshot --bot "127.0.0.1:$port" >/dev/null 2>&1
	press G
	wait_for 'The game is over'
	wait_for 'treasures left: 0'
	press x
	wait_for 'On the wire: '
}

@test "that another player has quit is said, and not forgotten by a look" {
	for version in oneshot persistent; do
		server_start $version --seed 7 --players 3
		[ -n "${socket:-}" ] || screen_start 80 24 screen
		game $version
		treasure-client $version "127.0.0.1:$port" \
			<<<q >/dev/null 2>&1
		press d # only the answer to a step tells
		wait_for 'The game is over.  Somebody has quit, in a draw'
		commands=$(screen | grep -o 'commands *[0-9]*')
		press G
		wait_for "commands *$((${commands##* } + 1))"
		wait_for 'The game is over.  Somebody has quit, in a draw'
		press x
		wait_for 'On the wire: '
		server_stop
	done
}

@test "one-shot, a look shows that another game has begun" {
	server_start oneshot --seed 7 --rematch-after 1
	screen_start 80 24 screen
	game oneshot
	treasure-client oneshot "127.0.0.1:$port" <<<q >/dev/null 2>&1
	press d
	wait_for 'The game is over'
	sleep 1
	press G
	wait_for ! 'The game is over'
	press x
	wait_for 'On the wire: '
	server_stop
}

@test "others are seen to move: in one-shot only if asked for" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	game persistent
	[ "$(place 2)" = "1 0" ]
	treasure-client persistent "127.0.0.1:$port" <<<d >/dev/null 2>&1
	for _ in $(seq 50); do
		[ "$(place 2)" != "2 0" ] || break
		sleep 0.1
	done
	[ "$(place 2)" = "2 0" ]
	press x
	wait_for "Looks of the screen's own: [1-9]"
	server_stop
	server_start oneshot --seed 7
	game oneshot
	treasure-client oneshot --player 2 "127.0.0.1:$port" <<<d >/dev/null 2>&1
	sleep 2.5
	[ "$(place 2)" = "1 0" ]
	wait_for 'commands *1, 1 by'
	press a
	for _ in $(seq 50); do
		[ "$(place 2)" != "2 0" ] || break
		sleep 0.1
	done
	[ "$(place 2)" = "2 0" ]
	press a
	wait_for 'looks only when you do'
	press x
	wait_for 'On the wire: '
	game oneshot --refresh 1
	wait_for 'auto-look (on)'
	wait_for 'commands *[3-9], [3-9] by the screen'
	press x
	wait_for 'On the wire: '
}

@test "a smaller terminal, a larger one, and a resize" {
	server_start oneshot --seed 7 --size 40
	screen_start 80 24 screen
	game oneshot
	wait_for 'columns [0-9]*-[0-9]* of 40'
	wait_for 'rows [0-9]*-[0-9]* of 40'
	[ -n "$(place 1)" ]
	# Where to go for what is not shown.
	wait_for 'the nearest: [a-z]* [0-9]*'
	tmux_ resize-window -x 50 -y 16
	wait_for 'wire: [0-9,]* bytes'
	[ -n "$(place 1)" ]
	tmux_ resize-window -x 20 -y 5
	wait_for 'needed'
	press d # is not carried out where nobody sees it
	tmux_ resize-window -x 170 -y 50
	wait_for 'On the wire, from the IP header on'
	wait_for ! 'rows [0-9]*-[0-9]* of 40'
	[ -n "$(place 1)" ]
	wait_for 'commands *1, 1 by the screen'
	press x
	wait_for 'On the wire: '
}

@test "60 columns leave the border its corners" {
	locale=C # corners are l, k, m and j, or +
	server_start persistent --seed 7
	screen_start 60 20 vt100
	game persistent
	wait_for '^[l+]. [0-9]*-[0-9]* of 10 [q-]*[k+]  On the wire'
	wait_for '^[m+][q-]*[j+]  game '
	press x
	wait_for 'ready>'
	server_stop
}

@test "40 columns say where to go and how to leave" {
	server_start persistent --seed 7
	screen_start 40 12 screen
	press "clear; treasure-client persistent 127.0.0.1:$port" Enter
	wait_for '^UDLR step, G looks, X leaves, Q ends all$'
	wait_for '^Player 1 at 127.0.0.1:[0-9]*: persistent$'
	# The nearest of all is one step up, six to the left.
	wait_for '^ 1  0  2  0 .*[a-z]* [0-9]*, [a-z]* [0-9]*'
	wait_for '^wire: [0-9,]* bytes, overhead [0-9.]*$'
	press x
	wait_for 'ready>'
}

@test "other terminals and other character sets will do" {
	need_ordinary_build
	server_start oneshot --seed 7
	for term in vt100 linux xterm xterm-256color; do
		for locale in C C.UTF-8; do
			screen_start 80 24 $term
			game oneshot
			screen | grep -q '[|x│] *\. *\.'
			wait_for '\$'
			press x
			wait_for 'On the wire: '
			tmux_ kill-server
		done
	done
}

@test "the terminal is as it was: leaving, signals, crashes" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	press 'stty -a >before; echo earlier-text' Enter
	wait_for '^earlier-text'
	for end in x C-d C-c Escape INT TERM HUP SEGV ABRT QUIT USR1 ALRM; do
		press 'treasure-client oneshot '"127.0.0.1:$port" Enter
		wait_for 'treasures left'
		wait_for ! 'earlier-text'
		case $end in
		[A-Z][A-Z]*) kill -$end "$(pgrep -P "$(tmux_ list-panes \
			-F '#{pane_pid}')" treasure-client)" ;;
		*) press $end ;;
		esac
		wait_for ! 'treasures left'
		# The alternate screen is gone, and what was there is back.
		wait_for 'earlier-text'
		press 'stty -a >after; echo done-'$end Enter
		wait_for "^done-$end"
		diff before after
		# A cursor is seen again.
		[ "$(tmux_ display-message -p '#{cursor_flag}')" = 1 ]
		press 'clear; echo earlier-text' Enter
		wait_for '^earlier-text'
	done
}

# A game, begun from a shell with something on its screen to come back to.
game_from_shell() {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	press 'stty -a >before; echo earlier-text' Enter
	wait_for '^earlier-text'
	press "treasure-client oneshot 127.0.0.1:$port" Enter
	wait_for 'treasures left'
}

@test "stopped by Ctrl-Z, it can be ended from the shell" {
	game_from_shell
	press C-z
	wait_for 'Stopped'
	# When the shell has told of the end of its job, it lists none.
	press 'kill %1; kill -CONT %1; while jobs >list; [ -s list ]; do' Enter
	press 'sleep 0.1; done; stty -a >after; echo ended-$?' Enter
	wait_for '^ended-'
	run ! pgrep -P "$(tmux_ list-panes -F '#{pane_pid}')" treasure-client
	diff before after
}

@test "a resize does not cut thinking short" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	press "treasure-client oneshot 127.0.0.1:$port --think 3000" Enter
	wait_for 'treasures left'
	SECONDS=0
	press d
	sleep 0.5
	tmux_ resize-window -x 90 -y 30
	wait_for 'commands *2'
	[ $SECONDS -ge 2 ]
}

@test "a server that does not answer can be left with Ctrl-C" {
	game_from_shell
	kill -STOP "$server_pid"
	press d
	wait_for 'The server has not answered for [1-4] s'
	wait_for '^X or Ctrl-C leaves'
	press lrl # dropped: neither sent nor left for the shell
	press C-c
	SECONDS=0
	wait_for 'On the wire: .* in 2 connections'
	wait_for 'earlier-text'
	[ $SECONDS -lt 6 ] # the client's patience is 10 s
	kill -CONT "$server_pid"
	press 'echo status=$?; stty -a >after' Enter
	wait_for '^ready> echo status'
	wait_for 'status=130'
	diff before after
}

@test "an answer that comes late ends the waiting, and X leaves it" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	game persistent
	kill -STOP "$server_pid"
	wait_for 'The server has not answered for' # a look of its own
	kill -CONT "$server_pid"
	wait_for ! 'The server has not answered for'
	wait_for 'X leaves, Q quits'
	kill -STOP "$server_pid"
	wait_for 'The server has not answered for'
	press x
	wait_for 'On the wire: '
	press 'echo status=$?' Enter
	wait_for 'status=0'
	# A server that has not even greeted.
	press "clear; treasure-client persistent 127.0.0.1:$port" Enter
	wait_for 'The server has not answered for'
	press C-c
	wait_for 'On the wire: .* in 1 connection'
	press 'echo status=$?' Enter
	wait_for 'status=130'
	kill -CONT "$server_pid"
}

@test "line by line, waiting is said, and Ctrl-C tells the meter" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	press "treasure-client persistent 127.0.0.1:$port --plain" Enter
	wait_for 'player 1> *$'
	kill -STOP "$server_pid"
	press d Enter
	wait_for 'The server has not answered yet'
	press C-c
	wait_for 'On the wire: '
	press 'echo status=$?' Enter
	wait_for 'status=130'
	kill -CONT "$server_pid"
}

@test "Ctrl-C in a game tells the meter and the shell" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	game oneshot
	press C-c
	wait_for 'On the wire: '
	press 'echo status=$?' Enter
	wait_for 'status=130'
}

@test "Ctrl-C tells scores, meter and the shell line by line, too" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	press "treasure-client persistent 127.0.0.1:$port --plain" Enter
	wait_for 'player 1> *$'
	press d Enter
	wait_for '^scores 0:0'
	press C-c
	wait_for 'On the wire: '
	[ "$(screen | grep -c '^scores 0:0')" -eq 2 ]
	press 'echo status=$?' Enter
	wait_for 'status=130'
	press "clear; treasure-client persistent 127.0.0.1:$port --plain" \
		' --think 60000' Enter
	wait_for 'player 1> *$'
	press d Enter
	press d Enter
	sleep 0.5
	press C-c # while it thinks: nothing more is sent
	wait_for 'On the wire: '
	server_stop
	grep -q '^stopped .* commands=2 ' server.log
}

@test "a server that goes away is said, and the terminal given back" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	game persistent
	server_stop
	wait_for 'the server closed the connection'
	wait_for 'ready>'
	server_start oneshot --seed 7
	game oneshot
	kill -9 "$server_pid"
	wait "$server_pid" || true
	server_pid=
	press d
	wait_for 'On the wire: '
	wait_for "Looks of the screen's own: 1"
	wait_for 'connection refused: no server is listening$'
	wait_for '^there; if its port is not' # lines end between words
	press clear Enter
	server_start oneshot --seed 7
	game oneshot --refresh 1
	kill -9 "$server_pid"
	wait "$server_pid" || true
	server_pid=
	wait_for 'connection refused: no server' # by a look of its own
}

@test "a game that the server breaks off has no closing to tell" {
	server_start persistent --seed 7 --linger0 # it ends by a reset
	screen_start 80 24 screen
	press "treasure-client persistent 127.0.0.1:$port --plain" Enter
	wait_for 'player 1> *$'
	press d Enter
	wait_for '^scores'
	kill -9 "$server_pid"
	wait_for '^  Not seen: link headers'
	wait_for 'broke the connection off: it has'
	wait_for '^ready> *$'
	run -1 grep -e 'with the closing' -e 'no room' < <(screen)
	wait "$server_pid" || true
	server_pid=
}

@test "no board is drawn where none came, or without the player" {
	server_start persistent --seed 7
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	first=$!
	treasure-client persistent "127.0.0.1:$port" 0<>quiet 3>&- &
	second=$!
	screen_start 80 24 screen
	press "treasure-client oneshot 127.0.0.1:$port; echo status=\$?" Enter
	wait_for 'spoke another protocol'
	wait_for 'status=1'
	kill $first $second
	server_stop
	server_start oneshot --seed 7
	press "clear; treasure-client oneshot --player 3 127.0.0.1:$port" Enter
	wait_for 'your player is not on the board'
	server_stop
}

@test "--plain, no terminal, or one that cannot: line by line" {
	server_start oneshot --seed 7
	screen_start 80 24 screen
	press "treasure-client oneshot 127.0.0.1:$port --plain" Enter
	wait_for 'player 1> *$'
	press d Enter
	wait_for 'scores 0:0'
	press C-d
	wait_for 'On the wire: '
	press "clear; treasure-client oneshot 127.0.0.1:$port | cat" Enter
	wait_for 'player 1> *$'
	press C-d
	wait_for 'ready>'
	press "clear; TERM=dumb treasure-client oneshot 127.0.0.1:$port" Enter
	wait_for 'line by line'
	wait_for 'player 1> *$'
	press C-d
	press "clear; TERM= treasure-client oneshot 127.0.0.1:$port" Enter
	wait_for 'line by line'
	press C-d
}

@test "without colours the players can still be told apart" {
	need_ordinary_build
	server_start oneshot --seed 7
	screen_start 80 24 screen
	game oneshot
	tmux_ capture-pane -p -e | grep -q $'\e\[3[0-8]m'
	press x
	wait_for 'ready>'
	press 'export NO_COLOR=1' Enter
	game oneshot
	run -1 grep -q $'\e\[3[0-8]m' < <(tmux_ capture-pane -p -e)
	tmux_ capture-pane -p -e | grep -q $'\e\[[0-9;]*7m 1' # reversed
	press x
}

@test "a refused quit ends nothing" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	press "clear; treasure-client persistent 127.0.0.1:$port --player 2" \
		Enter
	wait_for 'treasures left'
	press Q
	wait_for 'Refused: you have seat 1, not player 2'
	press x
	wait_for 'ready>'
	! screen | grep 'ended the game'
	server_stop
}

@test "Ctrl-C while it thinks sends nothing more" {
	server_start persistent --seed 7
	screen_start 80 24 screen
	game persistent --think 3000 --refresh 0
	press u
	sleep 0.5
	press C-c
	wait_for 'ready>'
	server_stop
	grep -q '^stopped .* commands=1 ' server.log
}
