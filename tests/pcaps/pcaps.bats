#!/usr/bin/env bats
# The sample captures, their ledgers, and the page about them.
load ../common

pcaps=$BATS_TEST_DIRNAME/../../pcaps
same=$BATS_TEST_DIRNAME/same.jq

@test "each capture has its ledger and its part of the page" {
	[ "$(cd "$pcaps" && ls -- *.pcapng | sed 's/\.pcapng//')" = \
		"$(cd "$pcaps" && ls -- *.json | sed 's/\.json//')" ]
	for file in "$pcaps"/*.pcapng; do
		grep -q "^## \`${file##*/}\`$" "$pcaps/README.md"
		grep -q "^| \[\`$(basename "$file" .pcapng)\`" "$pcaps/README.md"
	done
}

@test "each ledger is what its capture comes to, and balances" {
	for file in "$pcaps"/*.pcapng; do
		wiretoll report --json "$file" >new.json
		run -0 jq -nr -f "$same" --slurpfile new new.json \
			--slurpfile old "${file%.pcapng}.json"
		[ -z "$output" ]
		[ "$(field new.json .balances)" = true ]
		[ "$(field new.json '.files[0].error')" = null ]
	done
}

@test "the ledgers are as report writes them today" {
	cd "$pcaps"
	for file in *.pcapng; do
		diff <(wiretoll report --json "$file") "${file%.pcapng}.json"
	done
}

@test "a ledger that differs in one figure is seen" {
	jq '.flows[0].why.data.bytes += 1' "$pcaps/oneshot-veth.json" >old.json
	run -0 jq -nr -f "$same" --slurpfile old old.json \
		--slurpfile new "$pcaps/oneshot-veth.json"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ data ]]
}

@test "no capture lost a frame, or holds one no cable would carry" {
	for file in "$pcaps"/*.json; do
		[ "$(field "$file" '[.warnings[].kind] - ["no_end", "no_start"]
			| length')" -eq 0 ]
	done
}

@test "the page's figures and frame numbers are those of the files" {
	need_ordinary_build
	"$pcaps/readme.sh" >README.md
	diff README.md "$pcaps/README.md"
}

@test "captures tell nothing about who recorded them" {
	need_ordinary_build
	for file in "$pcaps"/*.pcapng; do
		capinfos "$file" >info
		run ! grep -Eq '^(Capture oper-sys|Capture hardware)' info
		grep -q "^Capture comment: *wiretoll capture -i [a-z]* -o ${file##*/} -- ./record.sh play " info
		tshark -n -r "$file" -T fields -E occurrence=a -e eth.addr \
			-e ip.addr -e ipv6.addr 2>/dev/null |
			tr ',\t' '\n\n' | sort -u >addresses
		run ! grep -Ev '^$|^00:00:00:00:00:00$|^02:00:00:00:00:0[12]$|^ff:ff:ff:ff:ff:ff$|^127\.0\.0\.1$|^10\.0\.0\.[12]$|^::1$' addresses
	done
}

@test "a scenario that is none is refused, and nothing is recorded" {
	need_ordinary_build
	mkdir again
	ln -s "$BIN" again/bin
	export BUILD=$PWD/again
	for name in no-such-name one '' 'oneshot-person  ' '.*'; do
		run -2 --separate-stderr "$pcaps/record.sh" \
			oneshot-refused "$name"
		[ -z "$output" ]
		[ "$stderr" = "record.sh: no scenario is called '$name'" ]
		[ ! -e again/pcaps ]
	done
}

# What is the same each time, whatever the clock does.
@test "recorded again, the captures show the same" {
	need_ordinary_build
	need_private
	mkdir again
	ln -s "$BIN" again/bin
	BUILD=$PWD/again run "$pcaps/record.sh" oneshot-refused \
		oneshot-person persistent-veth persistent-loss
	[ "$status" -eq 0 ] || skip "no networks to be made here: $output"
	for name in oneshot-refused oneshot-person persistent-veth; do
		for part in .frames .bytes .what; do
			[ "$(field again/pcaps/$name.json $part)" = \
				"$(field "$pcaps/$name.json" $part)" ]
		done
	done
	[ "$(field again/pcaps/persistent-loss.json '.repeated > 0')" = true ]
}
