# tshark.bash - tshark with this project's scripts, as an ordinary user.
# As root, Wireshark 4.4 and later skip scripts and say nothing.

# Copy the scripts where any user can read them: stage_scripts DIRECTORY.
stage_scripts() {
	local root
	root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
	cp -R "$root/dissector/." "$1"
	chmod -R a+rX "$1"
	chmod a+rwx "$1"
}

# run_tshark DIRECTORY ARGUMENT...: there, with no settings but the defaults.
run_tshark() {
	local directory=$1
	shift
	(
		cd "$directory" || exit 1
		export HOME=$directory XDG_CONFIG_HOME=$directory
		if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
			exec setpriv --reuid 65534 --regid 65534 \
				--clear-groups tshark "$@"
		fi
		exec tshark "$@"
	)
}
