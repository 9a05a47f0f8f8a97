#!/bin/sh
# demo.sh - play the same game both ways, capture it, show what it cost.
set -eu
bin=${BUILD:-build}/bin
out=${BUILD:-build}/demo
seed=42
port=${DEMO_PORT:-12345}

# A game that is captured: a server for it, and one client: bot, or steps at a
# person's pace.
game='
bin=$1 out=$2 version=$3 port=$4 seed=$5 steps=$6
log=$out/$version.log
: >"$log" # or the log of the last game says it listens
"$bin/treasure-server" "$version" --port "$port" --seed "$seed" --games 1 \
	>>"$log" 2>&1 &
server=$!
tries=0
until grep -q listening "$log"; do
	tries=$((tries + 1))
	if ! kill -0 $server 2>/dev/null || [ $tries -gt 50 ]; then
		cat "$log"
		exit 1
	fi
	sleep 0.1
done
status=0
if [ "$steps" = bot ]; then
	"$bin/treasure-client" "$version" "127.0.0.1:$port" --bot \
		--seed "$seed" --think 100 --no-meter || status=$?
else
	printf "$steps" | "$bin/treasure-client" "$version" \
		"127.0.0.1:$port" --think 300 >/dev/null || status=$?
fi
kill "$server" 2>/dev/null
wait "$server"
[ $status -eq 0 ] || cat "$log"
exit $status
'

record() { # FILE VERSION SEED STEPS
	file=$1
	shift
	set -- -o "$file" -- \
		sh -c "$game" game "$bin" "$out" "$1" "$port" "$2" "$3"
	if [ "$is_private" ]; then
		"$bin/wiretoll" capture --private "$@"
	else
		"$bin/wiretoll" capture -i lo -f "tcp port $port" "$@"
	fi
}

# Without root in a private network; else on lo, if that is allowed.
mkdir -p "$out"
if "$bin/wiretoll" capture --private -o /dev/null -- true 2>"$out/why.log"
then
	is_private=yes
else
	is_private=
	echo "No private network here, so capturing on lo:"
	cat "$out/why.log"
fi

echo "All counted from the IP header on, as textbooks do.  A command and its reply"
echo "on a TCP connection of their own take 7 packets, 280 bytes of headers, if none"
echo "is wasted (lab 2 gets by with less); with the options that are usual today it"
echo "is more."
echo
echo "== The lecture's case: three steps, each for 1 byte and 4 back"
echo
for version in oneshot persistent; do
	record "$out/steps-$version.pcapng" $version 7 'd\nr\nd\n' \
		2>"$out/why.log" || { cat "$out/why.log"; exit 1; }
	printf '%-10s ' $version
	"$bin/wiretoll" report --from ip "$out/steps-$version.pcapng" |
		awk 'NR == 3 || /^Overhead per byte of content/ {
			if (n++) printf "%10s   ", ""
			print
		}'
done
echo
"$bin/wiretoll" compare --from ip "$out/steps-oneshot.pcapng" \
	"$out/steps-persistent.pcapng" | sed -n '/ saves /,$p'
echo "(A persistent reply brings its length with it: payload, but no content.)"
echo

for version in oneshot persistent; do
	echo "== One game of a bot that thinks 100 ms, $version, seed $seed"
	record "$out/$version.pcapng" $version $seed bot
	echo
	"$bin/wiretoll" report --from ip "$out/$version.pcapng" | sed -n 1,4p
	echo
done
cat <<EOF
The bot's figures are lower, as it looks at the board once, and that reply alone
brings over 500 bytes of payload.

EOF
echo "== Side by side"
"$bin/wiretoll" compare --from ip "$out/oneshot.pcapng" \
	"$out/persistent.pcapng"
cat <<EOF

The captures are kept. Look at them frame by frame, once 'make install-wireshark'
has put plugins and profile in their places, with
  wireshark -C wiretoll $out/oneshot.pcapng
  wireshark -C wiretoll $out/persistent.pcapng
and at the whole ledger with
  $bin/wiretoll report --from ip --flows $out/oneshot.pcapng
EOF
