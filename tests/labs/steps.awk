# steps.awk - take a lab apart into what the test does.
# awk -v out=DIR -f steps.awk LAB.md: DIR/NNN.run are commands, NNN.shows the
# lines that must be in their output, NNN.like lines in which numbers may
# differ, NNN.check commands that must succeed on the output in $shown.
#
# <!-- run -->      the fenced block below is run, and must succeed
# <!-- try -->      it is run, and may fail
# <!-- twin ... --> is run in place of the fenced block above, which needs a
#                   person or something that is not everywhere
# <!-- shows -->, <!-- like -->, <!-- check ... --> as above, of what was run
function target(kind) {
	if (kind ~ /^(run|try|twin)$/)
		step++
	if (kind == "twin")
		kind = "run"
	file = sprintf("%s/%03d.%s", out, step, kind)
	printf "" >file
}
function close_target() {
	close(file)
	file = ""
}
/^<!-- (run|try|shows|like) -->$/ { next_kind = $2; next }
/^<!-- (twin|check)$/ { target($2); in_comment = 1; untold = 0; next }
in_comment && /^-->$/ { close_target(); in_comment = 0; next }
/^ *```/ {
	in_block = !in_block
	if (!in_block && file != "")
		close_target()
	else if (in_block && next_kind != "")
		target(next_kind)
	else if (in_block && /```sh$/) {
		if (untold)
			missing(untold)
		untold = FNR
	}
	next_kind = ""
	next
}
file != "" { print >file }
/^## / && untold { missing(untold) }
function missing(line) {
	printf "%s:%d: these commands are not run\n", FILENAME, line
	failed = 1
	untold = 0
}
END {
	if (untold)
		missing(untold)
	if (in_block || in_comment || step == 0) {
		print FILENAME ": nothing to run, or no end to it"
		failed = 1
	}
	exit failed
}
