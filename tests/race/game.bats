#!/usr/bin/env bats
# The race in the game: what counts as evidence, and that it is found.
load ../common

race=$BATS_TEST_DIRNAME/../../server/race
pcaps=$BATS_TEST_DIRNAME/../../pcaps

# One treasure on a board of two by two, players 1 and 2 beside it:
#     1 $
#     . 2
# Each line is FRAME STREAM PORT BYTES, with - for the client's port.
board() {
	# scores 0 0, then the rows
	printf '0000000020202e312020242e20200a20202e202020202e32200a'
}
judge() {
	sed 's/ - / 50000 /; s/ = / 12345 /' |
		awk -v port=12345 -f "$race/evidence.awk"
}
start() {
	echo "1 0 = 000101"
	echo "2 1 = 000102"
	echo "3 0 - f4"
	echo "4 0 = 001a$(board)"
	echo "5 1 - f8"
	echo "6 1 = 001a$(board)"
}

@test "one after the other is no race" {
	run -1 judge < <(
		start
		echo "7 0 - 64"
		echo "8 0 = 000400070000"
		echo "9 1 - 28"
		echo "10 1 = 000145"
		echo "11 0 - 44"
		echo "12 0 = 000400070000"
		echo "13 1 - 28"
		echo "14 1 = 000400070000"
	)
	[ -z "$output" ]
}

@test "a treasure collected twice, and two on a tile, are a race" {
	run -0 judge < <(
		start
		echo "7 0 - 64"
		echo "8 1 - 28"
		echo "9 0 = 000400070000"
		echo "10 1 = 000400000007"
	)
	[ "${lines[0]}" = "The treasure at row 0, column 1 was collected twice: by player 1 in frame 9, by player 2 in frame 10, 7 points each." ]
	[ "${lines[1]}" = "Players 1 and 2 both stand at row 0, column 1: since frames 9 and 10." ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "a score that falls is a race" {
	run -0 judge < <(
		start
		echo "7 0 - 64"
		echo "8 0 = 000400070000"
		echo "9 0 - f4"
		echo "10 0 = 001a$(board)"
	)
	[ "${lines[0]}" = "The score of player 1 fell from 7 to 0: frames 8 and 10." ]
}

@test "asking for the board twice is no second stay" {
	run -1 judge < <(
		start
		echo "7 0 - f4"
		echo "8 0 = 001a$(board)"
		echo "9 0 - 64"
		echo "10 0 = 000400070000"
		echo "11 1 - 48"
		echo "12 1 = 000400070000"
		echo "13 1 - 28"
		echo "14 1 = 000400070000"
	)
	[ -z "$output" ]
}

@test "three players under a mutex show none; no game is not taken for one" {
	need_ordinary_build
	run -1 "$race/evidence.sh" "$pcaps/three-players.pcapng"
	[ -z "$output" ]
	run -1 "$race/evidence.sh" "$pcaps/persistent-bot.pcapng"
	run -2 "$race/evidence.sh" "$pcaps/oneshot-bot.pcapng"
}

@test "the sample capture of the race shows it" {
	need_ordinary_build
	run -0 "$race/evidence.sh" "$pcaps/race.pcapng"
	[[ $output =~ "collected twice"|"both stand" ]]
}

@test "bots find the race without guard, and never with one" {
	need_ordinary_build
	need_private
	run -0 "$race/game.sh" found.pcapng
	[[ $output =~ "Without guard, game "[0-9]+", found.pcapng:" ]]
	[[ $output =~ "With --guard mutex, "[0-9]+" games: nothing of the kind." ]]
	[[ $output =~ "With --guard queue, "[0-9]+" games: nothing of the kind." ]]
	"$race/evidence.sh" found.pcapng
}

@test "a game that cannot be played proves nothing" {
	need_ordinary_build
	need_private
	mkdir bin
	cat >bin/treasure-server <<-EOF
		#!/bin/sh
		case "\$*" in *mutex*) exit 1 ;; esac
		exec "$BIN/treasure-server" "\$@"
	EOF
	chmod +x bin/treasure-server
	PATH=$PWD/bin:$PATH run -2 "$race/game.sh" found.pcapng
	[[ $output =~ "no game with --guard mutex" ]]
	printf '#!/bin/sh\nexit 1\n' >bin/treasure-client
	chmod +x bin/treasure-client
	PATH=$PWD/bin:$PATH run -2 "$race/game.sh" found.pcapng
	[[ $output =~ "no game with --guard none" ]]
}
