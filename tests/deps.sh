#!/bin/sh
# deps.sh - install what the build, the demo and the tests need and lack.
# Says what and why.  Debian and its children only; elsewhere it names the
# packages and stops.
set -eu
PATH=$PATH:/usr/sbin:/sbin # where ip, ethtool and nft are

# check | Debian package | what for
needed='
cmd:cc                   gcc              to compile
cmd:ar                   binutils         to compile
hdr:stdlib.h             libc6-dev        to compile
cmd:pkg-config           pkg-config       to find the libraries
lib:libpcap              libpcap-dev      live capture
lib:jansson              libjansson-dev   JSON output
lib:libxxhash            libxxhash-dev    the flow table
lib:zlib                 zlib1g-dev       captures compressed by gzip
lib:libzstd              libzstd-dev      by zstd
lib:liblz4               liblz4-dev       by lz4
lib:liblzma              liblzma-dev      by xz
lib:ncursesw             libncurses-dev   to draw the client
lib:cmocka               libcmocka-dev    unit tests
cmd:bats                 bats             command-line tests
cmd:prove                perl             to run the tests
cmd:tshark               tshark           to hold the ledger against
cmd:jq                   jq               to read JSON in tests
cmd:luacheck             lua-check        to check the Lua scripts
cmd:mandoc               mandoc           to check the man pages
cmd:ps                   procps           to watch threads in tests
cmd:tmux                 tmux             to play on a screen in tests
cmd:ip                   iproute2         networks for sample captures and labs
cmd:ethtool              ethtool          sample captures without offload
cmd:nft                  nftables         a sample capture with losses
cmd:gnuplot              gnuplot-nox      a plot in a lab
'

present() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" >/dev/null ;;
	lib:*) command -v pkg-config >/dev/null &&
		pkg-config --exists "${1#lib:}" ;;
	hdr:*) command -v cc >/dev/null &&
		echo "#include <${1#hdr:}>" | cc -E -x c - >/dev/null 2>&1 ;;
	esac
}

packages=
while read -r check package why; do
	[ -n "$check" ] || continue
	present "$check" && continue
	case " $packages " in *" $package "*) continue ;; esac
	[ -n "$packages" ] || echo "Missing:"
	printf '  %-16s %s\n' "$package" "$why"
	packages="$packages $package"
done <<EOF
$needed
EOF
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null; then
	cat <<-EOF
	There is no apt here to install them. The packages are called
	  Fedora    gcc make pkgconf-pkg-config libpcap-devel jansson-devel
	            xxhash-devel zlib-devel libzstd-devel lz4-devel xz-devel
	            ncurses-devel tmux libcmocka-devel bats perl-Test-Harness
	            wireshark-cli jq mandoc procps-ng iproute ethtool nftables
	            gnuplot
	  Arch      gcc make pkgconf libpcap jansson xxhash zlib zstd lz4 xz ncurses
	            cmocka bats perl tmux wireshark-cli jq mandoc procps-ng
	            iproute2 ethtool nftables gnuplot
	  Homebrew  pkg-config libpcap jansson xxhash zlib zstd lz4 xz ncurses
	            cmocka bats-core tmux wireshark jq gnuplot
	  FreeBSD   gmake pkgconf libpcap jansson xxhash zstd liblz4 ncurses cmocka
	            bats-core perl5 tmux tshark jq gnuplot
	EOF
	exit 1
fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
	if ! command -v sudo >/dev/null; then
		echo "Not root, and no sudo here. As root, run:"
		echo "  apt-get install$packages"
		exit 1
	fi
	echo "To install them, sudo may ask for your password."
fi
echo "Installing:$packages"
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of words
$sudo env DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends $packages
