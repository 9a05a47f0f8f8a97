#!/bin/sh
# deps.sh - what `make check-gui' and `make screenshots' need beyond `make deps'.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
packages=
for pair in wireshark:wireshark Xvfb:xvfb openbox:openbox xdotool:xdotool \
	import:imagemagick; do
	command -v "${pair%:*}" >/dev/null || packages="$packages ${pair#*:}"
done
[ -n "$packages" ] || exit 0
if ! command -v apt-get >/dev/null; then
	echo "Missing, by their Debian names:$packages"
	exit 1
fi
echo "Installing, to look at Wireshark's windows:$packages"
sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of words
$sudo env DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends $packages
