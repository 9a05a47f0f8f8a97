#!/bin/sh
# bench.sh - the server's rates beside those of plainer servers: same machine,
# same run, the same load, medians of ROUNDS turns of SECONDS_EACH.  "x" is the
# median of the ratios turn by turn: a slow moment hits both.  With one client
# both ends share a processor, since waking another costs more than all else.
set -eu
build=$(cd "${BUILD:-build}" && pwd)
rounds=${ROUNDS:-15} seconds=${SECONDS_EACH:-0.5} many=${MANY:-10000}
first=${PORT:-21100}
all=0-$(($(nproc) - 1))
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null || true; done
	rm -rf "$work"' EXIT
ulimit -n "$(ulimit -H -n)"

# start NAME PORT COMMAND...: a server to be measured; waits until it accepts.
start() {
	name=$1 port=$2
	shift 2
	"$@" 2>"$work/log.$port" >&2 &
	pids="$pids $!"
	i=0
	until "$build/tests/bench/load" "$version" "$port" 1 0.05 2>/dev/null |
		grep -q ' commands=[1-9]' || [ $i -gt 50 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	echo "$name|$port|$!" >>"$work/servers.$version"
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# rate VERSION PORT CLIENTS: one turn.
rate() {
	$pinned "$build/tests/bench/load" "$1" "$2" "$3" "$seconds" |
		sed 's/.*commands_per_s=\([0-9]*\) .*/\1/'
}

# Turns alternate between the servers, so that a slow moment hits all.
measure() { # VERSION CLIENTS
	cpus=$all pinned=
	[ "$2" -gt 1 ] || cpus=0 pinned='taskset -c 0'
	while IFS='|' read -r _ _ pid; do
		taskset -a -cp "$cpus" "$pid" >/dev/null
	done <"$work/servers.$1"
	round=0
	while [ $round -lt "$rounds" ]; do
		while IFS='|' read -r _ at _; do
			rate "$1" "$at" "$2" >>"$work/$1.$at.$2"
		done <"$work/servers.$1"
		round=$((round + 1))
	done
}

# ratio VERSION PORT YARDSTICK-PORT CLIENTS
ratio() {
	paste "$work/$1.$2.$4" "$work/$1.$3.$4" |
		awk '{ printf "%.4f\n", ($2 > 0 ? $1 / $2 : 0) }' | median
}

table() { # VERSION YARDSTICK-PORT
	printf '\n%-34s %10s %6s %10s %6s\n' "$1" '1 client' x \
		'50 clients' x
	while IFS='|' read -r name at _; do
		printf '%-34s %10d %6.2f %10d %6.2f\n' "$name" \
			"$(median <"$work/$1.$at.1")" \
			"$(ratio "$1" "$at" "$2" 1)" \
			"$(median <"$work/$1.$at.50")" \
			"$(ratio "$1" "$at" "$2" 50)"
	done <"$work/servers.$1"
}

beside_python() { # VERSION DEFAULT-PORT PYTHON-PORT
	printf '%-34s %10s %6.2f %10s %6.2f\n' 'the default beside Python' '' \
		"$(ratio "$1" "$2" "$3" 1)" '' "$(ratio "$1" "$2" "$3" 50)"
}

server=$build/bin/treasure-server
port=$first
next() { port=$((port + 1)); }

version=oneshot yardstick=$first
start 'bare C, 16 threads in accept' $port "$build/tests/bench/bare" pool $port
next; start 'oneshot, pool (default)' $port "$server" oneshot --port $port
next; start 'oneshot, a thread each' $port "$server" oneshot --port $port \
	--threads per-connection
next; start 'oneshot, iterative' $port "$server" oneshot --port $port \
	--iterative
next; start 'oneshot, pool, queue' $port "$server" oneshot --port $port \
	--guard queue
next; start 'oneshot, pool, none' $port "$server" oneshot --port $port \
	--guard none
if command -v python3 >/dev/null; then
	next
	start 'Python, a thread each' $port python3 "$here/server.py" oneshot \
		$port
fi
measure oneshot 1
measure oneshot 50
table oneshot $yardstick
! command -v python3 >/dev/null ||
	beside_python oneshot $((yardstick + 1)) $port
for p in $pids; do kill "$p" 2>/dev/null || true; done
pids=

next; version=persistent yardstick=$port
start 'bare C echo, a thread each' $port "$build/tests/bench/bare" echo $port
for guard in mutex queue none; do
	next
	start "persistent, $guard" $port "$server" persistent --port $port \
		--rooms 25 --guard $guard
done
next; start 'persistent, pool' $port "$server" persistent --port $port \
	--rooms 25 --threads pool
next; start 'persistent, journal' $port "$server" persistent --port $port \
	--rooms 25 --journal "$work/journal"
if command -v python3 >/dev/null; then
	next
	start 'Python, a thread each' $port python3 "$here/server.py" \
		persistent $port
fi
measure persistent 1
measure persistent 50
table persistent $yardstick
! command -v python3 >/dev/null ||
	beside_python persistent $((yardstick + 1)) $port
if command -v sockperf >/dev/null; then
	next
	taskset -c 0 sockperf server --tcp -i 127.0.0.1 -p $port >/dev/null 2>&1 &
	pids="$pids $!"
	sleep 0.5
	taskset -c 0 sockperf ping-pong --tcp -i 127.0.0.1 -p $port -t 3 2>&1 |
		awk '/Valid Duration/ {
			for (i = 1; i <= NF; i++) {
				split($i, v, "=")
				if ($i ~ /^RunTime/) time = v[2]
				if ($i ~ /^ReceivedMessages/) n = v[2]
			}
			if (time > 0)
				printf "%-34s %10d\n", "sockperf TCP ping-pong",
				    n / time
		}'
fi
# Other people's tools, each with its own load: not needed, but comparable.
# apt-get install sockperf nginx-light wrk netperf (non-free)
if command -v netserver >/dev/null && command -v netperf >/dev/null; then
	next
	taskset -c 0 netserver -D -4 -L 127.0.0.1 -p $port >/dev/null 2>&1 &
	pids="$pids $!"
	sleep 0.5
	for kind in TCP_RR TCP_CRR; do
		taskset -c 0 netperf -H 127.0.0.1 -p $port -t $kind -l 3 -P 0 \
			-- -r 1,4 | awk -v name="netperf $kind, 1 client" \
			'NF >= 6 { printf "%-34s %10d\n", name, $6; exit }'
	done
fi
if command -v nginx >/dev/null && command -v wrk >/dev/null; then
	next
	mkdir "$work/nginx"
	cat >"$work/nginx/conf" <<-END
	daemon off; pid $work/nginx/pid; error_log $work/nginx/log;
	worker_processes auto;
	events { worker_connections 1024; }
	http {
		access_log off; keepalive_requests 100000000;
		client_body_temp_path $work/nginx/a; proxy_temp_path $work/nginx/b;
		fastcgi_temp_path $work/nginx/c; uwsgi_temp_path $work/nginx/d;
		scgi_temp_path $work/nginx/e;
		server { listen 127.0.0.1:$port; location / { return 200 "abcd"; } }
	}
	END
	nginx -c "$work/nginx/conf" -p "$work/nginx" 2>/dev/null &
	pids="$pids $!"
	sleep 0.5
	for how in keep-alive close; do
		for clients in 1 50; do
			threads=$((clients > 1 ? 2 : 1))
			wrk -t $threads -c $clients -d 3s \
				-H "Connection: $how" "http://127.0.0.1:$port/" |
				awk -v name="nginx by wrk, $how, $clients" \
				'/^Requests\/sec/ { printf "%-34s %10d\n", name, $2 }'
		done
	done
fi
for p in $pids; do kill "$p" 2>/dev/null || true; done
pids=

next
"$server" persistent --port $port --rooms $((many / 2)) \
	--max-connections $((many + 10)) 2>"$work/log" &
pids=$!
until grep -q listening "$work/log"; do
	kill -0 "$pids" # or it has said why not
	sleep 0.1
done
printf '\n%s persistent connections at once, each asking once a second:\n' \
	"$many"
"$build/tests/bench/load" persistent $port "$many" 20 2 1000 &
load=$!
sleep 15
kill -USR1 "$pids"
memory=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$pids/status")
wait $load
echo "server's memory at most: $memory MB"
grep '^stats' "$work/log" | tail -1
