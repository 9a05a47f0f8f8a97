#!/usr/bin/env bats
# The documents: what they say and where they point to.
load ../common

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

pages() {
	(cd "$root" && find README.md docs pcaps -name '*.md')
}

@test "every link in a page leads somewhere" {
	for page in $(pages); do
		grep -o '](\([^)]*\))' "$root/$page" | sed 's/^](//; s/)$//' |
			grep -v '^https\?:' >links || continue
		while read -r link; do
			file=${link%%#*}
			[ -z "$file" ] || [ -e "$root/$(dirname "$page")/$file" ] || {
				echo "$page: $link"
				return 1
			}
		done <links
	done
}

@test "the index names every manual page, and each is clean" {
	for page in "$root"/docs/man/*.1; do
		name=$(basename "$page" .1)
		grep -q "^| \[$name\](man/$name.1)" "$root/docs/README.md"
		run -0 mandoc -T lint -W warning "$page"
		[ -z "$output" ]
	done
}

@test "treasure-race: usage and manual name the same options and ways" {
	treasure-race --help | sed "/^$/q" >usage # the summary follows
	mandoc -T ascii "$root/docs/man/treasure-race.1" | sed 's/.\x08//g' >manual
	words='s/[^a-z-]/\n/g'
	sed "$words" usage | grep -E '^(--[a-z]+|[a-z]+(-[a-z]+)?)$' | sort -u |
		grep -vx -e usage -e treasure-race -e number >said
	while read -r word; do
		grep -q -e "$word" manual
	done <said
	[ "$(wc -l <said)" -ge 16 ]
}

@test "the exchange byte by byte is the capture's, and adds up as the report" {
	need_ordinary_build
	"$root/pcaps/example.sh" >example.md
	diff example.md "$root/docs/ledger-example.md"
	flow='.flows[0]'
	wiretoll report --json "$root/pcaps/oneshot-person.pcapng" >r.json
	for account in eth ip tcp tcp.options payload; do
		bytes=$(field r.json "$flow.what[\"$account\"].bytes")
		grep -qxF "| \`$account\` | $bytes |" example.md
	done
	for purpose in setup data teardown ack; do
		row=$(field r.json "$flow.why.$purpose |
			\"| \`$purpose\` | \\(.frames) | \\(.bytes - .payload) |\"")
		grep -qF "$row" example.md
	done
}

@test "the new link type of the four steps fits this tree" {
	need_ordinary_build
	git -C "$root" rev-parse 2>/dev/null || skip "no git here"
	awk '/^```diff/ { on = 1; next } /^```/ { on = 0 } on' \
		"$root/docs/adding-a-link-type.md" >patch
	[ "$(grep -c '^+++' patch)" -eq 6 ]
	git -C "$root" apply --check -C1 "$PWD/patch"
}

@test "make docs renders every page" {
	need_ordinary_build
	command -v pandoc >/dev/null || skip "no pandoc here"
	BUILD=$PWD run -0 "$root/docs/render.sh"
	for page in $(pages); do
		[ -s "docs/${page%.md}.html" ]
	done
	grep -q 'href="ledger-example.html"' docs/docs/ledger.html
	[ -s docs/docs/images/wireshark-persistent.png ]
	find docs -name '*.html' >made
	while read -r page; do
		grep -Eo '(href|src)="[^"#:]+["#]' "$page" |
			sed 's/^[^"]*"//; s/.$//' >links || continue
		while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || {
				echo "$page: $link"
				return 1
			}
		done <links
	done <made
	run ! grep -Ev '\.(html|pdf|svg|dot|png)$' < <(find docs -type f)
	for pdf in docs/*.pdf; do
		[ "$(head -c 5 "$pdf")" = %PDF- ] || [ ! -e "$pdf" ]
	done
}

@test "the images are built with the libraries that make needs" {
	for package in $(sed -n 's/^lib:[^ ]* *\([^ ]*\) .*/\1/p' \
		"$root/tests/deps.sh" | grep -v cmocka); do
		grep -qw -- "$package" "$root/Dockerfile"
		grep -qw -- "$package" "$root/docs/service/Containerfile"
	done
}

@test "the image holds the libraries that the programs need" {
	need_ordinary_build
	sed -n '/^FROM/h;/^FROM/!H;${x;p;}' "$root/Dockerfile" >last
	readelf -d "$BIN"/* | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
		sort -u >libraries
	[ "$(wc -l <libraries)" -ge 5 ]
	while read -r library; do
		path=$(ldd "$BIN"/* | awk -v l="$library" '$1 == l {
			print $3; exit }')
		# Where /lib is /usr/lib, a package may know either.
		package=$({ dpkg -S "$(realpath "$path")" ||
			dpkg -S "${path%/*}/$(basename "$(realpath "$path")")"
		} 2>/dev/null | cut -d: -f1)
		[ -n "$package" ]
		[ "$package" = libc6 ] || grep -w -- "$package" last
	done <libraries
}

@test "no line of code is wider than a page of the PDF" {
	widest=$(sed -n 's/^# .*line has \([0-9]*\) columns.*/\1/p' \
		"$root/docs/render.sh")
	[ "$widest" -gt 0 ]
	for page in $(pages); do
		awk -v page="$page" -v widest="$widest" '
			/^ *```/ { is_code = !is_code; next }
			is_code && length > widest { print page ": " $0; bad = 1 }
			END { exit bad }' "$root/$page"
	done
}
