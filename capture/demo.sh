#!/bin/sh
# demo.sh - play the same game both ways, capture it, show what it cost.
set -eu
bin=${BUILD:-build}/bin
out=${BUILD:-build}/demo
seed=42
port=${DEMO_PORT:-12345}

# The game that is captured: a server for one game, and one bot.
game='
bin=$1 out=$2 version=$3 port=$4 seed=$5
"$bin/treasure-server" "$version" --port "$port" --seed "$seed" --games 1 \
	>"$out/$version.log" 2>&1 &
server=$!
tries=0
until grep -q listening "$out/$version.log"; do
	tries=$((tries + 1))
	if ! kill -0 $server 2>/dev/null || [ $tries -gt 50 ]; then
		cat "$out/$version.log"
		exit 1
	fi
	sleep 0.1
done
status=0
"$bin/treasure-client" "$version" "127.0.0.1:$port" --bot --seed "$seed" \
	--think 100 || status=$?
kill "$server" 2>/dev/null
wait "$server"
[ $status -eq 0 ] || cat "$out/$version.log"
exit $status
'

record() {
	"$bin/wiretoll" capture "$@" -o "$out/$version.pcapng" -- \
		sh -c "$game" game "$bin" "$out" "$version" "$port" "$seed"
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

for version in oneshot persistent; do
	echo "== One game, $version, seed $seed"
	if [ "$is_private" ]; then
		record --private
	else
		record -i lo -f "tcp port $port"
	fi
	echo
	"$bin/wiretoll" report "$out/$version.pcapng" | sed -n 1,4p
	echo
done
echo "== Side by side"
"$bin/wiretoll" compare "$out/oneshot.pcapng" "$out/persistent.pcapng"
cat <<EOF

The captures are kept. Look at them frame by frame with
  wireshark $out/oneshot.pcapng
  wireshark $out/persistent.pcapng
and at the whole ledger with
  $bin/wiretoll report --flows $out/oneshot.pcapng
EOF
