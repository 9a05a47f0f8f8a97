#!/bin/sh
# record.sh - record all sample captures again, each with its ledger.
# record.sh [NAME...]: all of them, or these, into $BUILD/pcaps.  No root is
# needed where the kernel allows user namespaces: each is played in a network
# of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$here/../$build ;;
esac
PATH=$build/bin:$PATH
export PATH BUILD="$build"
port=12345

# Name, interface, and what is special about the network.
scenarios='
oneshot-person             lo    -
persistent-person          lo    -
oneshot-bot                lo    -
persistent-bot             lo    -
oneshot-no-timestamps      lo    timestamps-off
persistent-no-timestamps   lo    timestamps-off
oneshot-veth               veth  -
persistent-veth            veth  -
oneshot-ipv6               lo    -
persistent-ipv6            lo    -
three-players              lo    -
oneshot-refused            lo    -
oneshot-reset              lo    -
oneshot-least              lo    no-options
oneshot-textbook           lo    no-options
oneshot-fewest             lo    no-options
oneshot-fastopen           lo    fastopen
oneshot-least-fastopen     lo    no-options
persistent-nagle           lo    -
persistent-keepalive       lo    -
persistent-loss            veth  loss
race                       lo    -
'

# -- Within the network: the game itself -------------------------------------

# What is started in the background is ended at the end, whatever happens.
server=
stop() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	[ -z "$server" ] || wait "$server" || true
	server=
}

# Start a server where the scenario wants it: serve VERSION [OPTION...].
serve() {
	log=$BUILD/pcaps/server.log
	: >"$log"
	$at_server treasure-server "$@" --port $port 2>"$log" &
	server=$!
	trap stop EXIT
	tries=0
	until grep -q listening "$log"; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
			cat "$log" >&2
			return 1
		fi
		sleep 0.05
	done
}

# A person types a step every 300 ms.
person() { # VERSION [HOST]
	version=$1
	shift
	printf 'd\nr\nd\nl\n' |
		treasure-client "$version" "$@" --think 300 >/dev/null
}

bot() {
	treasure-client "$@" --bot --seed 42 >/dev/null
}

play() {
	at_server=
	case $1 in
	*-person | *-no-timestamps)
		serve "${1%%-*}" --seed 7
		person "${1%%-*}"
		;;
	*-bot)
		serve "${1%%-*}" --seed 42
		bot "${1%%-*}"
		;;
	*-ipv6)
		serve "${1%%-*}" --seed 7 --listen ::1
		person "${1%%-*}" "[::1]:$port"
		;;
	*-veth)
		at_server="nsenter -t $PEER -n"
		serve "${1%%-*}" --seed 7 --listen 10.0.0.2
		person "${1%%-*}" "10.0.0.2:$port"
		;;
	three-players)
		serve persistent --seed 42 --players 3
		bot persistent --clients 3 --think 20
		;;
	oneshot-refused)
		person oneshot 2>/dev/null || true
		;;
	oneshot-reset)
		serve oneshot --seed 7 --linger0
		person oneshot
		;;
	oneshot-least)
		serve oneshot --seed 7 --cork
		person oneshot
		;;
	oneshot-textbook)
		serve oneshot --seed 7 --cork --delayed-ack
		person oneshot
		;;
	oneshot-fewest)
		serve oneshot --seed 7 --cork --delayed-ack
		person oneshot --delayed-ack
		;;
	oneshot-fastopen)
		serve oneshot --seed 7 --fastopen
		person oneshot --fastopen
		;;
	oneshot-least-fastopen)
		serve oneshot --seed 7 --fastopen --cork
		person oneshot --fastopen
		;;
	persistent-nagle)
		serve persistent --seed 42 --nagle --split-reply
		bot persistent
		;;
	persistent-keepalive)
		serve persistent --seed 7 --keepalive 1
		{ echo d; sleep 2.5; echo r; } |
			treasure-client persistent >/dev/null
		;;
	race)
		serve persistent --seed 2 --players 3 --size 4 --treasures 9 \
			--guard none
		bot persistent --clients 3 || true
		;;
	persistent-loss)
		at_server="nsenter -t $PEER -n"
		serve persistent --seed 42 --listen 10.0.0.2
		bot persistent "10.0.0.2:$port" --think 10 --moves 16
		;;
	esac
	stop
}

# -- Within the namespace: the network ---------------------------------------

# A cable to a second namespace, where 10.0.0.2 is.  PEER is a process there.
lay_cable() {
	unshare -n sleep 120 &
	PEER=$!
	export PEER
	tries=0
	until [ "$(readlink /proc/$PEER/ns/net)" != "$(readlink /proc/self/ns/net)" ]
	do
		tries=$((tries + 1))
		[ $tries -lt 100 ]
		sleep 0.05
	done
	ip link add veth address 02:00:00:00:00:01 type veth \
		peer name veth address 02:00:00:00:00:02 netns $PEER
	for at in '' "nsenter -t $PEER -n"; do
		$at sysctl -qw net.ipv6.conf.veth.disable_ipv6=1
		$at ethtool -K veth tso off gso off gro off tx off >/dev/null
		$at ip link set veth up
	done
	ip address add 10.0.0.1/24 dev veth
	nsenter -t $PEER -n ip address add 10.0.0.2/24 dev veth
}

# One segment in nine is lost on arrival: here after it has been captured,
# over there before anybody sees it.
lose_segments() {
	for at in '' "nsenter -t $PEER -n"; do
		$at nft -f - <<-'END'
		table ip loss {
			chain arriving {
				type filter hook input priority 0;
				tcp flags & (syn | fin) == 0 numgen inc mod 9 == 5 drop
			}
		}
		END
	done
}

inside() {
	name=$1 interface=$2 special=$3
	ip link set lo up
	PEER=
	[ "$interface" != veth ] || lay_cable
	case $special in
	timestamps-off) sysctl -qw net.ipv4.tcp_timestamps=0 ;;
	no-options)
		sysctl -qw net.ipv4.tcp_timestamps=0 net.ipv4.tcp_sack=0 \
			net.ipv4.tcp_window_scaling=0 \
			net.ipv4.tcp_fastopen=3
		;;
	fastopen) sysctl -qw net.ipv4.tcp_fastopen=3 ;;
	loss) lose_segments ;;
	esac
	status=0
	wiretoll capture -i "$interface" -o "$name.pcapng" \
		-- ./record.sh play "$name" || status=$?
	[ -z "$PEER" ] || kill "$PEER"
	return $status
}

# -- Outside -----------------------------------------------------------------

# A race is seen when it is seen: play until it was.
shows_what_it_should() {
	[ "$1" != race ] ||
		"$here/../server/race/evidence.sh" "$1.pcapng" >/dev/null
}

record() {
	echo "$1"
	tries=0
	until unshare -rn ./record.sh inside "$@" && shows_what_it_should "$1"
	do
		tries=$((tries + 1))
		[ $tries -lt 40 ]
	done
	wiretoll report --json "$1.pcapng" >"$1.json"
}

case ${1:-} in
play | inside)
	what=$1
	shift
	$what "$@"
	exit
	;;
esac
names=$(echo "$scenarios" | awk 'NF { print $1 }')
for name; do
	if ! echo "$names" | grep -qxFe "$name"; then
		echo "record.sh: no scenario is called '$name'" >&2
		exit 2
	fi
done
for program in unshare nsenter ip sysctl ethtool nft; do
	if ! PATH=$PATH:/usr/sbin:/sbin command -v $program >/dev/null; then
		echo "record.sh: $program is missing (Debian: util-linux," \
			"iproute2, procps, ethtool, nftables)" >&2
		exit 1
	fi
done
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$build/pcaps"
cd "$build/pcaps"
cp "$here/record.sh" .
echo "$scenarios" | while read -r name interface special; do
	case " ${*:-$name} " in
	'  ') ;;
	*" $name "*) record "$name" "$interface" "$special" ;;
	esac
done
