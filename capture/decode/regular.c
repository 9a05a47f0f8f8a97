/* regular.c - most frames, without the loop of decoders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/regular.h"
#include <string.h>
#include "capture/decode/layer.h"

/*
 * Ethernet, at most one VLAN tag, IPv4 without options or IPv6 without
 * extensions, TCP or UDP; all headers captured, no fragment, no tunnel.
 * Anything else is left to the loop.
 */
enum {
	VLAN_ID_MASK = 0x0fff,
	IPV4_FRAGMENT = 0x3fff, /* more, or an offset */
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TIMESTAMPS = 0x0101080a, /* NOP, NOP, timestamps of 10 bytes */
};

const struct option_part regular_options[REGULAR_OPTIONS] = {
    {TCP_OPTION_NOP, 1},
    {TCP_OPTION_NOP, 1},
    {TCP_OPTION_TIMESTAMPS, REGULAR_TIMESTAMPS - 2},
};

/* The transport header, and how much of the IP packet can be read. */
struct place {
	const uint8_t *at;
	uint32_t captured, length; /* bytes from there to the packet's end */
};

static bool find_tcp(const struct place *in, struct brief *out)
{
	const uint8_t *h = in->at;
	if (in->captured < REGULAR_TCP)
		return false;
	uint32_t len = (uint32_t)(h[12] >> 4) * 4;
	if (len < REGULAR_TCP || len > in->captured)
		return false;
	out->segment = (struct segment){
	    .seq = load_be32(h + 4),
	    .ack = load_be32(h + 8),
	    .len = in->length - len,
	    .flags = h[13],
	};
	out->payload_at = h + len;
	out->payload_captured = in->captured - len;
	/* One branch for what most have: nothing, or timestamps. */
	unsigned is_longer = len == REGULAR_TCP + REGULAR_TIMESTAMPS;
	uint32_t first = load_be32(h + is_longer * REGULAR_TCP);
	unsigned has_timestamps = is_longer & (first == TIMESTAMPS);
	out->shape |= (uint8_t)(has_timestamps * SHAPE_TIMESTAMPS);
	if (len != REGULAR_TCP + has_timestamps * REGULAR_TIMESTAMPS)
		out->shape = SHAPE_NONE;
	return true;
}

static bool find_udp(const struct place *in, struct brief *out)
{
	const uint8_t *h = in->at;
	struct view inside = {
	    .at = h + REGULAR_UDP,
	    .captured = in->captured - REGULAR_UDP,
	    .length = in->length - REGULAR_UDP,
	};

	out->shape |= SHAPE_UDP;
	out->segment = (struct segment){.len = inside.length};
	out->payload_at = inside.at;
	out->payload_captured = inside.captured;
	return load_be16(h + 4) == in->length &&
	       layer_of_udp_ports(out->source_port, out->destination_port,
		   &inside) == LAYER_PAYLOAD;
}

/* How many bytes stand before the transport header; 0 if no regular one is. */
static uint32_t find_ip(const struct frame *frame, uint16_t type,
    uint8_t *protocol, struct brief *out)
{
	uint32_t captured = frame->captured - out->ip_at;
	const uint8_t *h = frame->data + out->ip_at;

	if (type == TYPE_IPV4 && captured >= REGULAR_IPV4 && h[0] == 0x45 &&
	    (load_be16(h + 6) & IPV4_FRAGMENT) == 0) {
		out->ip_bytes = load_be16(h + 2);
		*protocol = h[9];
		return out->ip_at + REGULAR_IPV4;
	}
	if (type == TYPE_IPV6 && captured >= REGULAR_IPV6 && h[0] >> 4 == 6) {
		out->shape |= SHAPE_IPV6;
		out->ip_bytes = REGULAR_IPV6 + load_be16(h + 4);
		*protocol = h[6];
		return out->ip_at + REGULAR_IPV6;
	}
	return 0;
}

static uint16_t find_link(const struct frame *frame, struct brief *out)
{
	const uint8_t *h = frame->data + REGULAR_ETHERNET;
	uint16_t type = load_be16(h - 2);

	out->shape = 0;
	out->ip_at = REGULAR_ETHERNET;
	if (type != TYPE_VLAN)
		return type;
	out->shape = SHAPE_VLAN;
	out->ip_at += REGULAR_VLAN;
	return load_be16(h + REGULAR_VLAN - 2);
}

bool regular_find(const struct frame *frame, struct brief *out)
{
	uint8_t protocol;

	if (frame->link_type != LINK_ETHERNET || frame->fcs_len > 0 ||
	    frame->captured < REGULAR_ETHERNET + REGULAR_VLAN)
		return false;
	uint16_t type = find_link(frame, out);
	uint32_t start = find_ip(frame, type, &protocol, out);
	if (start == 0)
		return false;
	uint32_t end = out->ip_at + out->ip_bytes;
	uint32_t captured = frame->captured < end ? frame->captured : end;
	const uint8_t *h = frame->data + start;
	if (end > frame->length || captured < start + REGULAR_UDP)
		return false;
	struct place in = {h, captured - start, end - start};
	out->shape |= (uint8_t)((end < frame->length) * SHAPE_PADDED);
	out->has_ports = true;
	out->source_port = load_be16(h);
	out->destination_port = load_be16(h + 2);
	if (protocol == PROTO_TCP)
		return find_tcp(&in, out);
	return protocol == PROTO_UDP && find_udp(&in, out);
}

bool regular_is_loopback(const struct frame *frame)
{
	const uint8_t *h = frame->data;

	return (load_be32(h) | load_be32(h + 4) | load_be32(h + 8)) == 0;
}

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
	out->is_loopback = regular_is_loopback(frame);
	out->is_wlan_padded = false;
	out->is_snapped = frame->captured < frame->length;
	out->vlans = 0;
	out->firsts = 0;
	out->is_later_fragment = false;
	out->behind = ACCOUNT_PAYLOAD;
	out->window_shift = 0;
}

static void write_link(const struct frame *frame, const struct brief *brief,
    struct anatomy *out)
{
	put(out, ACCOUNT_ETH, REGULAR_ETHERNET, false);
	put(out, ACCOUNT_VLAN, brief->ip_at - REGULAR_ETHERNET, false);
	if (brief->ip_at > REGULAR_ETHERNET)
		out->vlan[out->vlans++] =
		    load_be16(frame->data + REGULAR_ETHERNET) & VLAN_ID_MASK;
	put(out, ACCOUNT_PADDING,
	    frame->length - brief->ip_at - brief->ip_bytes, false);
}

/* The header's length. */
static uint32_t write_ip(const uint8_t *h, const struct brief *brief,
    struct anatomy *out)
{
	bool is_ipv4 = h[0] >> 4 == 4;
	size_t len = is_ipv4 ? 4 : 16;
	uint32_t header_len = is_ipv4 ? REGULAR_IPV4 : REGULAR_IPV6;

	memset(out->source, 0, sizeof(out->source));
	memset(out->destination, 0, sizeof(out->destination));
	memcpy(out->source, h + (is_ipv4 ? 12 : 8), len);
	memcpy(out->destination, h + (is_ipv4 ? 16 : 24), len);
	out->protocol = h[is_ipv4 ? 9 : 6];
	out->ip_version = is_ipv4 ? 4 : 6;
	out->ip_headers = 1;
	out->inner_at = out->parts;
	out->ip_at = brief->ip_at;
	out->ip_bytes = brief->ip_bytes;
	put(out, is_ipv4 ? ACCOUNT_IP : ACCOUNT_IPV6, header_len, true);
	return header_len;
}

static void write_tcp(const uint8_t *h, uint32_t len, struct anatomy *out)
{
	struct view options = {
	    .at = h + REGULAR_TCP,
	    .captured = len - REGULAR_TCP,
	    .length = len - REGULAR_TCP,
	};

	put(out, ACCOUNT_TCP, REGULAR_TCP, true);
	put(out, ACCOUNT_TCP_OPTIONS, options.length, true);
	decode_tcp_options(&options, options.length, out);
}

void regular_write(const struct frame *frame, const struct brief *brief,
    struct anatomy *out)
{
	const struct segment *segment = &brief->segment;
	const uint8_t *h = frame->data + brief->ip_at;

	begin(frame, out);
	write_link(frame, brief, out);
	h += write_ip(h, brief, out);
	out->transport_at = out->parts;
	if (out->protocol == PROTO_TCP)
		write_tcp(h, (uint32_t)(brief->payload_at - h), out);
	else
		put(out, ACCOUNT_UDP, REGULAR_UDP, true);
	out->has_ports = true;
	out->source_port = brief->source_port;
	out->destination_port = brief->destination_port;
	out->payload_from = (uint32_t)(brief->payload_at - frame->data);
	out->payload = segment->len;
	out->payload_at = brief->payload_at;
	out->payload_captured = brief->payload_captured;
	out->seq = segment->seq;
	out->ack = segment->ack;
	out->tcp_flags = segment->flags;
	put(out, ACCOUNT_PAYLOAD, segment->len, true);
}

bool regular_take(const struct frame *frame, struct anatomy *out)
{
	struct brief brief;

	if (!regular_find(frame, &brief))
		return false;
	regular_write(frame, &brief, out);
	return true;
}
