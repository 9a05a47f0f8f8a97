# common.bash - what the command-line tests share.
bats_require_minimum_version 1.5.0
# BIN and BUILD say which build is tested; tests/run.sh sets them.
: "${BIN:=$PWD/build/bin}" "${BUILD:=$PWD/build}"
PATH=$BIN:$PATH
export PATH

# Skip, with the kernel's own reason, where it allows no private network.
need_private() {
	if ! why=$(wiretoll capture --private -o /dev/null -- true 2>&1); then
		skip "$why"
	fi
}

# Only the ordinary build is held against other programs: they take long.
need_ordinary_build() {
	case $BUILD in
	*/asan | */tsan) skip "once is enough: done with the ordinary build" ;;
	esac
}

# Start a server on a free port: server_start VERSION [OPTION...].
# Sets server_pid and port; its messages are in server.log.
server_start() {
	: >server.log
	treasure-server "$@" --port 0 2>>server.log 3>&- &
	server_pid=$!
	for _ in $(seq 100); do
		port=$(sed -n 's/.*listening on .*:\([0-9]*\),.*/\1/p' \
			server.log)
		[ -z "$port" ] || return 0
		sleep 0.1
	done
	cat server.log
	return 1
}

# Stop it; its exit status is the function's.
server_stop() {
	kill "$server_pid" 2>/dev/null || true
	local status=0
	wait "$server_pid" || status=$?
	server_pid=
	return $status
}

# What one game in a private network costs:
# record_game OUT VERSION 'COMMANDS' or 'bot' [CLIENT OPTION...].
record_game() {
	local out=$1 version=$2 commands=$3
	shift 3
	# shellcheck disable=SC2016 # for the inner shell
	wiretoll capture --private -o "$out" -- sh -c '
		version=$1 commands=$2
		shift 2
		: >server.log # forget the last one
		treasure-server $version --seed 7 2>server.log &
		server=$!
		until grep -q listening server.log; do sleep 0.05; done
		if [ "$commands" = bot ]; then
			treasure-client $version --bot "$@" >client.out 2>&1
		else
			printf "$commands" | treasure-client $version "$@" \
				>client.out 2>&1
		fi
		status=$?
		kill $server
		wait $server
		exit $status' sh "$version" "$commands" "$@" 2>capture.err
}

# field JSON-FILE FILTER: one value.
field() {
	jq -r "$2" "$1"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkfifo quiet # opened for both ways (<>), it never says a word
}

teardown() {
	[ -z "${server_pid:-}" ] || kill "$server_pid" 2>/dev/null || true
}
