#!/usr/bin/perl
# ethernet.pl - a pcap file of raw IP, as dialogue.sh makes it, as one of Ethernet.
# SPDX-License-Identifier: BSD-2-Clause
# usage: ethernet.pl <RAW >ETHERNET
use strict;
use warnings;
binmode STDIN;
binmode STDOUT;
read(STDIN, my $head, 24) == 24 or die "no pcap file\n";
substr($head, 20, 4) = pack('V', 1);
print $head;
while (read(STDIN, my $record, 16) == 16) {
	my ($s, $us, $captured, $len) = unpack('V4', $record);
	read(STDIN, my $packet, $captured) == $captured or die "cut short\n";
	my $type = ord($packet) >> 4 == 6 ? "\x86\xdd" : "\x08\x00";
	print pack('V4', $s, $us, $captured + 14, $len + 14),
	    "\x02\0\0\0\0\1", "\x02\0\0\0\0\2", $type, $packet;
}
