#!/bin/bash
# gui.sh - real Wireshark, on a screen of its own, with this project's plugins.
# SPDX-License-Identifier: BSD-2-Clause
# usage: gui.sh OUT
#
# Records a game of each version, opens them with the profile, opens the
# report window and the IO graph, and leaves pictures in OUT.  Fails if a
# window does not come, if the packet list is not coloured, or if Lua complains.
# Needs what deps.sh beside it installs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
bin=${BIN:-$root/build/bin}
width=1280 height=800

home=$(mktemp -d)
chmod 755 "$home"
as_user=()
if [ "$(id -u)" -eq 0 ]; then
	as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
export HOME=$home XDG_CONFIG_HOME=$home/.config XDG_RUNTIME_DIR=$home/run
export XDG_CACHE_HOME=$home/.cache LC_ALL=C.UTF-8
pids=()
finish() {
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	wait
	rm -rf "$home"
}
trap finish EXIT

fail() {
	echo "gui.sh: $*" >&2
	sed 's/^/wireshark: /' "$home/log" >&2 || true
	exit 1
}

# A game in which two bots take their time.
record() { # VERSION FILE
	# shellcheck disable=SC2016 # for the inner shell
	"$bin/wiretoll" capture --private -o "$2" -- sh -c '
		"$1/treasure-server" "$2" --seed 7 --games 1 2>"$3.log" &
		until grep -q listening "$3.log"; do sleep 0.1; done
		"$1/treasure-client" "$2" --bot --seed 7 --think 150 >/dev/null
		kill $! 2>/dev/null; wait' sh "$bin" "$1" "$home/server" \
		2>"$home/record.log" || {
		cat "$home/record.log" >&2
		exit 1
	}
}

# A screen, with a window manager: without one no window gets the keyboard.
start_screen() {
	exec 3<>"$home/display"
	"${as_user[@]}" Xvfb -displayfd 3 -screen 0 "${width}x${height}x24" \
		-nolisten tcp >"$home/xvfb.log" 2>&1 3>&3 &
	pids+=($!)
	for _ in $(seq 100); do
		number=$(cat "$home/display")
		[ -z "$number" ] || break
		sleep 0.1
	done
	[ -n "$number" ] || fail "no screen: $(cat "$home/xvfb.log")"
	export DISPLAY=:$number
	"${as_user[@]}" openbox >/dev/null 2>&1 &
	pids+=($!)
	for _ in $(seq 100); do
		xdotool get_num_desktops >/dev/null 2>&1 && return
		sleep 0.1
	done
	fail "no window manager"
}

wait_window() { # NAME: a visible window whose title has it
	for _ in $(seq 150); do
		window=$(xdotool search --onlyvisible --name "$1" 2>/dev/null |
			tail -n 1) || true
		[ -z "$window" ] || return 0
		sleep 0.2
	done
	picture failed
	fail "no window named $1"
}

picture() { # NAME [WINDOW]
	import -window "${2:-root}" -depth 8 -strip "$out/$1.png"
}

# Wireshark, as large as the screen.
open_window() { # TITLE [OPTION...]
	local title=$1
	shift
	"${as_user[@]}" wireshark -C wiretoll "$@" >>"$home/log" 2>&1 &
	wireshark=$!
	pids+=("$wireshark")
	wait_window "$title"
	main=$window
	xdotool windowmove "$main" 0 0 windowsize "$main" $width $height
	sleep 3
}

close_window() {
	kill "$wireshark" 2>/dev/null || true
	wait "$wireshark" 2>/dev/null || true
}

# Choose from a menu by keys: menu KEY...
menu() {
	xdotool windowactivate --sync "$main"
	for key; do
		xdotool key "$key"
		sleep 0.7
	done
}

mkdir -p "$home/run" "$home/.cache"
chmod 700 "$home/run"
: >"$home/display"
: >"$home/log"
mkdir "$home/bin"
cp "$bin/wiretoll" "$bin"/treasure-* "$home/bin" # to be run by that user
"$root/dissector/install.sh" install "$home/bin/wiretoll" >/dev/null
record oneshot "$home/oneshot.pcapng"
record persistent "$home/persistent.pcapng"
[ ${#as_user[@]} -eq 0 ] || chown -R 65534:65534 "$home"
start_screen

open_window oneshot.pcapng -r "$home/oneshot.pcapng"
picture oneshot
# Where the ledger's plugin is, its report is the last entry of Tools.
if [ -f "$root/dissector/wiretoll.lua" ]; then
	menu alt+t Up Right Down Return
	wait_window 'overhead report'
	across=$(xdotool getwindowgeometry --shell "$window" |
		sed -n 's/^WIDTH=//p')
	[ "$across" -ge 700 ] || fail "the report is $across pixels wide"
	xdotool windowmove "$window" 60 60 windowsize "$window" 760 700
	sleep 2
	picture report "$window"
fi
menu alt+s i
wait_window 'I/O Graphs'
xdotool windowsize "$window" 900 640
sleep 2
picture io-graph "$window"
close_window

open_window persistent.pcapng -r "$home/persistent.pcapng" -g 8
# The game's part of the packet's details, opened.
xdotool mousemove 250 503 click 1
menu shift+Right Down Down Down Down Down Down Down
picture persistent
close_window

# No file: Wireshark's own list of interfaces, whose end has the games.
open_window 'Wireshark Network Analyzer'
sleep 5 # it looks for them first
xdotool mousemove 250 532 click 1
menu End
picture interfaces
close_window
# Chosen there, a game is played, and its frames come while it goes on.
open_window 'Capturing from.*Treasure' -k -i treasure-oneshot
sleep 4
picture live
close_window

if grep -q 'Lua' "$home/log"; then
	fail "Lua complains"
fi
echo "pictures in $out: $(cd "$out" && echo *.png)"
