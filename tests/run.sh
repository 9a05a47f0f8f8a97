#!/bin/sh
# run.sh - build and run all tests: as users get it, then under sanitizers.
# One closing line counts them all.
set -eu
build=${BUILD:-build}
make=${MAKE:-make}
here=$(pwd)
san='-g -O1 -fno-omit-frame-pointer'

# A .t file is one program that prints TAP, so that prove can run it.
# Its own arguments go on to the command.
write_t() { # FILE COMMAND...
	mkdir -p "$(dirname "$1")"
	file=$1
	shift
	cat >"$file" <<-EOF
	#!/bin/sh
	export BIN="$build_dir/bin" BUILD="$build_dir"
	exec $* "\$@"
	EOF
	chmod +x "$file"
}

prepare() { # DIR [CFLAGS]
	dir=$1
	case $dir in
	/*) build_dir=$dir ;;
	*) build_dir=$here/$dir ;;
	esac
	$make --no-print-directory BUILD="$dir" ${2:+CFLAGS="$2"} all unit
	rm -rf "$dir/check"
	for test in tests/*/*_test.c; do
		name=${test%.c}
		write_t "$dir/check/$name.t" "\"$dir/$name\""
	done
	for test in tests/*/*_fuzz.c; do
		name=${test%.c}
		corpus=$(dirname "$test")/corpus/$(basename "$name" _fuzz)
		write_t "$dir/check/$name.t" "\"$dir/$name\"" "$corpus/*"
	done
	for test in tests/*/*.bats; do
		write_t "$dir/check/${test%.bats}.t" "bats --tap $test"
	done
}

# A kernel with much address randomisation is too much for gcc's TSan.
runner=
prepare "$build"
$make --no-print-directory BUILD="$build" headers
prepare "$build/asan" "$san -fsanitize=address,undefined \
-fno-sanitize-recover=undefined"
prepare "$build/tsan" "$san -fsanitize=thread"
if ! "$build/tsan/bin/wiretoll" --version >/dev/null 2>&1 &&
	setarch -R true 2>/dev/null; then
	runner='setarch -R'
fi
export BATS_TEST_TIMEOUT=120 TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}"
state=$build/prove.state
# shellcheck disable=SC2086 # no word where there is no runner
$runner prove --timer --jobs 3 --recurse --failures --comments \
	--state=save --statefile="$state" \
	"$build/check" "$build/asan/check" "$build/tsan/check" && exit

cat <<EOF
To run again what failed:
  ${runner:+$runner }prove -v --state=failed --statefile="$state"
one file of those named above, or one test of a .bats file:
  ${runner:+$runner }$build/check/tests/capture/capture.t
  ${runner:+$runner }$build/check/tests/capture/capture.t -f 'part of its name'
EOF
exit 1
