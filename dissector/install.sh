#!/bin/sh
# install.sh - the plugins, the profile and extcap where Wireshark wants them.
# SPDX-License-Identifier: BSD-2-Clause
# usage: dissector/install.sh install [EXTCAP-PROGRAM] | uninstall
#
# For this user; DESTDIR goes before each folder.  Which folders these are,
# tshark says, or wireshark.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

folders=$(tshark -G folders 2>/dev/null || wireshark -G folders 2>/dev/null) || {
	echo "install.sh: neither tshark nor wireshark is here" >&2
	exit 1
}
folder() { # NAME: what stands behind it
	printf '%s\n' "$folders" | sed -n "s/^$1:[[:space:]]*//p" | head -n 1
}
config=$(folder 'Personal configuration')
plugins=$(folder 'Personal Lua Plugins')
extcap=$(folder 'Personal Extcap path')
if [ -z "$config" ] || [ -z "$plugins" ]; then
	echo "install.sh: Wireshark does not say where its folders are" >&2
	exit 1
fi
: "${extcap:=$config/extcap}" # before Wireshark 4.2 it does not say

profile=${DESTDIR:-}$config/profiles/wiretoll
plugins=${DESTDIR:-}$plugins
extcap=${DESTDIR:-}$extcap

# The scripts, as paths below this folder.
scripts() {
	(cd "$here" && find . -name '*.lua' | sed 's,^\./,,')
}

case ${1:-} in
install)
	scripts | while read -r file; do
		mkdir -p "$plugins/$(dirname "$file")"
		install -m 644 "$here/$file" "$plugins/$file"
	done
	mkdir -p "$profile"
	install -m 644 "$here"/profile/wiretoll/* "$profile"
	echo "plugins: $plugins"
	echo "profile: $profile"
	if [ -n "${2:-}" ]; then
		mkdir -p "$extcap"
		cat >"$extcap/wiretoll" <<-EOF
		#!/bin/sh
		# The treasure game in Wireshark's list of interfaces.
		exec "$2" extcap "\$@"
		EOF
		chmod 755 "$extcap/wiretoll"
		echo "extcap:  $extcap/wiretoll"
	fi
	;;
uninstall)
	scripts | while read -r file; do
		rm -f "$plugins/$file"
	done
	find "$here" -mindepth 1 -type d | sed "s,^$here/,," | sort -r |
		while read -r folder; do
			rmdir "$plugins/$folder" 2>/dev/null || true
		done
	rm -rf "$profile"
	rm -f "$extcap/wiretoll"
	# What installing may have made, if nobody else uses it.
	rmdir "$(dirname "$profile")" "$extcap" "$plugins" \
		"$(dirname "$plugins")" "${DESTDIR:-}$config" 2>/dev/null || true
	;;
*)
	echo "usage: dissector/install.sh install [EXTCAP-PROGRAM] | uninstall" >&2
	exit 2
	;;
esac
