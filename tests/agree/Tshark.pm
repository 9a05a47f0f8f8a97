# Tshark.pm - what tshark says of a capture, protocol by protocol.
# SPDX-License-Identifier: BSD-2-Clause
package Tshark;
use strict;
use warnings;
use Exporter 'import';
use Reckoning 'reckon';
our @EXPORT_OK = qw(dissection without_odd_frames retransmissions);

# Nothing is put together again: each frame speaks for itself.
my @options = map { ('-o', $_) } 'ip.defragment:FALSE',
    'ipv6.defragment:FALSE', 'tcp.desegment_tcp_streams:FALSE';
my $odd = '_ws.malformed || _ws.short';

sub tshark {
	open my $in, '-|', 'tshark', '-n', @_ or die "tshark: $!\n";
	return $in;
}

# {sum => bytes by account, flows => payload by flow, untold => accounts it
# does not tell, odd => frames it could not dissect to the end}.
sub dissection {
	my ($file) = @_;
	my $out = {sum => {}, flows => {}, untold => {}, odd => 0};
	my ($frame, $protocol);
	my $in = tshark('-r', $file, '-T', 'pdml', @options,
	    '-J', 'ip ipv6 ah tcp udp udplite sctp dccp');
	while (<$in>) {
		if (/^  <proto name="([^"]*)".* size="(\d+)" pos="(\d+)"/) {
			my ($name, $size, $pos) = ($1, $2, $3);
			$out->{odd}++ if $name =~ /^_ws\.(malformed|short)/;
			$frame->{length} = $1
			    if /="Frame \d+: (\d+) bytes on wire/;
			# What lies between its chunks splits SCTP.
			if ($name eq 'sctp' && $frame->{sctp}) {
				$protocol = $frame->{sctp};
				next;
			}
			$protocol = {name => $name, pos => $pos, size => $size};
			$frame->{sctp} = $protocol if $name eq 'sctp';
			push @{$frame->{protocols}}, $protocol;
		} elsif (/^<packet>/) {
			$frame = {protocols => []};
		} elsif (m{^</packet>}) {
			reckon($frame, $out);
		} elsif (/<proto name="([^"]*)".* size="(\d+)"/) {
			$protocol->{nested}{$1} += $2;
		} elsif (/<field name="([^"]*)".* show="([^"]*)"/) {
			push @{$protocol->{field}{$1}}, $2;
		}
	}
	close $in;
	return $out;
}

# The capture without the frames tshark could not dissect to the end.
sub without_odd_frames {
	my ($file, $to) = @_;
	return system('tshark', '-n', @options, '-r', $file, '-Y', "!($odd)",
	    '-w', $to) == 0;
}

my @flags = map { "tcp.analysis.$_" } qw(retransmission out_of_order keep_alive
	zero_window_probe reused_ports lost_segment);

# By flow, the payload of segments that tshark flags as not the next in
# order, and what others overlap: those that bring new bytes too, it does not
# flag.  A flow that is missing here has none.
sub retransmissions {
	my ($file) = @_;
	my (%flows, %next);
	my $in = tshark('-r', $file, @options, '-Y', 'tcp.len > 0',
	    '-T', 'fields', map { ('-e', $_) } qw(ip.src ipv6.src ip.dst
		ipv6.dst tcp.srcport tcp.dstport tcp.len tcp.stream tcp.seq
		tcp.nxtseq tcp.connection.syn), @flags);
	while (<$in>) {
		chomp;
		my @f = split /\t/, $_, -1;
		my @end = map { ($_->[0] || $_->[1]) . " $_->[2]" }
		    [@f[0, 1, 4]], [@f[2, 3, 5]];
		my ($len, $stream, $seq, $after, @flagged) = @f[6 .. $#f];
		my $next = \($next{$stream}{$end[0]} //= $seq);
		my $overlap = $$next - $seq;
		$overlap = $len if $overlap > $len || grep { $_ ne '' } @flagged;
		$flows{join ' ', 'tcp', sort @end} += $overlap if $overlap > 0;
		$$next = $after if $after > $$next;
	}
	close $in;
	return \%flows;
}

1;
