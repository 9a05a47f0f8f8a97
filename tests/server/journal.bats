#!/usr/bin/env bats
# journal.bats: files that a server cannot go on from, and what it says.
load ../common

refuses() { # FILE: it does not start with it, and leaves it alone
	cp "$1" before
	run -1 timeout 20 treasure-server oneshot --port 0 --journal "$1"
	cmp "$1" before
	[ ! -e "$1.new" ]
}

journal_make() {
	server_start oneshot --seed 6 --journal journal
	server_stop
}

@test "no journal, one of another version, or damaged from its start" {
	echo 'Dear journal, today I found three treasures.' >letter
	refuses letter
	[[ $output =~ "letter: not a journal of this program" ]]
	journal_make
	LC_ALL=C sed '1s/journal 1/journal 2/' journal >second
	refuses second
	[[ $output =~ "second: a journal, but of another version" ]]
	cp journal broken # its seed, of the first record
	printf '\x77' | dd of=broken bs=1 seek=47 conv=notrunc status=none
	refuses broken
	[[ $output =~ "broken: a journal, but its first record is damaged" ]]
	head -c 40 journal >short
	refuses short
	[[ $output =~ "short: a journal, but its first record is damaged" ]]
}

@test "a long file that is no journal is not read to its end" {
	case $BUILD in */asan | */tsan) skip "they need address space" ;; esac
	truncate -s 3G long
	run -1 sh -c 'ulimit -v 2000000
		exec treasure-server oneshot --port 0 --journal long'
	[[ $output =~ "long: not a journal of this program" ]]
}

@test "starts that fail keep a damaged journal once, and say so" {
	journal_make
	printf 'half a record' >>journal
	cp journal before
	mkdir journal.new # as bad as a full disk
	for _ in 1 2 3; do
		run -1 treasure-server oneshot --port 0 --journal journal
		[[ ${lines[0]} =~ "damaged at byte "[0-9]+": about to cut off 13 bytes there; the whole is kept in journal.damaged"$ ]]
		[ "${lines[1]}" = \
			"treasure-server: journal.new: Is a directory" ]
		cmp journal before
	done
	rmdir journal.new
	server_start oneshot --journal journal
	grep -q ': cut off 13 bytes there; .* in journal.damaged$' server.log
	server_stop
	cmp journal.damaged before
	[ "$(echo journal.d*)" = journal.damaged ]
}

@test "what is refused beside the journal is named" {
	journal_make
	ln -s nowhere journal.new
	run -1 treasure-server oneshot --port 0 --journal journal
	[[ $output == *"journal.new: Too many levels of symbolic links"* ]]
	rm journal.new
	[ "$(id -u)" -ne 0 ] || skip "nothing is refused to root"
	chmod 555 .
	run -1 treasure-server oneshot --port 0 --journal journal
	chmod 755 .
	[[ $output == *"journal.new: Permission denied"* ]]
}
