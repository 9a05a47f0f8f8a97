#!/usr/bin/env bats
# treasure.lua: the game in tshark, frame by frame.
load ../common
load tshark

here=$BATS_TEST_DIRNAME

# Outside of bats' own folder, which only its owner may enter: tshark runs as
# an ordinary user, and 4.0 crashes where it cannot read its settings.
setup() {
	need_ordinary_build
	cd "$BATS_TEST_TMPDIR" || return 1
	stage=$(mktemp -d)
	ln -s "$stage" stage
	stage_scripts "$stage"
}

teardown() {
	[ -z "${stage:-}" ] || rm -r "$stage"
}

cases() {
	sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$here/cases/LIST"
}

golden() {
	"$here/golden.sh" -s "$stage" "$@" 2>err
	[ "$(grep -c Lua err)" -eq 0 ]
}

# show CAPTURE-IN-STAGE OPTION...: tshark with treasure.lua.
show() {
	local file=$1
	shift
	run_tshark "$stage" -X lua_script:treasure.lua -r "$file" "$@" 2>>err
}

@test "every dialogue is told as expected" {
	for case in $(cases); do
		golden "$case" >"$case.out"
		diff "$here/cases/$case.expected" "$case.out"
	done
}

# Only what later frames decide may be missing: a command's reply, and before
# the server has spoken its version, whose seat the client has, and whether it
# reads another command.
@test "one pass over a capture says what two say" {
	later='version|reply_in|wrong_seat|ignored_command'
	for case in $(cases); do
		for passes in '' -1; do
			golden $passes "$case" | sed -E \
				":a; s/ ($later)=[^=]*( [a-z0-9._]+=|\$)/\2/; ta" \
				>"out$passes"
		done
		diff out out-1
	done
}

# The usual message takes a short way, in Ethernet only: see steady.lua.  A copy
# of the scripts without it, and one that marks what goes there, tell.
@test "the short way of the usual message says what the long way says" {
	put='^function steady.put_aside(.*'
	cp -R "$stage/treasure" stage/kept
	mkdir -p out.short out.long out.mark
	for name in short long mark; do
		rm -r "$stage/treasure"
		cp -R "$stage/kept" "$stage/treasure"
		case $name in
		long) sed -i "s/$put/&\n\tif true then return false end/" \
			"$stage/treasure/steady.lua" ;;
		mark) sed -i 's/^\treturn words$/\treturn "SHORT"/' \
			"$stage/treasure/steady.lua" ;;
		esac
		for dialogue in "$here"/cases/*.dialogue; do
			file=$(basename "$dialogue" .dialogue)
			"$here/dialogue.sh" <"$dialogue" |
				"$here/ethernet.pl" >"$stage/$file.pcap"
			chmod a+r "$stage/$file.pcap"
			show "$file.pcap" >"out.$name/$file"
			show "$file.pcap" -o treasure.ports:12345-12347 \
				-o tcp.reassemble_out_of_order:TRUE \
				>"out.$name/$file.ports"
		done
	done
	diff -r out.long out.short
	[ "$(grep -l SHORT out.mark/* | wc -l)" -ge 10 ]
	grep -q SHORT out.mark/oneshot
	grep -q SHORT out.mark/persistent
	[ "$(grep -c Lua err)" -eq 0 ]
}

no_lua_error_with() { # PREFERENCE:VALUE...
	for dialogue in "$here"/cases/*.dialogue; do
		"$here/dialogue.sh" <"$dialogue" >stage/a.pcap
		for option; do
			echo "$dialogue $option"
			show a.pcap -o "$option" -Y _ws.lua.error >>errors
		done
	done
	cat errors
	[ ! -s errors ]
	run ! grep Lua err
}

@test "no preference of TCP makes a Lua error of any dialogue" {
	no_lua_error_with tcp.desegment_tcp_streams:FALSE \
		tcp.reassemble_out_of_order:TRUE \
		tcp.analyze_sequence_numbers:FALSE \
		tcp.relative_sequence_numbers:FALSE
}

@test "no preference of ours makes a Lua error of any dialogue" {
	no_lua_error_with treasure.heuristic:TRUE treasure.version:One-shot \
		treasure.version:Persistent treasure.ports: \
		treasure.ports:1-65535
}

@test "damaged bytes make no Lua error" {
	for case in oneshot-split persistent-pieces three-players midway lost; do
		"$here/dialogue.sh" <"$here/cases/$case.dialogue" >whole.pcap
		for seed in 1 2 3 4; do
			editcap -E 0.02 --seed $seed whole.pcap stage/a.pcap \
				2>/dev/null
			echo "$case, seed $seed"
			show a.pcap -2 -Y _ws.lua.error >>errors
		done
	done
	cat errors
	[ ! -s errors ]
	run ! grep Lua err
}

# Each takes a second or two; all have been known to take minutes.
@test "floods are dissected in little time" {
	for flood in syns gaps ids pieces; do
		"$here/flood.pl" $flood >stage/a.pcap
		frames=$(capinfos -Mc stage/a.pcap | awk 'END { print $NF }')
		[ "$frames" -ge 5000 ]
		for passes in '' '-2 -o tcp.reassemble_out_of_order:TRUE'; do
			echo "$flood $passes"
			# shellcheck disable=SC2086 # a list of words
			(ulimit -t 20 && show a.pcap $passes \
				-X lua_script:wiretoll.lua) >lines
			[ "$(wc -l <lines)" -eq "$frames" ]
			run ! grep Lua lines err
		done
		(ulimit -t 20 && show a.pcap -q -X lua_script:wiretoll.lua) \
			>report
		tr -d , <report | grep -q "$frames frames"
	done
	run ! grep Lua err
}

@test "captures cut short make no Lua error" {
	for case in persistent-pieces three-players; do
		"$here/dialogue.sh" <"$here/cases/$case.dialogue" >whole.pcap
		for len in 41 43 46 48 51 54; do
			editcap -s "$len" whole.pcap stage/a.pcap 2>/dev/null
			echo "$case, snapped at $len"
			for version in Detect One-shot; do
				show a.pcap -o "treasure.version:$version" \
					-Y _ws.lua.error >>errors
			done
		done
	done
	cat errors
	[ ! -s errors ]
	run ! grep Lua err
}

# A frame that does not pass has the number of the next one.
@test "a read filter leaves each frame its own messages" {
	cp "$BATS_TEST_DIRNAME/../../pcaps/persistent-bot.pcapng" stage/g.pcapng
	show g.pcapng -2 -Y treasure.scores -T fields -e treasure.scores >all
	[ "$(wc -l <all)" -gt 10 ]
	show g.pcapng -2 -R tcp.srcport==12345 -Y treasure.scores -T fields \
		-e treasure.scores >some
	diff all some
}

# Every command of a recorded game has one reply, and it is what was printed.
game_is_told() { # VERSION
	record_game g.pcapng "$1" 'd\nr\ng\nu\nl\n'
	cp g.pcapng stage
	show g.pcapng -2 -Y treasure.command -T fields -e treasure.command \
		-e treasure.reply_in -e treasure.player >commands
	show g.pcapng -2 -Y treasure.reply_to -T fields -e treasure.reply_to \
		-e frame.number >replies
	cut -f1 commands | tr '\n' ' ' | grep -qx '3 6 15 2 4 '
	cut -f3 commands | sort -u | grep -qx 1
	cut -f2 commands >a
	cut -f2 replies >b
	diff a b
	[ "$(grep -c . a)" -eq 5 ]
	show g.pcapng -Y treasure.board -T fields -e treasure.board.size \
		-e treasure.board.treasures | grep -qx '10	5'
	other="treasure and not treasure.version == \"$2\""
	[ -z "$(show g.pcapng -Y "$other and not treasure.command")" ]
}

@test "a game of ours is told whole: one-shot" {
	need_private
	game_is_told oneshot one-shot
}

@test "a game of ours is told whole: persistent" {
	need_private
	game_is_told persistent persistent
}

@test "the Info column reads like the game" {
	"$here/dialogue.sh" <"$here/cases/persistent.dialogue" >stage/a.pcap
	show a.pcap -T fields -e _ws.col.Protocol -e _ws.col.Info -Y treasure \
		>info
	grep -qx 'Treasure	player 1: down' info
	grep -qx 'Treasure	scores 13 : 7' info
	grep -qx 'Treasure	scores 13 : 7, board, 2 treasures left' info
	grep -qx 'Treasure	refused: illegal step' info
}

# What is left of one segment and begins the next: TCP writes there, too.
@test "the Info column has nothing but the game in it" {
	"$here/dialogue.sh" >stage/a.pcap <<-EOF
	open
	s 0001 01
	c 3424
	s/3,6 0004 u16:5 u16:6 0001 45
	c 3424
	s/9,3 0004 u16:5 u16:6 0001 45 0001 45
	c 3424
	s/3,5 0004 u16:7 u16:6 0001 45
	EOF
	show a.pcap -T fields -e _ws.col.Info -Y treasure >info
	cat info
	run ! grep 12345 info
	[ "$(grep -cx 'scores 5 : 6; refused: illegal step' info)" -eq 2 ]
	grep -qx 'scores 7 : 6' info
}

@test "the Info column says what a one-shot server throws away" {
	"$here/dialogue.sh" <"$here/cases/ignored.dialogue" >stage/a.pcap
	show a.pcap -2 -T fields -e _ws.col.Info -Y treasure.command >info
	cat info
	grep -qx 'player 1: down; player 1: left (thrown away)' info
	[ "$(grep -c 'player 1: [a-z]* (thrown away)$' info)" -eq 7 ]
}

@test "the Info column keeps the marks of TCP" {
	"$here/dialogue.sh" <"$here/cases/lost.dialogue" >stage/a.pcap
	show a.pcap -T fields -e _ws.col.Info -Y treasure >info
	grep -qx '.TCP Previous segment not captured. scores 6 : 0' info
}

@test "the protocol hierarchy has the game in it" {
	"$here/dialogue.sh" <"$here/cases/persistent.dialogue" >stage/a.pcap
	frames=$(show a.pcap -Y treasure | wc -l)
	[ "$frames" -gt 9 ]
	show a.pcap -q -z io,phs >hierarchy
	cat hierarchy
	grep -q "^ *treasure *frames:$frames " hierarchy
}

# Not in cases/: what TCP hands over of such segments differs between versions.
@test "what was lost comes again in one segment with what was not" {
	"$here/dialogue.sh" >stage/a.pcap <<-EOF
	open
	s 0001 01
	c 34
	s 0004 u16:10 u16:0
	c 34
	s 0004 u16:11 u16:0 lost
	s 0004 u16:10 u16:0 0004 u16:11 u16:0 again
	c 64
	c 24 lost
	c 6424 again
	s 0004 u16:12 u16:0 0001 45
	EOF
	show a.pcap -2 -o tcp.reassemble_out_of_order:TRUE -Y treasure.reply_to \
		-T fields -e frame.number -e treasure.reply_to -e treasure.reply \
		>replies
	cat replies
	diff replies - <<-EOF
	6	5	scores 10 : 0
	8	7	scores 11 : 0
	11	9,10	scores 12 : 0,refused: illegal step
	EOF
}

# statistic FILE ARGUMENT: the figures in the last line of tshark -q -z's table.
statistic() {
	show "$1" -q -z "$2" | grep '<>' | tail -n 1 | tr -s '| ' ' '
}

@test "statistics count the game: io,stat" {
	"$here/dialogue.sh" <"$here/cases/persistent-pieces.dialogue" \
		>stage/a.pcap
	# Commands 38 f8 386848 386848 f8f8 in five frames.
	statistic a.pcap io,stat,0,treasure.command >frames
	cat frames
	grep -q ' 5 210 $' frames
	for ask in COUNT MIN MAX; do
		statistic a.pcap \
			"io,stat,0,$ask(treasure.command)treasure.command"
	done | awk '{ print $(NF) }' | tr '\n' ' ' >figures
	cat figures
	[ "$(cat figures)" = '10 3 15 ' ]
	# The lengths of ten replies and of an id.
	statistic a.pcap 'io,stat,0,SUM(treasure.length)treasure.length' \
		>lengths
	cat lengths
	grep -q " $((1 + 4 + 52 + 2 * (4 + 1 + 4) + 2 * 52)) \$" lengths
	# With the other script, and none of its report lost.
	run_tshark "$stage" -X lua_script:treasure.lua \
		-X lua_script:wiretoll.lua -r a.pcap -qz \
		io,stat,0,treasure.command >both 2>>err
	grep -q '| *5 |' both
	grep -q 'Overhead per payload byte' both
	run ! grep Lua err
}

# Also those that the end of a frame adds, where another script's name is on.
@test "statistics name the game in its experts" {
	for case in ends ignored nobody; do
		"$here/dialogue.sh" <"$here/cases/$case.dialogue" \
			>"stage/$case.pcap"
	done
	for scripts in treasure 'wiretoll treasure' 'treasure wiretoll'; do
		for case in ends ignored nobody; do
			# shellcheck disable=SC2046,SC2086 # lists of words
			run_tshark "$stage" $(printf ' -X lua_script:%s.lua' \
				$scripts) -o treasure.ports:12345-12347 \
				-r "$case.pcap" -2 -q -z expert
		done >experts 2>>err
		grep Protocol experts | sed '/Frequency/d; /Malformed/d' >ours
		cat ours
		for words in 'Illegal step' 'names another player' \
			'names no player' 'ends before the reply' \
			'throws the rest away'; do
			grep -q "TREASURE .*$words" ours
		done
		run ! grep -v ' TREASURE ' ours
	done
	run ! grep Lua err
}

@test "statistics count the game: conv,tcp" {
	"$here/dialogue.sh" <"$here/cases/oneshot.dialogue" >stage/a.pcap
	for filter in '' ,treasure.command; do
		show a.pcap -q -z "conv,tcp$filter" >"conv$filter"
		cat "conv$filter"
		[ "$(grep -c '<->' "conv$filter")" -eq 8 ]
	done
	run_tshark "$stage" -r a.pcap -q -z conv,tcp >plain 2>>err
	diff plain conv
	# One command in each, from the client.
	[ "$(awk '/<->/ && $4 == 0 && $7 == 1 && $10 == 1' \
		conv,treasure.command | wc -l)" -eq 8 ]
	run ! grep Lua err
}

# treasure.lua takes none: another script's, given to the wrong one.
@test "an argument goes to the script named first, or is refused" {
	"$here/dialogue.sh" <"$here/cases/oneshot.dialogue" |
		"$here/ethernet.pl" >stage/a.pcap
	both=(-X lua_script:treasure.lua -X lua_script:wiretoll.lua -r a.pcap)
	run -2 --separate-stderr run_tshark "$stage" -q "${both[@]}" \
		-X lua_script1:json
	# shellcheck disable=SC2154 # run sets it
	echo "$stderr"
	[ -z "$output" ]
	[ "$(grep -c 'treasure.lua.*(json).*named first' <<<"$stderr")" -eq 1 ]
	run_tshark "$stage" -q "${both[@]}" -X lua_script2:json >a.json
	[ "$(jq .frames a.json)" -gt 0 ]
	# The same of a script that is there already.
	run -2 run_tshark "$stage" "${both[@]}" -X lua_script:treasure.lua \
		-X lua_script3:json
}

@test "the time of a reply is the time since its command" {
	"$here/dialogue.sh" <"$here/cases/persistent.dialogue" >stage/a.pcap
	[ "$(show a.pcap -Y 'treasure.reply_time == 0.001' | wc -l)" -eq 9 ]
	[ "$(show a.pcap -Y treasure.reply_time | wc -l)" -eq 9 ]
}

@test "luacheck finds nothing" {
	cd "$here/../.."
	luacheck -q dissector
}
