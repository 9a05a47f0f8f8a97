#!/usr/bin/perl
# agree.pl - hold wiretoll's ledger against tshark's dissection, file by file.
# SPDX-License-Identifier: BSD-2-Clause
#
# Prints each file that differs, as "account ours/tshark's", and the count;
# files named in KNOWN ("NAME reason" a line) may differ.  Exit 0 if all
# others agree, 1 if one differs, or none was compared.
use strict;
use warnings;
use File::Basename;
use File::Temp 'tempdir';
use FindBin;
use lib $FindBin::Bin;
use Getopt::Std;
use JSON::PP;
use Tshark qw(dissection without_odd_frames retransmissions);

my $usage = "usage: agree.pl [-k KNOWN] WIRETOLL FILE...\n";

# wiretoll's accounts that are one thing to tshark; `rest` follows from all
# the others, and is not compared.  Wireshark's item for 802.11 takes in
# ciphers' headers and trailers.
my %class = (
	snap => 'llc', 'sctp.chunk' => 'sctp', repeated => 'payload',
	map { $_ => 'rest' } qw(other padding fcs encrypted truncated malformed
		wlan arp icmp icmpv6 igmp stp lldp cdp slow eapol wlan.mgt esp),
);

# wiretoll's ledger of a file, or undef.
sub ledger {
	my ($wiretoll, $file) = @_;
	open my $in, '-|', $wiretoll, 'report', '--json', $file
	    or die "$wiretoll: $!\n";
	my $text = do { local $/; <$in> };
	close $in;
	return if ($? & 127) || ($? >> 8) > 1 || !$text;
	return decode_json($text);
}

# "1.2.3.4:5" and "[::1]:5" as "1.2.3.4 5" and "::1 5".
sub endpoint {
	my ($text) = @_;
	$text =~ /^\[?(.*?)\]?:(\d+)$/ or die "endpoint: $text\n";
	return "$1 $2";
}

sub flow_key {
	my ($flow) = @_;
	return join ' ', $flow->{protocol},
	    sort map { endpoint($flow->{$_}) } qw(client server);
}

sub differences {
	my ($ours, $theirs) = @_;
	my %all = (%$ours, %$theirs);
	return map { "$_ " . ($ours->{$_} // 0) . '/' . ($theirs->{$_} // 0) }
	    grep { ($ours->{$_} // 0) != ($theirs->{$_} // 0) } sort keys %all;
}

sub accounts_differ {
	my ($ours, $theirs, $untold) = @_;
	my %mine = (frames => $ours->{frames}, bytes => $ours->{bytes});
	for my $name (keys %{$ours->{what}}) {
		$mine{$class{$name} // $name} += $ours->{what}{$name}{bytes};
	}
	my %their = %$theirs;
	if (grep { $_->{kind} eq 'link_type' } @{$ours->{warnings}}) {
		# Not decoded, and said so: only the sums can be compared.
		%mine = map { $_ => $mine{$_} } qw(frames bytes);
		%their = map { $_ => $their{$_} } qw(frames bytes);
	}
	delete @mine{'rest', keys %$untold};
	delete @their{'rest', keys %$untold};
	return differences(\%mine, \%their);
}

sub flows_differ {
	my ($ours, $theirs) = @_;
	my %mine;
	for my $flow (@{$ours->{flows}}) {
		$mine{flow_key($flow)} += $flow->{payload} + $flow->{repeated};
	}
	return differences(\%mine, $theirs);
}

# Repeated bytes must lie in segments that tshark flags; it flags more, as it
# goes by time and acknowledgements where bytes fill a hole.
sub repeats_differ {
	my ($ours, $file) = @_;
	my %mine;
	for my $flow (@{$ours->{flows}}) {
		$mine{flow_key($flow)} += $flow->{repeated}
		    if $flow->{protocol} eq 'tcp' && $flow->{repeated};
	}
	return if !%mine;
	my $flagged = retransmissions($file);
	return map { "repeated $_ $mine{$_}/" . ($flagged->{$_} // 0) }
	    grep { $mine{$_} > ($flagged->{$_} // 0) } sort keys %mine;
}

sub compare_once {
	my ($wiretoll, $file) = @_;
	my $theirs = dissection($file);
	return if !$theirs->{sum}{frames};
	my $ours = ledger($wiretoll, $file) or return ['wiretoll failed'], 0;
	my @differ = accounts_differ($ours, @$theirs{qw(sum untold)});
	if (!@differ && !@{$ours->{warnings} // []}) {
		@differ = flows_differ($ours, $theirs->{flows});
	}
	@differ = repeats_differ($ours, $file) if !@differ;
	return \@differ, $theirs->{odd};
}

# undef if tshark cannot read the file, else what differs and a remark.
sub compare {
	my ($wiretoll, $file, $scratch) = @_;
	my ($differ, $odd) = compare_once($wiretoll, $file) or return;
	return $differ, '' if !@$differ || !$odd;
	# Where tshark itself gave up on frames, the others must agree.
	my $rest = "$scratch/rest";
	without_odd_frames($file, $rest) or return $differ, '';
	($differ) = compare_once($wiretoll, $rest);
	return $differ // [],
	    "but for $odd frames tshark calls malformed or cut";
}

sub read_known {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!\n";
	return map { /^(\S+)\s+(.*)/ && !/^#/ ? ($1 => $2) : () } <$in>;
}

my %opt;
getopts('k:', \%opt) or die $usage;
my ($wiretoll, @files) = @ARGV;
die $usage if !@files;
my %known = $opt{k} ? read_known($opt{k}) : ();
my %count = map { $_ => 0 } qw(agree partly known differ unread);
my $scratch = tempdir(CLEANUP => 1);
for my $file (@files) {
	my ($differ, $remark) = compare($wiretoll, $file, $scratch);
	if (!defined $differ) { $count{unread}++; next; }
	if (!@$differ) { $count{$remark ? 'partly' : 'agree'}++; next; }
	my $why = $known{basename $file};
	$count{$why ? 'known' : 'differ'}++;
	print "$file: ", join(', ', @$differ), $why ? " (known: $why)" : '',
	    "\n";
}
printf "%d agree, %d agree but for frames tshark gave up on, " .
    "%d known to differ, %d differ", @count{qw(agree partly known differ)};
printf ", %d that tshark does not read", $count{unread} if $count{unread};
print "\n";
my $compared = $count{agree} + $count{partly} + $count{known};
exit($count{differ} || !$compared ? 1 : 0);
