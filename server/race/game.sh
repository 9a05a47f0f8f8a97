#!/bin/sh
# game.sh - look for the race in the game: three bots at full speed against
# treasure-server --guard none, game after game, until a capture shows what
# cannot be; then the same games with the guards that must not fail.
# game.sh [FILE]: the capture with the evidence is kept there, or in
# race.pcapng.  Exit 0: seen without guard, and never with one.
set -eu
file=${1:-race.pcapng}
here=$(cd "$(dirname "$0")" && pwd)
games=40 # at most; a handful is enough on most machines
port=12345
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One game on a crowded board, within the captured network.
play='
treasure-server persistent --guard "$1" --seed "$2" --players 3 --size 4 \
	--treasures 9 --games 1 --port "$3" 2>"$4" &
server=$!
tries=0
until grep -q listening "$4"; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] && kill -0 $server || exit 1
	sleep 0.02
done
timeout 20 treasure-client persistent "127.0.0.1:$3" --bot --clients 3 \
	--seed "$2" >/dev/null 2>&1 || true
kill $server 2>/dev/null
wait $server || true
'

record() { # GUARD SEED FILE
	wiretoll capture --private -o "$3" -- sh -c "$play" play \
		"$1" "$2" $port "$work/log" 2>"$work/err" || {
		cat "$work/err" "$work/log" >&2
		return 1
	}
}

# Any, in the first so many games?
search() { # GUARD GAMES
	seed=0
	while [ $seed -lt "$2" ]; do
		seed=$((seed + 1))
		record "$1" $seed "$work/game.pcapng"
		if "$here/evidence.sh" "$work/game.pcapng" >"$work/evidence"; then
			return 0
		fi
	done
	return 1
}

if ! search none $games; then
	echo "No race in $games games without guard: one processor, or luck."
	exit 1
fi
cp "$work/game.pcapng" "$file"
echo "Without guard, game $seed, $file:"
cat "$work/evidence"
seen=$seed
[ "$seen" -ge 5 ] || seen=5
for guard in mutex queue; do
	if search $guard $seen; then
		cp "$work/game.pcapng" "$file"
		echo "With --guard $guard, game $seed, $file:"
		cat "$work/evidence"
		exit 1
	fi
	echo "With --guard $guard, $seen games: nothing of the kind."
done
