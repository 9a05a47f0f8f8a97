#!/usr/bin/env bats
# What the games cost on the wire, against the lecture and against tshark.
load ../common

# The figures hold for Linux defaults: TCP timestamps on.
need_linux_defaults() {
	[ "$(cat /proc/sys/net/ipv4/tcp_timestamps 2>/dev/null)" = 1 ] ||
		skip "not Linux with TCP timestamps on"
}

@test "one-shot: ten frames and 536 header bytes for each legal step" {
	need_private
	need_linux_defaults
	record_game g.pcapng oneshot 'd\nr\nd\nl\n' --think 150
	wiretoll report --from ip --json g.pcapng >g.json
	[ "$(field g.json .frames)" -eq 40 ]
	[ "$(field g.json .overhead)" -eq 2144 ]
	[ "$(field g.json .payload)" -eq 20 ]
	[ "$(field g.json .overhead_per_payload_byte)" = 107.2 ]
	[ "$(field g.json '.flows | length')" -eq 4 ]
}

@test "persistent: 172 + 104 + 208 + 156 for each later command + 156" {
	need_private
	need_linux_defaults
	record_game g.pcapng persistent 'd\nr\nd\nl\n' --think 150
	wiretoll report --from ip --json g.pcapng >g.json
	[ "$(field g.json .overhead)" -eq $((172 + 104 + 208 + 3 * 156 + 156)) ]
	[ "$(field g.json '.why.setup.bytes')" -eq 172 ]
	[ "$(field g.json '.why.teardown.bytes')" -eq 156 ]
	[ "$(field g.json '.flows | length')" -eq 1 ]
	[ "$(field g.json '.flows[0].turns')" -eq 8 ]
}

# All payload bytes that clients sent, in hex.
commands_in() {
	tshark -n -r "$1" -Y 'tcp.dstport == 12345 && tcp.len > 0' \
		-T fields -e tcp.payload 2>/dev/null | tr -d '\n:'
}

@test "the same bot and seed send the same commands in both versions" {
	need_ordinary_build
	need_private
	record_game one.pcapng oneshot bot --seed 3
	record_game per.pcapng persistent bot --seed 3
	commands=$(commands_in one.pcapng)
	[ ${#commands} -gt 10 ]
	[ "$commands" = "$(commands_in per.pcapng)" ]
}

# The sum of a field over all frames.
sum_of() {
	tshark -n -r "$1" -T fields -E separator=, -e "$2" 2>/dev/null |
		tr , '\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

agrees_with_tshark() {
	wiretoll report --json "$1" >a.json
	[ "$(field a.json .bytes)" -eq "$(sum_of "$1" frame.len)" ]
	[ "$(field a.json .what.ip.bytes)" -eq "$(sum_of "$1" ip.hdr_len)" ]
	[ "$(field a.json '.what.tcp.bytes + .what["tcp.options"].bytes')" \
		-eq "$(sum_of "$1" tcp.hdr_len)" ]
	[ "$(field a.json '.payload + .repeated')" -eq \
		"$(sum_of "$1" tcp.len)" ]
	[ "$(field a.json '[.what[].bytes] | add')" -eq \
		"$(field a.json .bytes)" ]
	[ "$(field a.json '[.why[].bytes] | add')" -eq \
		"$(field a.json .bytes)" ]
	[ "$(field a.json '[.flows[].bytes, .other.bytes] | add')" -eq \
		"$(field a.json .bytes)" ]
}

@test "the ledger of both games equals tshark's own sums" {
	need_ordinary_build
	need_private
	for version in oneshot persistent; do
		record_game g.pcapng $version bot --think 20
		agrees_with_tshark g.pcapng
	done
}

@test "compare shows both games and says what was saved" {
	need_private
	record_game one.pcapng oneshot bot
	record_game per.pcapng persistent bot
	run -0 wiretoll compare one.pcapng per.pcapng
	[[ $output =~ "per.pcapng saves "[0-9.]+" % of the overhead" ]]
	wiretoll compare --json one.pcapng per.pcapng >c.json
	wiretoll report --json one.pcapng >one.json
	[ "$(field c.json .a.bytes)" -eq "$(field one.json .bytes)" ]
	[ "$(field c.json .overhead_saved)" -eq \
		"$(field c.json '.a.overhead - .b.overhead')" ]
	[ "$(field c.json '.ratio.overhead < 1')" = true ]
}

@test "two bots at once, each on its own connection" {
	need_private
	record_game g.pcapng persistent bot --clients 2
	wiretoll report --json g.pcapng >g.json
	[ "$(field g.json '.flows | length')" -eq 2 ]
}

@test "what the game spends on framing is told apart from content" {
	need_private
	record_game one.pcapng oneshot 'd\nr\ng\n'
	record_game per.pcapng persistent 'd\nr\ng\n'
	wiretoll report --json one.pcapng >one.json
	wiretoll report --json per.pcapng >per.json
	[ "$(field one.json .application.treasure.framing)" -eq 0 ]
	[ "$(field one.json .application.treasure.content)" -eq \
		"$(field one.json .payload)" ]
	# The id, three bytes, and two before each of three replies.
	[ "$(field per.json .application.treasure.framing)" -eq 9 ]
	[ "$(field per.json '.application.treasure | .framing + .content')" \
		-eq "$(field per.json .payload)" ]
	[ "$(field per.json '.bytes / .application.treasure.content - 1
		- .overhead_per_content_byte | fabs < 0.000001')" = true ]
	wiretoll report --json --port 1-12344 per.pcapng >other.json
	[ "$(field other.json '.application | length')" -eq 0 ]
	[ "$(field other.json .overhead_per_content_byte)" = null ]
}
