#!/usr/bin/perl
# tcptrace.pl - hold wiretoll's payload and repeats of each TCP connection
# against tcptrace's: tcptrace.pl WIRETOLL FILE...
# SPDX-License-Identifier: BSD-2-Clause
#
# tcptrace's "unique bytes sent" are our payload, and its "actual data bytes"
# beyond these our repeats.  Its own "rexmt data bytes" count a segment that
# repeats in part as a whole.  Exit 0 if all connections agree, and there are
# some.
use strict;
use warnings;
use File::Temp 'tempdir';
use JSON::PP;

my $scratch = tempdir(CLEANUP => 1);

sub add {
	my ($flows, $ends, $way, $unique, $repeated) = @_;
	my $flow = $flows->{join ' ', sort @$ends} //= {};
	$flow->{"$ends->[$way] payload"} += $unique;
	$flow->{"$ends->[$way] repeated"} += $repeated;
}

# {connection => {"end payload" => bytes, ...}} or undef if it cannot be read.
sub ours {
	my ($wiretoll, $file) = @_;
	open my $in, '-|', $wiretoll, 'report', '--json', $file
	    or die "$wiretoll: $!\n";
	my $report = decode_json(do { local $/; <$in> } || '{}');
	close $in;
	my %flows;
	for my $flow (grep { $_->{protocol} eq 'tcp' } @{$report->{flows}}) {
		my @ends = map { s/[][]//gr } @$flow{qw(client server)};
		my @ways = @$flow{qw(client_to_server server_to_client)};
		add(\%flows, \@ends, $_, @{$ways[$_]}{qw(payload repeated)})
		    for 0, 1;
	}
	return \%flows;
}

sub theirs {
	my ($file) = @_;
	my (%flows, @names);
	open my $in, '-|', "tcptrace -n -l --csv $file 2>/dev/null"
	    or die "tcptrace: $!\n";
	while (<$in>) {
		my @f = map { s/^\s+|\s+$//gr } split /,/;
		if (/^conn_#/) { @names = @f; next; }
		next if !@names || @f < @names;
		my %row;
		@row{@names} = @f;
		my @ends = map { "$row{\"host_$_\"}:$row{\"port_$_\"}" } qw(a b);
		my @way = qw(a2b b2a);
		add(\%flows, \@ends, $_, $row{"unique_bytes_sent_$way[$_]"},
		    $row{"actual_data_bytes_$way[$_]"} -
		    $row{"unique_bytes_sent_$way[$_]"}) for 0, 1;
	}
	close $in;
	return \%flows;
}

my ($wiretoll, @files) = @ARGV;
die "usage: tcptrace.pl WIRETOLL FILE...\n" if !@files;
for my $program (qw(tcptrace editcap)) {
	system("command -v $program >/dev/null") == 0
	    or die "$program is missing (apt-get install tcptrace tshark)\n";
}
my ($agree, $differ, $skipped) = (0, 0, 0);
for my $file (@files) {
	my $pcap = "$scratch/pcap"; # the only format tcptrace reads
	my $quoted = $file =~ s/'/'\\''/gr;
	if (system("editcap -F pcap '$quoted' $pcap 2>/dev/null") != 0) {
		$skipped++;
		next;
	}
	my ($mine, $their) = (ours($wiretoll, $file), theirs($pcap));
	for my $flow (grep { $mine->{$_} } sort keys %$their) {
		my ($m, $t) = ($mine->{$flow}, $their->{$flow});
		my @wrong = grep { $m->{$_} != ($t->{$_} // 0) } sort keys %$m;
		@wrong ? $differ++ : $agree++;
		print "$file: $_ $m->{$_}/", $t->{$_} // 0, "\n" for @wrong;
	}
}
print "$agree connections agree, $differ differ; " .
    "$skipped files cannot be given to tcptrace\n";
exit($differ || !$agree ? 1 : 0);
