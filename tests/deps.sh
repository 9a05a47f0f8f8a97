#!/bin/sh
# deps.sh - install what the build, the demo and the tests need and lack.
# Says what and why.  Debian and its children only; elsewhere it names the
# packages and stops.
set -eu

# check | Debian package | what for
needed='
cmd:cc                   gcc              to compile
cmd:ar                   binutils         to compile
hdr:stdlib.h             libc6-dev        to compile
cmd:pkg-config           pkg-config       to find the libraries
lib:libpcap              libpcap-dev      live capture
lib:jansson              libjansson-dev   JSON output
lib:libxxhash            libxxhash-dev    the flow table
lib:libarchive           libarchive-dev   compressed captures
lib:cmocka               libcmocka-dev    unit tests
cmd:bats                 bats             command-line tests
cmd:prove                perl             to run the tests
cmd:tshark               tshark           to hold the ledger against
cmd:jq                   jq               to read JSON in tests
cmd:luacheck             lua-check        to check the Lua scripts
cmd:mandoc               mandoc           to check the man pages
cmd:ps                   procps           to watch threads in tests
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
	            xxhash-devel libarchive-devel libcmocka-devel bats perl-Test-Harness
	            wireshark-cli jq mandoc procps-ng
	  Arch      gcc make pkgconf libpcap jansson xxhash libarchive cmocka bats perl
	            wireshark-cli jq mandoc procps-ng
	  Homebrew  pkg-config libpcap jansson xxhash libarchive cmocka bats-core
	            wireshark jq
	  FreeBSD   gmake pkgconf libpcap jansson xxhash libarchive cmocka bats-core
	            perl5 tshark jq
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
