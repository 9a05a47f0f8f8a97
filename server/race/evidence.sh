#!/bin/sh
# evidence.sh - does this capture of one persistent game show a race?  Prints
# what cannot be if commands are carried out one at a time, with the frames.
# evidence.sh FILE [PORT]: exit 0 if it shows one, 1 if not, 2 if it is no such
# game.
set -eu
tshark -n -r "$1" -Y 'tcp.len > 0' -T fields -e frame.number -e tcp.stream \
	-e tcp.srcport -e tcp.payload 2>/dev/null |
	awk -v port="${2:-12345}" -f "$(dirname "$0")/evidence.awk"
