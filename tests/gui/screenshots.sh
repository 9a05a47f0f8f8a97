#!/bin/sh
# screenshots.sh - the documents' pictures, made again from real Wireshark.
# SPDX-License-Identifier: BSD-2-Clause
# usage: screenshots.sh OUT      few colours and a small size, for a document
set -eu
here=$(cd "$(dirname "$0")" && pwd)
taken=$(mktemp -d)
trap 'rm -r "$taken"' EXIT
"$here/gui.sh" "$taken"
mkdir -p "$1"
for picture in "$taken"/*.png; do
	convert "$picture" -resize '920x>' +dither -colors 24 -strip \
		-define png:compression-level=9 \
		PNG8:"$1/wireshark-$(basename "$picture")"
done
ls -l "$1"
