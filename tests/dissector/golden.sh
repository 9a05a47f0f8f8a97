#!/bin/bash
# golden.sh - what treasure.lua says of the cases in cases/LIST.
# SPDX-License-Identifier: BSD-2-Clause
# usage: golden.sh [-s DIRECTORY] [-1] [-t TSHARK...] CASE...
#
# -s  where the scripts are staged (tests/dissector/tshark.bash), else anew
# -1  tshark reads the capture once: commands do not know their replies yet
#
# Integers and texts of our own only: versions of tshark print other values
# differently.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/dissector/tshark.bash
. "$here/tshark.bash"

names='version command player spare length id scores board.size
	board.treasures board.treasure board.player1 board.player2
	board.player3 seats_taken reply_to reply_in reply data'
experts='unknown_command no_player spare_bits wrong_seat ignored_command
	illegal_step no_command wrong_reply bad_length bad_reply bad_board
	cut_short unanswered'

stage='' passes=-2
while getopts s:1 option; do
	case $option in
	s) stage=$OPTARG ;;
	1) passes= ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$stage" ]; then
	stage=$(mktemp -d)
	trap 'rm -rf "$stage"' EXIT
	chmod a+rx "$stage"
	stage_scripts "$stage"
fi

# One line a frame: number, stream, and what is there as name=value.
for case; do
	list=(-e frame.number -e tcp.stream)
	for name in $names $experts; do
		list+=(-e "treasure.$name")
	done
	read -r _ dialogue options < <(grep "^$case " "$here/cases/LIST")
	"$here/dialogue.sh" <"$here/cases/$dialogue.dialogue" \
		>"$stage/$case.pcap"
	chmod a+r "$stage/$case.pcap"
	# shellcheck disable=SC2086 # lists of words
	"${RUN_TSHARK:-run_tshark}" "$stage" -X lua_script:treasure.lua $passes $options \
		-r "$case.pcap" -T fields -E separator='|' \
		-E aggregator=' ' "${list[@]}" \
		-Y 'treasure.command or treasure.reply or treasure.data' |
		awk -F '|' -v names="$names $experts" '{
			split(names, name, " ")
			line = $1 " " $2
			for (i = 3; i <= NF; i++)
				if ($i != "")
					line = line " " name[i - 2] "=" $i
			sub(/seats_taken=True/, "seats_taken=1", line) # 4.4
			print line
		}'
done
