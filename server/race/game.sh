#!/bin/sh
# game.sh - look for the race in the game: three bots at full speed against
# treasure-server --guard none, game after game, until a capture shows what
# cannot be; then the same games with the guards that must not fail.
# game.sh [FILE]: the capture with the evidence is kept there, or in
# race.pcapng.  Exit 0: seen without guard, and never with one.  1: not so.
# 2: a game could not be played, recorded or looked at.
set -eu
file=${1:-race.pcapng}
here=$(cd "$(dirname "$0")" && pwd)
games=40 # at most; a handful is enough on most machines
port=12345
for program in wiretoll treasure-server treasure-client tshark awk; do
	command -v $program >/dev/null || {
		echo "game.sh: $program is not in the PATH" >&2
		exit 2
	}
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# One game on a crowded board, within the captured network.  Bots may fail
# where the race leaves no sense in the answers: it was a game all the same.
play='
: >"$4"
treasure-server persistent --guard "$1" --seed "$2" --players 3 --size 4 \
	--treasures 9 --games 1 --port "$3" 2>"$4" &
server=$!
trap "kill $server" INT TERM
tries=0
until grep -q listening "$4"; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] && kill -0 $server || exit 1
	sleep 0.02
done
timeout 20 treasure-client persistent "127.0.0.1:$3" --bot --clients 3 \
	--seed "$2" >/dev/null 2>&1 || true
kill $server 2>/dev/null
wait $server
grep -q "^stopped.* commands=[1-9]" "$4"
'

record() { # GUARD SEED FILE
	wiretoll capture --private -o "$3" -- sh -c "$play" play \
		"$1" "$2" $port "$work/log" 2>"$work/err" && return
	echo "game.sh: no game with --guard $1:" >&2
	cat "$work/err" "$work/log" >&2 || true
	exit 2
}

# Any, in the first so many games?  `found` says it.
search() { # GUARD GAMES
	seed=0
	found=1
	while [ $seed -lt "$2" ] && [ $found -ne 0 ]; do
		seed=$((seed + 1))
		record "$1" $seed "$work/game.pcapng"
		found=0
		"$here/evidence.sh" "$work/game.pcapng" >"$work/evidence" ||
			found=$?
		[ $found -le 1 ] || {
			echo "game.sh: the capture is of no game" >&2
			exit 2
		}
	done
}

search none $games
if [ $found -ne 0 ]; then
	echo "No race in $games games without guard: one processor, or luck."
	exit 1
fi
cp "$work/game.pcapng" "$file"
echo "Without guard, game $seed, $file:"
cat "$work/evidence"
seen=$seed
[ "$seen" -ge 5 ] || seen=5
for guard in mutex queue; do
	search $guard $seen
	if [ $found -eq 0 ]; then
		cp "$work/game.pcapng" "$file"
		echo "With --guard $guard, game $seed, $file:"
		cat "$work/evidence"
		exit 1
	fi
	echo "With --guard $guard, $seen games: nothing of the kind."
done
