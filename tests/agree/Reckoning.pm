# Reckoning.pm - bytes by account, from what tshark says of each frame.
# SPDX-License-Identifier: BSD-2-Clause
#
# tshark names the protocols of a frame in order, with their place and size
# (PDML), and shows their length fields.  From these alone the bytes of each
# account are reckoned: nothing here knows how wiretoll decodes.
package Reckoning;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT_OK = qw(reckon);

# No protocols of their own.
my $none = qr/^(geninfo|frame|pkt_comment|wlan_radio|fake-field-wrapper|
	_ws\.expert|eth\.padding)$/x;

# Headers with something behind them: the item's size is the header's.
my %header = (
	eth => 'eth', vlan => 'vlan', ieee8021ad => 'vlan', mpls => 'mpls',
	pwethcw => 'pwethcw', pppoes => 'pppoe', pppoed => 'pppoe',
	ppp => 'ppp', chdlc => 'chdlc', llc => 'llc', sll => 'sll',
	null => 'null', pflog => 'pflog', enc => 'enc',
	radiotap => 'radiotap', ppi => 'ppi', prism => 'prism',
	wlancap => 'wlancap', wlan => 'rest', mipv6 => 'ipv6.ext', isl => 'isl',
	gre => 'gre', vxlan => 'vxlan', nsh => 'nsh', geneve => 'geneve',
	etherip => 'etherip',
);
# The same, where the item is more than the header: it ends where the next
# one starts.  Without a next one, tshark does not tell how long it is.
my %until_next = map { $_ => $_ } qw(fr erspan gtp l2tp teredo pktap sll2
	nflog);
# Behind UDP, only these are opened.
my %tunnel = map { $_ => 1 } qw(vxlan geneve gtp l2tp teredo);
my %carries = map { $_ => 1 } (6, 17, 33, 132, 136);

sub field { # of a protocol, the first of that name
	my ($protocol, $name) = @_;
	return $protocol->{field}{$name}[0];
}

# Where the innermost IP datagram ends, and does a fragment of it end here?
sub enter_ip {
	my ($at, $p) = @_;
	my $head = field($p, 'ip.hdr_len') // 20;
	my $len = field($p, 'ip.len') // 0;
	my $end = $p->{pos} + $len;
	$at->{end} = $end if $len >= $head && $end <= $at->{end};
	$at->{is_fragment} = (field($p, 'ip.frag_offset') // 0) > 0;
	$at->{proto} = field($p, 'ip.proto') // 0;
	$at->{hosts} = [field($p, 'ip.src'), field($p, 'ip.dst')];
	$at->{pos} = $p->{pos} + $head;
	return {ip => 20, 'ip.options' => $head - 20};
}

# Where a route ends, if it was not all gone: tshark's own conversations do so.
sub ipv6_destination {
	my ($p) = @_;
	my $to = field($p, 'ipv6.dst');
	return $to unless field($p, 'ipv6.routing.segleft');
	my $hops = $p->{field}{'ipv6.routing.src.addr'} // [];
	return field($p, 'ipv6.routing.srh.addr') // $hops->[-1] //
		field($p, 'ipv6.routing.mipv6.home_address') // $to;
}

sub enter_ipv6 {
	my ($at, $p) = @_;
	my $len = field($p, 'ipv6.plen') // 0;
	my $jumbo = field($p, 'ipv6.opt.jumbo') // 0;
	my $end = $p->{pos} + 40 + ($len || $jumbo);
	my $ah = $p->{nested}{ah} // 0;
	$at->{end} = $end if $end > $p->{pos} + 40 && $end <= $at->{end};
	$at->{is_fragment} = (field($p, 'ipv6.fraghdr.offset') // 0) > 0;
	$at->{proto} = field($p, 'ipv6.fraghdr.nxt') // 0;
	$at->{hosts} = [field($p, 'ipv6.src'), ipv6_destination($p)];
	$at->{pos} = $p->{pos} + $p->{size};
	# The mobility header is within the item, but not in its size.
	return {ipv6 => 40, ah => $ah, 'ipv6.ext' =>
		$p->{size} - 40 - $ah + ($p->{nested}{mipv6} // 0)};
}

# The transport's header, and its payload: [{account => bytes}, payload].
my %transport = (
	tcp => sub {
		my ($p) = @_;
		my $head = field($p, 'tcp.hdr_len') // 0;
		return if $head < 20;
		return [{tcp => 20, 'tcp.options' => $head - 20},
		    field($p, 'tcp.len') // 0];
	},
	udp => sub {
		my ($p, $room) = @_;
		my $len = field($p, 'udp.length') || $room;
		$len = $room if $len > $room;
		return [{udp => 8}, $len < 8 ? 0 : $len - 8];
	},
	udplite => sub { [{udplite => 8}, $_[1] - 8] },
	sctp => sub {
		my ($p, $room) = @_;
		my $type = $p->{field}{'sctp.chunk_type'} // [];
		my $len = $p->{field}{'sctp.chunk_length'} // [];
		my $payload = 0;
		for my $i (0 .. $#$len) {
			my $t = $type->[$i] // -1;
			my $head = $t == 0 ? 16 : $t == 64 ? 20 : $len->[$i];
			$payload += $len->[$i] - $head if $len->[$i] > $head;
		}
		return [{sctp => $room - $payload}, $payload];
	},
	dccp => sub {
		my ($p, $room) = @_;
		my $head = 4 * (field($p, 'dccp.data_offset') // 0);
		return if $head < 12 || $head > $room;
		return [{dccp => $head}, $room - $head];
	},
);

# Goes a tunnel on behind this UDP header?
sub opens {
	my ($next, $then) = @_;
	return 0 if !$next;
	return 1 if $tunnel{$next->{name}};
	return $next->{name} eq 'udpencap' && $then && $then->{name} eq 'esp';
}

sub add {
	my ($sum, $bytes) = @_;
	$sum->{$_} += $bytes->{$_} for grep { $bytes->{$_} } keys %$bytes;
}

# A packet's payload is its flow's.
sub add_payload {
	my ($sum, $flows, $at, $name, $p, $payload) = @_;
	my @end = map { join ' ', $at->{hosts}[$_] // '?',
	    field($p, "$name." . ($_ ? 'dstport' : 'srcport')) // '?' } 0, 1;
	$sum->{payload} += $payload;
	$flows->{join ' ', $name, sort @end} += $payload;
}

# Post one frame, {length, protocols}, to out: {sum} by account, {flows} their
# payload, {untold} the accounts tshark cannot tell.
sub reckon {
	my ($frame, $out) = @_;
	my ($sum, $flows, $untold) = @$out{qw(sum flows untold)};
	my @rest = grep { $_->{name} !~ $none } @{$frame->{protocols}};
	my $at = {pos => 0, end => $frame->{length}, hosts => []};
	$sum->{frames}++;
	$sum->{bytes} += $frame->{length};
	return if !$frame->{length}; # captured, but never on the wire
	while (my $p = shift @rest) {
		my ($name, $next) = ($p->{name}, $rest[0]);
		if ($name eq 'ip' || $name eq 'ipv6') {
			add($sum, $name eq 'ip' ? enter_ip($at, $p)
				: enter_ipv6($at, $p));
			next if !$at->{is_fragment};
			$sum->{payload} += $at->{end} - $at->{pos}
			    if $carries{$at->{proto}};
			return;
		}
		next if $name eq 'raw';
		if ($name eq 'ah') {
			add($sum, {ah => 4 * ((field($p, 'ah.length') // 0) + 2)});
			next;
		}
		if ($name eq 'udp' && opens(@rest)) {
			$sum->{udp} += 8;
			next;
		}
		if (my $take = $transport{$name}) {
			my $taken = $take->($p, $at->{end} - $p->{pos}) or return;
			add($sum, $taken->[0]);
			add_payload($sum, $flows, $at, $name, $p, $taken->[1]);
			return;
		}
		if ($header{$name}) {
			$sum->{$header{$name}} += $p->{size};
			next;
		}
		my $account = $until_next{$name} or return;
		if (!$next || $next->{name} =~ /^_ws/) {
			$untold->{$account} = 1;
			return;
		}
		$sum->{$account} += $next->{pos} - $p->{pos};
	}
}

1;
