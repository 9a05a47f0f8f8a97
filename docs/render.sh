#!/bin/sh
# render.sh - the documents as HTML and PDF into $BUILD/docs, with what is
# here: pandoc for pages, groff besides for PDF, mandoc for manual pages, dot
# for the picture.
set -eu
cd "$(dirname "$0")/.."
out=${BUILD:-build}/docs
pages='README.md docs/README.md docs/wire-protocol.md docs/ledger.md
docs/ledger-example.md docs/agreement.md docs/architecture.md
docs/adding-a-link-type.md docs/performance.md pcaps/README.md'
labs='docs/labs/README.md docs/labs/[1-9]*.md'
answers='docs/labs/answers/*.md'
# Code and reports are not wrapped.  The longest line has 117 columns, which a
# page has room for at 7.5 points.
style='<style>body { max-width: 54em } pre code { white-space: pre }</style>'
made=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

have() {
	command -v "$1" >/dev/null && return
	echo "No $1 here, so no $2 (Debian: $3)."
	return 1
}

html() { # PAGE
	file=$out/${1%.md}.html
	mkdir -p "$(dirname "$file")"
	title=$(sed -n 's/^# //p' "$1" | head -n 1)
	pandoc --standalone --from gfm --lua-filter docs/links.lua \
		--metadata pagetitle="$title" --variable header-includes="$style" \
		--output "$file" "$1"
}

pdf() { # FILE PAGE...
	file=$out/$1
	shift
	# Pictures are for HTML: groff wants them in another form.
	sed '/^!\[/d' "$@" | pandoc --standalone --from gfm --to ms \
		--lua-filter docs/widths.lua --output "$work/pages.ms"
	sed 's/^\.nr LL 5.5i$/.nr LL 7i/; s/^\.nr PO 1.25i$/.nr PO .63i/
		s/^\.nr PS 10p$/.nr PS 9.5p/
		s/^\.nf$/&\n.ps 7.5p/; s/^\.fi$/.ps\n&/' "$work/pages.ms" |
		groff -k -t -ms -Tpdf -P-pa4 >"$file" 2>"$work/groff.log" || {
		cat "$work/groff.log" >&2
		return 1
	}
}

mkdir -p "$out/docs/man"
if have dot picture graphviz; then
	dot -Tsvg docs/architecture.dot -o "$out/docs/architecture.svg"
else
	cp docs/architecture.svg "$out/docs"
fi
mkdir -p "$out/docs/images"
cp docs/architecture.dot "$out/docs"
cp docs/images/*.png "$out/docs/images"
if have mandoc 'manual pages' mandoc; then
	for page in docs/man/*.1; do
		mandoc -T html "$page" >"$out/$page.html"
		mandoc -T pdf "$page" >"$out/$page.pdf"
	done
	made=yes
fi
if have pandoc 'HTML of the pages' pandoc; then
	for page in $pages $labs $answers; do
		html "$page"
	done
	made=yes
	if have gropdf 'PDF of the pages' groff; then
		# shellcheck disable=SC2086 # lists of words
		pdf wiretoll.pdf $pages
		# shellcheck disable=SC2086
		pdf labs.pdf $labs
		# shellcheck disable=SC2086
		pdf answers.pdf $answers
	fi
fi
[ -n "$made" ] || exit 1
echo "In $out: $(find "$out" -name '*.html' | wc -l) HTML pages," \
	"$(find "$out" -name '*.pdf' | wc -l) PDF files."
