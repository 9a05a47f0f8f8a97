#!/usr/bin/perl
# flood.pl - a capture (pcap, Ethernet) of what once took minutes to dissect.
# SPDX-License-Identifier: BSD-2-Clause
# usage: flood.pl syns|gaps|ids|pieces >CAPTURE
use strict;
use warnings;

binmode STDOUT;
my $frames = 0;

sub segment {
	my ($from, $seq, $ack, $flags, $data) = @_;
	my ($source, $to) = $from eq 's' ? (12345, 50000) : (50000, 12345);
	my $tcp = pack('n2 N2 C2 n3', $source, $to, $seq, $ack, 0x50, $flags,
	    65535, 0, 0) . $data;
	my $ip = pack('C2 n3 C2 n C4 C4', 0x45, 0, 20 + length $tcp, 0, 0x4000,
	    64, 6, 0, 192, 0, 2, $from eq 's' ? 1 : 2,
	    192, 0, 2, $from eq 's' ? 2 : 1);
	my $frame = "\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0$ip$tcp";
	print pack('V4', 1e9 + int($frames / 1000), $frames % 1000 * 1000,
	    (length $frame) x 2), $frame;
	$frames++;
}

sub establish { # a persistent connection: SYN, SYN-ACK, ACK, id
	segment('c', 999, 0, 2, '');
	segment('s', 4999, 1000, 18, '');
	segment('c', 1000, 5000, 16, '');
	segment('s', 5000, 1000, 24, "\0\1\1");
}

my $scores = "\0\4\0\7\0\5";
my %flood = (
	# New connections, each between the ports of the last.
	syns => sub {
		segment('c', 100000 * $_, 0, 2, '') for 1 .. 8000;
	},
	# Nothing but gaps, in one stream and then in the other.
	gaps => sub {
		establish();
		segment('c', 1000 + 3 * $_, 5003, 24, "\x34") for 1 .. 2500;
		segment('s', 5003 + 100 * $_, 8501, 24, $scores)
		    for 1 .. 2500;
	},
	# What looks like an id after each command, and is of others.
	ids => sub {
		establish();
		for (0 .. 4999) {
			segment('c', 1000 + $_, 5003 + 3 * $_, 24, "\x34");
			segment('s', 5003 + 3 * $_, 1001 + $_, 24,
			    "\0\1" . chr(1 + $_ % 3));
		}
	},
	# One byte a segment, the last first.
	pieces => sub {
		establish();
		segment('s', 5003 + $_, 1000, 24, substr($scores, $_ % 6, 1))
		    for reverse 0 .. 7999;
	},
);

print pack('V v2 V4', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1);
$flood{$ARGV[0]}->();
