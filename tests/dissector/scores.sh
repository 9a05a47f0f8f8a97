#!/bin/sh
# scores.sh - dialogues (dialogue.sh) in which every score occurs.
# SPDX-License-Identifier: BSD-2-Clause
# usage: scores.sh KIND EXPECTED >DIALOGUE
#
# One connection for each first score, of two players and of three in turn, as
# KIND says; EXPECTED gets, for each, version|scores of 1|of 2|of 3.
#
#   oneshot[-midway]                  the FIN comes behind the scores
#   oneshot-fin                       with them
#   persistent[-midway]               id, command, reply, command, reply
#   persistent-early                  a command before the id
#   persistent-midway-one             one reply is all that was captured
#   persistent-coalesced[-midway]     two commands, two replies in one segment
#   ...-board                         a board behind the scores, asked for
#   ...-bytes                         each byte of the server in a segment
#
# Scores from 1 to 4 are not there: a treasure is worth 5 points or more.
set -eu
awk -v kind="$1" -v expected="$2" '
function has(word) { return index("-" kind "-", "-" word "-") > 0 }
function say(data) { print (has("bytes") ? "s/1 " : "s ") data }
function connection(n, a, b, c, players,  body, len, reply, command, times) {
	print "conn " n
	print "client " 20000 + n
	if (!has("midway"))
		print "open"
	body = "u16:" a " u16:" b (players == 3 ? " u16:" c : "")
	len = 2 * players
	if (has("board")) {
		body = body " board:2:1@0,0:2@1,1" (players == 3 ? ":3@0,1" : "")
		len += 22
	}
	reply = "u16:" len " " body
	command = has("board") ? "f4" : "34"
	times = 1
	if (has("oneshot")) {
		print "c " command
		say(body (has("fin") ? " F" : ""))
		if (!has("fin"))
			print "s F"
	} else {
		if (!has("midway") && !has("early"))
			say("0001 01")
		if (has("coalesced")) {
			print "c " command command
			say(reply " " reply)
			times = 2
		} else {
			print "c " command
			say((has("early") ? "0001 01 " : "") reply)
			if (!has("one")) {
				print "c " command
				say(reply)
				times = 2
			}
		}
		print "c F"
		print "s F"
	}
	print (has("oneshot") ? "one-shot" : "persistent") "|" \
	    list(a, times) "|" list(b, times) "|" \
	    (players == 3 ? list(c, times) : "") >expected
}
function list(n, times) { return times == 2 ? n " " n : n }
BEGIN {
	several = split("0 5 7 28 256 257 514 516 600", other, " ")
	for (a = 0; a <= 600; a++)
		for (players = 2; players <= 3 && (a == 0 || a > 4); players++) {
			b = other[(a + 4 * players) % several + 1]
			c = other[(a + 2) % several + 1]
			connection(++n, a, b, c, players)
		}
}'
