#!/usr/bin/env bats
# treasure.lua: no score is taken for a length, nor a length for a score.
load ../common
load tshark

here=$BATS_TEST_DIRNAME

# As in treasure.bats: a folder that any user may enter.
setup() {
	need_ordinary_build
	cd "$BATS_TEST_TMPDIR" || return 1
	stage=$(mktemp -d)
	stage_scripts "$stage"
}

teardown() {
	[ -z "${stage:-}" ] || rm -r "$stage"
}

problem='treasure.bad_length or treasure.bad_reply or treasure.cut_short or
	treasure.no_command or treasure.ignored_command or
	treasure.unanswered or treasure.wrong_seat or treasure.illegal_step or
	treasure.data'

# One line a connection, as scores.sh writes them.
told() {
	run_tshark "$stage" -2 -X lua_script:treasure.lua -r a.pcap -Y treasure \
		-T fields -E separator='|' -E aggregator=' ' -e tcp.stream \
		-e treasure.version -e treasure.score1 -e treasure.score2 \
		-e treasure.score3 2>err | awk -F '|' '
		function add(list, more) {
			return list (list != "" && more != "" ? " " : "") more
		}
		{
			n = split($2, version, " ")
			for (i = 1; i <= n; i++)
				if (index(said[$1], version[i]) == 0)
					said[$1] = add(said[$1], version[i])
			for (i = 1; i <= 3; i++)
				score[$1, i] = add(score[$1, i], $(i + 2))
			if ($1 + 1 > count)
				count = $1 + 1
		}
		END {
			for (i = 0; i < count; i++)
				print said[i] "|" score[i, 1] "|" score[i, 2] \
				    "|" score[i, 3]
		}'
}

all_are_told() { # KIND...
	for kind; do
		echo "$kind"
		"$here/scores.sh" "$kind" expected | "$here/dialogue.sh" \
			>"$stage/a.pcap"
		told >out
		diff expected out | head -n 20 >differences
		cat differences err
		[ ! -s differences ]
		[ "$(wc -l <out)" -eq 1194 ]
		run_tshark "$stage" -X lua_script:treasure.lua -r a.pcap \
			-Y "$problem" 2>>err | head -n 20 >differences
		cat differences err
		[ ! -s differences ]
		run ! grep -i 'lua\|tshark: ' err
	done
}

@test "one-shot scores are told, whatever they are" {
	all_are_told oneshot oneshot-fin
}

@test "one-shot scores are told, byte by byte" {
	all_are_told oneshot-bytes
}

@test "one-shot scores are told from the middle of a connection" {
	all_are_told oneshot-midway oneshot-midway-bytes
}

@test "scores before a board are told, in pieces of any size" {
	all_are_told oneshot-board oneshot-board-bytes \
		persistent-early-board persistent-board-bytes
}

@test "scores before a board are told from the middle of a connection" {
	all_are_told oneshot-midway-board persistent-midway-one-board
}

@test "the same, byte by byte" {
	all_are_told oneshot-midway-board-bytes \
		persistent-midway-one-board-bytes
}

@test "persistent scores are told, whatever they are" {
	all_are_told persistent persistent-early persistent-coalesced
}

@test "persistent scores are told, byte by byte" {
	all_are_told persistent-bytes persistent-coalesced-bytes
}

@test "persistent scores are told from the middle of a connection" {
	all_are_told persistent-midway persistent-midway-one \
		persistent-coalesced-midway
}

@test "persistent scores are told from the middle, byte by byte" {
	all_are_told persistent-midway-bytes persistent-midway-one-bytes
}
