#!/usr/bin/env bats
# wiretoll capture: around a command, and how it ends.
load ../common

@test "the command's exit status is passed on" {
	need_private
	run -7 wiretoll capture --private -o a.pcapng -- sh -c 'exit 7'
	run -0 wiretoll capture --private -o a.pcapng -- true
	run -143 wiretoll capture --private -o a.pcapng -- sh -c 'kill $$'
}

@test "a command that cannot be started: one line, no report, 126 or 127" {
	need_private
	echo text >text.txt
	printf '#!/no/such/shell\n' >orphan
	mkdir unreadable
	chmod +x orphan
	chmod 0 unreadable
	for command in ./no-such-command no-such-command ./orphan; do
		run -127 wiretoll capture --private -- $command
		[ "$output" = "wiretoll: $command: not found" ]
	done
	run -126 wiretoll capture --private -- ./text.txt
	[ "$output" = "wiretoll: ./text.txt: Permission denied" ]
	export PATH=$PATH:$PWD/unreadable
	[ "$(id -u)" -ne 0 ] || as_user='setpriv --reuid 65534 --clear-groups'
	# shellcheck disable=SC2086 # a list of words
	run -127 ${as_user:-} wiretoll capture --private -- no-such-command
	run -126 wiretoll capture --private -- .
}

@test "what fails before it records leaves an older capture as it is" {
	need_private
	echo old >old.pcapng
	run -1 wiretoll capture -i no-such-if -o old.pcapng -- true
	run -127 wiretoll capture --private -o old.pcapng -- no-such-command
	printf '#!/no/such/shell\n' >orphan
	chmod +x orphan
	run -127 wiretoll capture --private -o old.pcapng -- ./orphan
	run -2 wiretoll capture --private -f 'tcp prt' -o old.pcapng -- true
	[ "$(cat old.pcapng)" = old ]
	wiretoll capture --private -o old.pcapng -- true
	wiretoll report old.pcapng
}

@test "a private network holds loopback and nothing else" {
	need_private
	wiretoll capture --private -o a.pcapng -- \
		sh -c 'cat /proc/net/dev' >dev.out
	[ "$(tail -n +3 dev.out | grep -vc 'lo:')" -eq 0 ]
	[ "$(grep -c 'lo:' dev.out)" -eq 1 ]
}

@test "the command keeps its user" {
	need_private
	wiretoll capture --private -o a.pcapng -- id -u >id.out
	[ "$(cat id.out)" = "$(id -u)" ]
}

@test "the file tells program, command, interface and counts" {
	need_ordinary_build
	need_private
	record_game g.pcapng oneshot 'd\n'
	capinfos -M g.pcapng >info
	grep -q 'Capture application: wiretoll' info
	grep -q 'Capture comment: *wiretoll capture --private -o g.pcapng' info
	grep -q 'Name = lo' info
	grep -q 'Time precision = nanoseconds' info
	tshark -r g.pcapng -T fields -e frame.number 2>/dev/null | wc -l |
		grep -qx ' *10'
}

@test "what the command leaves running is stopped" {
	need_private
	wiretoll capture --private -o a.pcapng -- \
		sh -c 'sleep 1000 3>&- & echo $! >pid'
	run ! kill -0 "$(cat pid)"
}

@test "what ends while recording is not kept as a zombie" {
	need_private
	wiretoll capture --private -o a.pcapng -- sh -c '
		for i in 1 2 3; do (sleep 0.1 & ) 3>&-; done
		sleep 0.6
		ps -o stat= --ppid $PPID >stats'
	[ "$(grep -c Z stats)" -eq 0 ]
}

@test "leftovers that /proc does not list are told" {
	need_ordinary_build
	need_private
	unshare -rm true 2>/dev/null || skip "no user namespaces here"
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm sh -c 'mount -t tmpfs none /proc &&
		wiretoll capture --private -o a.pcapng -- \
			sh -c "sleep 1 3>&- &"' 2>err
	grep -q 'may go on: /proc does not tell' err
	unshare -rm sh -c 'mount -t tmpfs none /proc &&
		wiretoll capture --private -o a.pcapng -- true' 2>err
	run ! grep -q 'may go on' err
}

@test "memory that runs out ends the command" {
	need_ordinary_build
	need_private
	cat >flood.pl <<-'EOF'
		use Socket;
		socket(my $s, PF_INET, SOCK_DGRAM, 0);
		for my $i (1 .. 60000) {
			send($s, "x", 0, pack_sockaddr_in(1 + $i % 65000,
				pack("CCCC", 127, $i >> 14, $i >> 7 & 127, 1)));
		}
		sleep 20;
	EOF
	# Room to begin, but not for all these flows.
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -- sh -c \
		'sed -n "s/VmPeak:[^0-9]*\([0-9]*\).*/\1/p" /proc/$PPID/status' \
		>peak
	# shellcheck disable=SC2016
	run -1 sh -c 'ulimit -S -v "$1"
		exec wiretoll capture --private -- sh -c "
			echo \$\$ >pid
			ulimit -S -v unlimited
			exec perl flood.pl >/dev/null 2>&1"' sh $(($(head -n 1 peak) + 8192)) 3>&-
	[[ $output =~ "Cannot allocate memory" ]]
	run ! kill -0 "$(cat pid)"
}

# Wait until a shell command is true, for at most 10 seconds.
await() {
	for _ in $(seq 100); do
		! eval "$1" || return 0
		sleep 0.1
	done
	return 1
}

@test "a second signal ends a command that ignores the first" {
	need_private
	wiretoll capture --private -o a.pcapng -- sh -c '
		trap "" TERM INT
		echo $$ >pid
		while :; do sleep 0.1; done' 2>err 3>&- &
	pid=$!
	await '[ -s pid ]'
	began=$(date +%s%N)
	kill -INT $pid
	sleep 0.3
	kill -INT $pid
	status=0
	wait $pid || status=$?
	[ $status -eq 137 ]
	[ $((($(date +%s%N) - began) / 1000000)) -lt 3000 ]
	run ! kill -0 "$(cat pid)"
	wiretoll report a.pcapng
}

@test "a second signal ends a recording whose reader does not read" {
	case $BUILD in
	*/tsan) skip "TSan holds a signal back while its thread is blocked" ;;
	esac
	need_private
	wiretoll capture --private -o - -- bash -c '
		echo $$ >pid
		while :; do
			echo 0123456789 >/dev/udp/127.0.0.1/9
		done' 2>err 3>&- <>quiet >quiet &
	pid=$!
	await '[ -s pid ]'
	sleep 1
	kill -INT $pid
	sleep 0.5
	kill -0 $pid # what is slow is waited for
	kill -INT $pid
	await '! kill -0 $pid 2>/dev/null' || kill -KILL $pid
	run ! kill -0 "$(cat pid)"
	grep -q 'Interrupted' err
}

@test "SIGINT ends a capture with a whole file" {
	need_private
	wiretoll capture --private -o a.pcapng -- sleep 1000 2>err 3>&- &
	pid=$!
	until [ -s a.pcapng ]; do sleep 0.1; done
	sleep 0.3
	kill -INT $pid
	status=0
	wait $pid || status=$?
	[ $status -eq 143 ] # the command's own: SIGTERM ended it
	grep -q 'frames captured on lo, 0 dropped' err
	wiretoll report a.pcapng
}

@test "without -o the report is printed" {
	need_private
	run -0 --separate-stderr wiretoll capture --private -- true
	[[ $output =~ "Overhead per payload byte" ]]
}

@test "--live tells frames, bytes, payload and overhead" {
	need_private
	wiretoll capture --private --live -o a.pcapng -- sleep 1.5 2>err
	[ "$(grep -c 'overhead per payload byte' err)" -eq 2 ]
}

@test "--live with a person at the same terminal tells at the end only" {
	need_private
	command -v script >/dev/null || skip "no script(1) here"
	script -qec 'stty cols 40
		wiretoll capture --private --live -o a.pcapng -- sleep 2.5' \
		/dev/null >out
	[ "$(grep -c 'overhead per' out)" -eq 1 ]
	script -qec 'stty cols 40
		wiretoll capture --private --live -o a.pcapng -- sleep 2.5 \
			</dev/null' /dev/null >out
	[ "$(grep -o 'overhead per' out | wc -l)" -ge 2 ]
	# No update is wider than the terminal.
	tr '\r' '\n' <out | sed 's/\x1b\[K//' >lines
	[ "$(grep 'overhead per' lines | wc -L)" -le 39 ]
}

@test "--live on a terminal drops columns rather than cut a number" {
	need_private
	command -v script >/dev/null || skip "no script(1) here"
	for columns in 42 45 47 54 56 58 64 66; do
		script -qec "stty cols $columns
			wiretoll capture --private --live -o a.pcapng -- \
				treasure-client oneshot --plain </dev/null" \
			/dev/null >out
		tr '\r' '\n' <out | sed 's/\x1b\[K//' |
			grep 'overhead per' | tee lines
		[ "$(wc -L <lines)" -lt "$columns" ]
		# Each number has its name.
		grep -E 'byte(  [0-9,]+ (frames|bytes|payload))*$' lines
	done
}

@test "an option of ours behind the command is pointed out" {
	need_private
	run -0 --separate-stderr wiretoll capture --private true -o a.pcapng
	[ ! -e a.pcapng ]
	[ "$(grep -c 'behind the command' <<<"$stderr")" -eq 1 ]
	[[ $stderr =~ "-o is behind the command" ]]
	# Said on purpose, one of its own beside ours, and none of ours.
	run -0 --separate-stderr wiretoll capture --private -- true -o a.pcapng
	[[ ! $stderr =~ "behind the command" ]]
	run -0 --separate-stderr wiretoll capture --private -o b.pcapng \
		true -o a.pcapng -s
	[[ ! $stderr =~ "behind the command" ]]
}

@test "a capture is not written to a terminal" {
	command -v script >/dev/null || skip "no script(1) here"
	run -2 script -qec 'wiretoll capture --private -o - -- true' /dev/null
	[[ $output =~ "for a terminal" ]]
}

@test "it is said what is captured, where the command line does not" {
	need_private
	wiretoll capture --private -o a.pcapng -- \
		wiretoll capture -o b.pcapng -- true 2>err
	grep -q 'wiretoll: capturing on [a-z0-9]*, for lack of -i' err
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o a.pcapng -- sh -c '
		wiretoll capture -i lo -o b.pcapng & sleep 1
		kill -INT $!; wait $!' 2>err
	grep -q 'wiretoll: capturing on lo; Ctrl-C ends' err
}

@test "the command line is written as UTF-8, and whole characters of it" {
	need_ordinary_build
	need_private
	wiretoll capture --private -o a.pcapng -- true $'a\xffb'
	capinfos -k a.pcapng | grep -q $'true a\xef\xbf\xbdb'
	wiretoll capture --private -f 'port 1 or port 2' -o a.pcapng -- true \
		"$(printf '\303\244%.0s' $(seq 2000))"
	capinfos -k a.pcapng | iconv -f UTF-8 -t UTF-8 >/dev/null
}

# What a capture says that is stopped while 48 MB come, so that all of them
# wait in the kernel: flood_stopped [OPTION...].
flood_stopped() {
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private "$@" -- bash -c '
		kill -STOP $PPID
		for _ in $(seq 6000); do
			printf "%4000s%4000s" >/dev/udp/127.0.0.1/9
		done 2>/dev/null
		kill -CONT $PPID'
}

@test "dropped frames are told, and exit 1" {
	need_ordinary_build
	need_private
	run -1 --separate-stderr flood_stopped --buffer 8
	[[ $stderr =~ ", "[1-9][0-9]*" dropped by the kernel" ]]
	[[ $output =~ "Careful:" ]]
}

@test "the kernel keeps 64 MiB while nobody takes frames out" {
	need_ordinary_build
	need_private
	run -0 --separate-stderr flood_stopped
	[[ $stderr =~ ", 0 dropped by the kernel" ]]
	[[ ! $output =~ "Careful:" ]]
}

@test "a file is at most a second behind" {
	need_private
	wiretoll capture --private -o a.pcapng -- bash -c '
		for _ in $(seq 3); do echo x; sleep 0.1; done \
			2>/dev/null >/dev/udp/127.0.0.1/9
		sleep 1000' 2>err 3>&- &
	pid=$! server_pid=$!
	# No frame comes any more, and yet the last is there.
	await 'wiretoll report --json a.pcapng 2>/dev/null |
		jq -e ".frames >= 3" >/dev/null'
	kill -0 $pid
	kill -INT $pid
	wait $pid || true
}

@test "SIGINT in a flood: an end at once, with all that was received" {
	need_private
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o outer.pcapng -- bash -c '
		while :; do echo x; done 2>/dev/null >/dev/udp/127.0.0.1/9 &
		wiretoll capture -i lo -o a.pcapng & sleep 1
		date +%s%N >began
		kill -INT $!
		wait $!
		date +%s%N >ended
		kill %1' 2>/dev/null
	[ $((($(cat ended) - $(cat began)) / 1000000)) -lt 2500 ]
	# Of the last block: frames received and dropped, as 64 bits each.
	received=$(tail -c 28 a.pcapng | od -An -t u8 -N 8)
	dropped=$(tail -c 16 a.pcapng | od -An -t u8 -N 8)
	wiretoll report --json a.pcapng >a.json
	[ "$received" -gt 100 ]
	# While the socket was set up, libpcap threw some away: on loopback each
	# frame comes twice, until the kernel is told to keep one.
	missing=$((received - dropped - $(field a.json .frames)))
	[ "$missing" -ge 0 ]
	[ "$missing" -lt 20 ]
}

@test "a filter keeps out what it should" {
	need_private
	run -2 wiretoll capture --private -f 'tcp prot 1' -o a.pcapng -- true
	[[ $output =~ "filter 'tcp prot 1'" ]]
	wiretoll capture --private -f 'tcp port 1' -o a.pcapng -- \
		sh -c 'treasure-client oneshot </dev/null; echo d |
			treasure-client oneshot || true' 2>/dev/null
	wiretoll report --json a.pcapng >a.json
	[ "$(field a.json .frames)" -eq 0 ]
}

@test "what cannot be written is said, in one line" {
	need_private
	run -1 wiretoll capture --private -o /no/such/dir/a.pcapng -- true
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "/no/such/dir/a.pcapng: No such file" ]]
	[ -e /dev/full ] || skip "no /dev/full here"
	run -1 wiretoll capture --private -o /dev/full -- true
	[[ $output =~ "No space left" ]]
}

@test "an interface that is not there is said" {
	run -1 wiretoll capture -i no-such-if -o a.pcapng -- true
	[[ $output =~ "no-such-if" ]]
	[[ $output =~ "there are: ".*"lo" ]]
}

@test "help names every command, and getopt the program" {
	run -0 wiretoll help
	[[ $output =~ "compare  two captures" ]]
	[[ $output =~ "wiretoll(1)" ]]
	run -2 wiretoll report -Z
	[[ $output =~ "wiretoll report: " ]]
}

@test "wrong usage exits 2" {
	run -2 wiretoll capture --private
	run -2 wiretoll capture --private -i lo -- true
	run -2 wiretoll capture --no-such-option
	run -2 wiretoll capture --private --buffer 0 -- true
	run -2 wiretoll capture --private -B 2048 -- true
	run -2 wiretoll
	run -2 wiretoll no-such-command
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ "no-such-command; 'wiretoll --help'" ]]
	run -2 wiretoll --no-such-option
	[ "${#lines[@]}" -eq 1 ]
}
