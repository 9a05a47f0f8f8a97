#!/bin/sh
# dialogue.sh - a capture (pcap, raw IP) of a TCP dialogue written as text.
# SPDX-License-Identifier: BSD-2-Clause
# usage: dialogue.sh <DIALOGUE >CAPTURE
#
# Sequence numbers follow by themselves, time advances 1 ms a frame.
#
#   open          SYN, SYN-ACK, ACK
#   c DATA...     the client sends;  s DATA...  the server does
#   ... lost      but the capture missed it;  ... late  written at `release'
#   ... again     a second time, with the same sequence number
#   c/1 s/2,4     in pieces of 1 byte; of 2 bytes, then of 4, then the rest
#   conn N        go on with another connection
#   server PORT   client PORT   ip6   of the connection, before its first frame
#   snap N        bytes captured of a frame, from here on
#
# DATA: hex digits; u16:N; board:SIZE[:$ROW,COL][:PLAYER@ROW,COL]...;
# S A F R P: flags (A is understood).
set -eu
# Bytes as octal escapes for printf: awk cannot write a NUL everywhere.
bytes=$(LC_ALL=C awk '
function be16(n) { return sprintf("%04x", n) }
function be32(n) { return be16(int(n / 65536)) be16(n % 65536) }
function le32(n,  h) {
	h = be32(n)
	return substr(h, 7, 2) substr(h, 5, 2) substr(h, 3, 2) substr(h, 1, 2)
}
function put(hex,  i) {
	for (i = 1; i < length(hex); i += 2)
		printf "\\0%o", 16 * value(substr(hex, i, 1)) \
		    + value(substr(hex, i + 1, 1))
}
function value(digit) { return index("0123456789abcdef", digit) - 1 }
function repeat(text, n,  out) { while (n-- > 0) out = out text; return out }

# The text of a board, as hex.
function board(spec,  part, n, size, mark, player, at, x, y, i, out) {
	n = split(spec, part, ":")
	size = part[2]
	for (i = 3; i <= n; i++) {
		if (substr(part[i], 1, 1) == "$")
			mark[substr(part[i], 2)] = 1
		else {
			split(part[i], at, "@")
			player[at[2]] = at[1]
		}
	}
	for (x = 0; x < size; x++) {
		for (y = 0; y < size; y++)
			out = out "20" ((x "," y) in mark ? "24" : "20") "2e" \
			    ((x "," y) in player ? "3" player[x "," y] : "20") "20"
		out = out "0a"
	}
	return out
}

function addresses(from_server) {
	if (!is6[conn])
		return from_server ? "c0000201c0000202" : "c0000202c0000201"
	return from_server ? \
	    "20010db8000000000000000000000001" "20010db8000000000000000000000002" : \
	    "20010db8000000000000000000000002" "20010db8000000000000000000000001"
}

# One segment; flags as a number, data as hex.
function segment(who, flags, data, how,  len, s, peer, tcp, packet, kept) {
	len = length(data) / 2
	s = (who == "s")
	peer = s ? "c" : "s"
	if (how == "again")
		seq[conn who] -= len
	tcp = be16(port[conn who]) be16(port[conn peer]) be32(seq[conn who]) \
	    be32(flags == 2 ? 0 : seq[conn peer]) "50" sprintf("%02x", flags) \
	    "ffff" "0000" "0000" data
	if (is6[conn])
		packet = "60000000" be16(20 + len) "0640" addresses(s) tcp
	else
		packet = "4500" be16(40 + len) "0000" "4000" "4006" "0000" \
		    addresses(s) tcp
	seq[conn who] += len + (flags % 4 > 0) # SYN and FIN count
	if (how == "lost")
		return
	kept = snap && length(packet) > 2 * snap ? substr(packet, 1, 2 * snap) : packet
	packet = le32(length(kept) / 2) le32(length(packet) / 2) kept
	if (how == "late")
		held[++holding] = packet
	else
		write(packet)
}
function write(packet) {
	put(le32(1000000000 + int(frames / 1000)) le32(frames % 1000 * 1000) packet)
	frames++
}
function begin() {
	if (conn in begun)
		return
	begun[conn] = 1
	if (!((conn "s") in port)) port[conn "s"] = 12345
	if (!((conn "c") in port)) port[conn "c"] = 50000 + conn
	seq[conn "c"] = 1000
	seq[conn "s"] = 5000
}
function send(who, sizes,  i, data, flags, how, n, piece, size, t) {
	begin()
	flags = 16
	for (i = 2; i <= NF; i++) {
		t = $i
		if (t == "lost" || t == "late" || t == "again") how = t
		else if (t ~ /^[SAFRP]+$/) {
			if (t ~ /F/) flags += 1
			if (t ~ /R/) flags += 4
			if (t ~ /P/) flags += 8
			if (t ~ /S/) flags = t ~ /A/ ? 18 : 2
		}
		else if (t ~ /^u16:/) data = data be16(substr(t, 5))
		else if (t ~ /^board:/) data = data board(t)
		else data = data tolower(t)
	}
	n = split(sizes, piece, ",")
	for (i = 1; n > 0 && length(data) > 2 * piece[i]; i += i < n) {
		size = 2 * piece[i]
		segment(who, 24, substr(data, 1, size), how)
		data = substr(data, size + 1)
		if (i == n && n > 1)
			break
	}
	segment(who, flags + (data != "" && flags == 16 ? 8 : 0), data, how)
}
BEGIN {
	conn = 1
	put("d4c3b2a1" "02000400" "00000000" "00000000" le32(65535) le32(101))
}
/^[ \t]*(#|$)/ { next }
$1 == "open" { begin(); segment("c", 2, ""); segment("s", 18, ""); segment("c", 16, ""); next }
$1 == "conn" { conn = $2; next }
$1 == "server" { port[conn "s"] = $2; next }
$1 == "client" { port[conn "c"] = $2; next }
$1 == "ip6" { is6[conn] = 1; next }
$1 == "snap" { snap = $2; next }
$1 == "release" { for (i = 1; i <= holding; i++) write(held[i]); holding = 0; next }
$1 ~ /^[cs](\/|$)/ { send(substr($1, 1, 1), substr($1, 3)); next }
{ print "dialogue.sh: " $0 ": not understood" >"/dev/stderr"; exit 1 }
')
printf '%b' "$bytes"
