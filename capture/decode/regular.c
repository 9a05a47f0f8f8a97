/* regular.c - most frames, without the loop of decoders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/regular.h"
#include <string.h>
#include "capture/decode/layer.h"

/*
 * Ethernet, at most one VLAN tag, IPv4 without options or IPv6 without
 * extensions, TCP or UDP; all headers captured, no fragment, no tunnel.
 * Anything else is left to the loop.  On such frames it takes a quarter of
 * the loop's time (docs/performance.md).
 */
enum {
	ETHERNET_LEN = 14,
	VLAN_LEN = 4,
	VLAN_ID_MASK = 0x0fff,
	IPV4_LEN = 20,
	IPV4_FRAGMENT = 0x3fff, /* more, or an offset */
	IPV6_LEN = 40,
	TCP_LEN = 20,
	UDP_LEN = 8,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TIMESTAMPS_LEN = 12,
	TIMESTAMPS = 0x0101080a, /* NOP, NOP, timestamps of 10 bytes */
};

static void put(struct anatomy *out, enum account account, uint32_t bytes,
    bool is_inside_ip)
{
	if (bytes > 0)
		out->part[out->parts++] =
		    (struct part){account, bytes, is_inside_ip};
}

/* What the loop's clearing leaves, but for what is written below. */
static void begin(const struct frame *frame, struct anatomy *out)
{
	out->parts = out->options = 0;
	out->is_inside_ip = out->is_ethernet = true;
	out->is_loopback =
	    (load_be32(frame->data) | load_be32(frame->data + 4) |
		load_be32(frame->data + 8)) == 0;
	out->is_wlan_padded = false;
	out->is_snapped = frame->captured < frame->length;
	out->vlans = 0;
	out->firsts = 0;
	out->is_later_fragment = false;
	out->behind = ACCOUNT_PAYLOAD;
	out->tcp_flags = out->window_shift = 0;
	out->seq = out->ack = 0;
}

/* How many bytes stand before the IP header, and what it is. */
static uint32_t link_len(const struct frame *frame, uint16_t *type)
{
	*type = load_be16(frame->data + ETHERNET_LEN - 2);
	if (*type != TYPE_VLAN)
		return ETHERNET_LEN;
	*type = load_be16(frame->data + ETHERNET_LEN + VLAN_LEN - 2);
	return ETHERNET_LEN + VLAN_LEN;
}

/* Length of the IP packet, header and all; 0 if it is not a regular one. */
static uint32_t take_ipv4(const uint8_t *h, struct anatomy *out)
{
	if (h[0] != 0x45 || (load_be16(h + 6) & IPV4_FRAGMENT) != 0)
		return 0;
	memset(out->source, 0, sizeof(out->source));
	memcpy(out->source, h + 12, 4);
	memset(out->destination, 0, sizeof(out->destination));
	memcpy(out->destination, h + 16, 4);
	out->protocol = h[9];
	out->ip_version = 4;
	return load_be16(h + 2);
}

static uint32_t take_ipv6(const uint8_t *h, struct anatomy *out)
{
	uint32_t len = load_be16(h + 4);

	if (h[0] >> 4 != 6 || len == 0)
		return 0;
	memcpy(out->source, h + 8, 16);
	memcpy(out->destination, h + 24, 16);
	out->protocol = h[6];
	out->ip_version = 6;
	return IPV6_LEN + len;
}

/* Ports, and all else there is in a transport header of len bytes. */
static void take_transport(struct view *in, uint32_t len, struct anatomy *out)
{
	const uint8_t *h = in->at;

	out->source_port = load_be16(h);
	out->destination_port = load_be16(h + 2);
	out->has_ports = true;
	out->transport_at = out->parts;
	if (out->protocol == PROTO_UDP) {
		put(out, ACCOUNT_UDP, UDP_LEN, true);
		return;
	}
	out->seq = load_be32(h + 4);
	out->ack = load_be32(h + 8);
	out->tcp_flags = h[13];
	put(out, ACCOUNT_TCP, TCP_LEN, true);
	put(out, ACCOUNT_TCP_OPTIONS, len - TCP_LEN, true);
	if (len == TCP_LEN + TIMESTAMPS_LEN &&
	    load_be32(h + TCP_LEN) == TIMESTAMPS) {
		out->options = 3;
		out->option[0].kind = out->option[1].kind = TCP_OPTION_NOP;
		out->option[0].bytes = out->option[1].bytes = 1;
		out->option[2].kind = TCP_OPTION_TIMESTAMPS;
		out->option[2].bytes = TIMESTAMPS_LEN - 2;
	} else if (len > TCP_LEN) {
		view_pass(in, TCP_LEN);
		decode_tcp_options(in, len - TCP_LEN, out);
	}
}

/* Length of a regular transport header, or 0; in holds the whole of it. */
static uint32_t transport_len(const struct view *in, uint8_t protocol)
{
	const uint8_t *h = in->at;

	if (protocol == PROTO_TCP && in->captured >= TCP_LEN) {
		uint32_t len = (uint32_t)(h[12] >> 4) * 4;

		return len < TCP_LEN || len > in->captured ? 0 : len;
	}
	if (protocol != PROTO_UDP || in->captured < UDP_LEN ||
	    load_be16(h + 4) != in->length)
		return 0;
	struct view inside = *in;
	view_pass(&inside, UDP_LEN);
	return layer_of_udp_ports(load_be16(h), load_be16(h + 2), &inside) ==
		       LAYER_PAYLOAD
		   ? UDP_LEN
		   : 0;
}

/* Where things stand, as bytes of the frame before them. */
struct places {
	uint32_t ip, transport, payload, end;
};

/* False if it is not regular; of *out only what IP says is written. */
static bool find_places(const struct frame *frame, struct places *at,
    struct view *in, struct anatomy *out)
{
	uint16_t type;
	uint32_t len = 0;

	if (frame->link_type != LINK_ETHERNET || frame->fcs_len > 0 ||
	    frame->captured < ETHERNET_LEN + VLAN_LEN)
		return false;
	at->ip = link_len(frame, &type);
	at->transport = at->ip + (type == TYPE_IPV4 ? IPV4_LEN : IPV6_LEN);
	if (frame->captured < at->transport)
		return false;
	if (type == TYPE_IPV4)
		len = take_ipv4(frame->data + at->ip, out);
	if (type == TYPE_IPV6)
		len = take_ipv6(frame->data + at->ip, out);
	at->end = at->ip + len;
	if (at->end < at->transport || at->end > frame->length)
		return false;
	uint32_t captured =
	    frame->captured < at->end ? frame->captured : at->end;
	*in = (struct view){
	    .at = frame->data + at->transport,
	    .captured = captured - at->transport,
	    .length = at->end - at->transport,
	    .passed = at->transport,
	};
	len = transport_len(in, out->protocol);
	at->payload = at->transport + len;
	return len > 0;
}

static void take_link(const struct frame *frame, const struct places *at,
    struct anatomy *out)
{
	put(out, ACCOUNT_ETH, ETHERNET_LEN, false);
	put(out, ACCOUNT_VLAN, at->ip - ETHERNET_LEN, false);
	if (at->ip > ETHERNET_LEN)
		out->vlan[out->vlans++] =
		    load_be16(frame->data + ETHERNET_LEN) & VLAN_ID_MASK;
	put(out, ACCOUNT_PADDING, frame->length - at->end, false);
	out->ip_headers = 1;
	out->inner_at = out->parts;
	out->ip_at = at->ip;
	out->ip_bytes = at->end - at->ip;
	put(out, out->ip_version == 4 ? ACCOUNT_IP : ACCOUNT_IPV6,
	    at->transport - at->ip, true);
}

bool regular_take(const struct frame *frame, struct anatomy *out)
{
	struct places at;
	struct view in;

	if (!find_places(frame, &at, &in, out))
		return false;
	begin(frame, out);
	take_link(frame, &at, out);
	out->payload_from = at.payload;
	out->payload = at.end - at.payload;
	out->payload_at = frame->data + at.payload;
	out->payload_captured = in.captured - (at.payload - at.transport);
	take_transport(&in, at.payload - at.transport, out);
	put(out, ACCOUNT_PAYLOAD, out->payload, true);
	return true;
}
