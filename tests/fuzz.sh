#!/bin/sh
# fuzz.sh - coverage-guided fuzzing of every target: fuzz.sh [TARGET...].
# FUZZ_S seconds each (60), FUZZ_RUNS inputs each at the most (no limit).
# What is found is left in build/fuzz/found; a corpus grows beside it.
set -eu
build=${BUILD:-build}/fuzz
make=${MAKE:-make}
seconds=${FUZZ_S:-60} runs=${FUZZ_RUNS:--1}

if ! command -v clang >/dev/null; then
	echo "fuzz: clang is missing (apt-get install clang)" >&2
	exit 1
fi
$make --no-print-directory BUILD="$build" CC=clang \
	CFLAGS='-g -O1 -fsanitize=address,undefined,fuzzer-no-link' fuzzers
mkdir -p "$build/found"
[ $# -gt 0 ] || set -- tests/*/*_fuzz.c
for source; do
	target=${source%.c}
	name=$(basename "$target" _fuzz)
	echo "== $target"
	mkdir -p "$build/corpus/$name"
	"$build/fuzzers/${target#tests/}" -max_total_time="$seconds" \
		-runs="$runs" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$build/found/$name-" \
		"$build/corpus/$name" "$(dirname "$target")/corpus/$name" \
		2>"$build/$name.log" || {
		cat "$build/$name.log"
		echo "fuzz: $target failed; the input is in $build/found" >&2
		exit 1
	}
	grep -E 'number_of_executed_units|average_exec_per_sec' \
		"$build/$name.log"
done
