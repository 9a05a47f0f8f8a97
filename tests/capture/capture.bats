#!/usr/bin/env bats
# wiretoll capture: around a command, and how it ends.
load ../common

@test "the command's exit status is passed on" {
	need_private
	run -7 wiretoll capture --private -o a.pcapng -- sh -c 'exit 7'
	run -0 wiretoll capture --private -o a.pcapng -- true
	run -143 wiretoll capture --private -o a.pcapng -- sh -c 'kill $$'
	run -127 wiretoll capture --private -o a.pcapng -- ./no-such-command
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

@test "a filter keeps out what it should" {
	need_private
	run -1 wiretoll capture --private -f 'tcp prot 1' -o a.pcapng -- true
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
}

@test "wrong usage exits 2" {
	run -2 wiretoll capture --private
	run -2 wiretoll capture --private -i lo -- true
	run -2 wiretoll capture --no-such-option
	run -2 wiretoll
	run -2 wiretoll no-such-command
}
