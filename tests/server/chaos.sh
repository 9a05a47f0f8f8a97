#!/bin/sh
# chaos.sh SECONDS [SEED] - torment the server for so long, half of it in each
# version.  What it found is in $BUILD/chaos if it found something.
set -eu
half=$((($1 + 1) / 2))
seed=${2:-$(date +%s)}
build=$(cd "${BUILD:-build}" && pwd)
port=${CHAOS_PORT:-21900}
for version in persistent oneshot; do
	rm -rf "$build/chaos/$version"
	mkdir -p "$build/chaos/$version"
	cd "$build/chaos/$version"
	echo "chaos: $version for $half seconds, seed $seed"
	"$build/tests/server/chaos" "$build/bin/treasure-server" "$version" \
		"$half" "$port" "$seed"
	cd - >/dev/null
	rm -rf "$build/chaos/$version"
done
