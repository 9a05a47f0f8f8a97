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
# A report has up to 100 columns, and is not to be wrapped.
style='<style>body { max-width: 54em } pre code { white-space: pre }</style>'
made=

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
	# Pictures are for HTML: groff wants them in another form.  A report
	# has up to 104 columns.
	sed '/^!\[/d' "$@" | pandoc --standalone --from gfm --to ms \
		--lua-filter docs/widths.lua --output "$out/pages.ms"
	sed 's/^\.nr LL 5.5i$/.nr LL 7i/; s/^\.nr PO 1.25i$/.nr PO .63i/
		s/^\.nr PS 10p$/.nr PS 9.5p/
		s/^\.nf$/&\n.ps 8p/; s/^\.fi$/.ps\n&/' "$out/pages.ms" |
		groff -k -t -ms -Tpdf -P-pa4 >"$file" 2>"$out/groff.log" || {
		cat "$out/groff.log" >&2
		return 1
	}
}

mkdir -p "$out/docs/man"
if have dot picture graphviz; then
	dot -Tsvg docs/architecture.dot -o "$out/docs/architecture.svg"
else
	cp docs/architecture.svg "$out/docs"
fi
if have mandoc 'manual pages' mandoc; then
	for page in docs/man/*.1; do
		mandoc -T html -O style=mandoc.css "$page" >"$out/$page.html"
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
