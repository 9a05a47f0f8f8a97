#!/usr/bin/env bats
# activation.bats: listening sockets that were there before the server.
load ../common

# systemd's part: activate ADDRESS... -- SERVER'S OPTIONS.  The server gets a
# socket at a free port of each address; the ports are in the file ports.
# SIGUSR2 makes the sockets non-blocking, as another process that has them may.
activate() {
	command -v python3 >/dev/null || skip "no python3 here"
	cat >activate.py <<-'END'
	import os, signal, socket, sys
	middle = sys.argv.index("--")
	hosts, server = sys.argv[1:middle], sys.argv[middle + 1:]
	sockets = []
	for host in hosts:
	    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
	    sockets.append(socket.create_server((host, 0), family=kind))
	with open("ports", "w") as ports:
	    print(*(s.getsockname()[1] for s in sockets), file=ports)
	pid = os.fork()
	if pid == 0:
	    for i, s in enumerate(sockets):
	        os.dup2(s.fileno(), 100 + i)
	    for i in range(len(hosts)):
	        os.dup2(100 + i, 3 + i, inheritable=True)
	    os.closerange(3 + len(hosts), 200)
	    os.environ.update(LISTEN_PID=str(os.getpid()),
	        LISTEN_FDS=str(len(hosts)))
	    os.execvp(server[0], server)
	def others(*_):
	    for s in sockets:
	        s.setblocking(False)
	signal.signal(signal.SIGUSR2, others)
	signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
	print(pid, flush=True)
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	: >server.log
	python3 activate.py "$@" >inner 2>server.log 3>&- &
	server_pid=$!
	timeout 10 sh -c 'until grep -q listening server.log; do sleep 0.1
		done'
	read -r -a ports <ports
}

asks() { # is who asks at 127.0.0.1 and this port shown a board?
	echo g | timeout 5 treasure-client oneshot "127.0.0.1:$1"
}

@test "it serves on the sockets it was started with, each a room" {
	activate 127.0.0.1 127.0.0.1 -- treasure-server oneshot
	grep -q ", 2 rooms," server.log
	asks "${ports[0]}" >board1
	asks "${ports[1]}" >board2
	! cmp board1 board2
	server_stop
}

@test "it says where each of the sockets listens" {
	[ "$(uname)" = Linux ] || skip "127.0.0.2 is no loopback address here"
	activate 127.0.0.1 127.0.0.2 ::1 -- treasure-server persistent
	a=127.0.0.1:${ports[0]} b=127.0.0.2:${ports[1]} c=[::1]:${ports[2]}
	grep -F ": persistent, listening on $a, $b, $c, board" server.log
	server_stop
}

@test "sockets that are not for it, or too many of them" {
	run -1 sh -c 'LISTEN_PID=$$ LISTEN_FDS=1001 exec treasure-server \
		oneshot --port 0'
	[[ $output =~ LISTEN_FDS ]]
	LISTEN_PID=1 LISTEN_FDS=1 server_start oneshot # not meant for us
	server_stop
}

@test "a socket that another process makes non-blocking costs no time" {
	for threads in pool:1 pool:4 per-connection; do
		activate 127.0.0.1 -- treasure-server oneshot \
			--threads $threads
		sleep 0.3
		kill -USR2 "$server_pid"
		sleep 0.3
		for _ in 1 2 3 4 5; do asks "${ports[0]}" >board; done
		stat=/proc/$(cat inner)/stat
		if [ -r "$stat" ]; then
			before=$(awk '{ print $14 + $15 }' "$stat")
			sleep 1
			after=$(awk '{ print $14 + $15 }' "$stat")
			[ $((after - before)) -lt 30 ]
		fi
		server_stop
	done
}

@test "many sockets leave descriptors for --max-connections" {
	[ -r /proc/self/limits ] || skip "no /proc/PID/limits here"
	hosts=()
	for _ in $(seq 80); do hosts+=(127.0.0.1); done
	for version in oneshot persistent; do
		activate "${hosts[@]}" -- sh -c "ulimit -S -n 90
			exec treasure-server $version --max-connections 90"
		limit=$(awk '/^Max open files/ { print $4 }' \
			"/proc/$(cat inner)/limits")
		[ "$limit" -ge $((80 + 90 + 10)) ] # pipes, spares, stderr
		server_stop
	done
}
