#!/bin/sh
# example.sh - print docs/ledger-example.md: one exchange, byte by byte.
set -eu
cd "$(dirname "$0")"

cat <<'END'
# The ledger of one exchange, byte by byte

The first step of [`pcaps/oneshot-person.pcapng`](../pcaps/README.md): a connection for a
command of 1 byte and its answer of 4. Ten frames, each byte with its account as
[the ledger](ledger.md) posts it, and each frame with its purpose. (This page is written by
`pcaps/example.sh` from the file; `wiretoll report` must come to the same sums, and a
test sees to it.)

Offsets are bytes from the start of the frame, as in Wireshark's lowest pane; bytes are in
hexadecimal. Within one machine nobody fills in TCP's checksum: the sum of the addresses and
lengths alone stands there, which Wireshark does not check unless asked to.

END
tshark -n -r oneshot-person.pcapng -Y 'tcp.stream == 0' -x 2>/dev/null |
	awk -f example.awk
