#!/usr/bin/perl
# letters.pl - lab 8's program to look at: sends a sentence over TCP to itself.
# letters.pl letter: letter by letter; letters.pl whole: in one write.
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

my $way = shift // '';
die "usage: letters.pl letter | whole\n" unless $way =~ /^(letter|whole)$/;
my $sentence = "the quick brown fox jumps over the lazy dog\n";

my $listener = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
    or die "listen: $!\n";
my $child = fork() // die "fork: $!\n";
if ($child == 0) {
	my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $listener->sockport) or die "connect: $!\n";
	setsockopt($client, IPPROTO_TCP, TCP_NODELAY, 1);
	foreach my $piece ($way eq 'letter' ? split(//, $sentence) : $sentence) {
		syswrite($client, $piece);
		select(undef, undef, undef, 0.01);
	}
	exit 0;
}
my $server = $listener->accept or die "accept: $!\n";
my $heard = '';
1 while sysread($server, $heard, 4096, length $heard);
waitpid($child, 0);
print $heard;
