/* network.c - IPv4 (RFC 791), IPv6 (RFC 8200), its headers, AH (RFC 4302). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"
#include <string.h>

enum {
	IPV4_LEN = 20,
	IPV4_OFFSET_MASK = 0x1fff,
	IPV4_MORE = 0x2000,
	IPV6_LEN = 40,
	IPV6_EXT_LEN = 8, /* the least */
	AH_LEN = 12,      /* the least */

	OPTION_JUMBO = 0xc2,

	/* IANA, "IP Option Numbers", "IPv6 Routing Types". */
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_LSRR = 131,
	OPTION_SSRR = 137,
	ROUTING_SOURCE_ROUTE = 0,
	ROUTING_MOBILE = 2,
	ROUTING_SEGMENTS = 4,

	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_IGMP = 2,
	PROTO_IPIP = 4,
	PROTO_DCCP = 33,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_DESTINATION = 60,
	PROTO_ETHERIP = 97,
	PROTO_SCTP = 132,
	PROTO_MOBILITY = 135,
	PROTO_UDPLITE = 136,
	PROTO_MPLS = 137,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
	PROTO_ETHERNET = 143, /* RFC 8986 */
};

enum layer layer_of_protocol(uint8_t protocol)
{
	switch (protocol) {
	case PROTO_TCP:
		return LAYER_TCP;
	case PROTO_UDP:
		return LAYER_UDP;
	case PROTO_UDPLITE:
		return LAYER_UDPLITE;
	case PROTO_SCTP:
		return LAYER_SCTP;
	case PROTO_DCCP:
		return LAYER_DCCP;
	case PROTO_ICMP:
		return LAYER_ICMP;
	case PROTO_ICMPV6:
		return LAYER_ICMPV6;
	case PROTO_IGMP:
		return LAYER_IGMP;
	case PROTO_IPIP:
		return LAYER_IPV4;
	case PROTO_IPV6:
		return LAYER_IPV6;
	case PROTO_GRE:
		return LAYER_GRE;
	case PROTO_ESP:
		return LAYER_ESP;
	case PROTO_AH:
		return LAYER_AH;
	case PROTO_ETHERIP:
		return LAYER_ETHERIP;
	case PROTO_MPLS:
		return LAYER_MPLS;
	case PROTO_ETHERNET:
		return LAYER_ETHERNET;
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_DESTINATION:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return LAYER_IPV6_EXT;
	default:
		return LAYER_OTHER;
	}
}

const char *anatomy_protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case PROTO_TCP:
		return "tcp";
	case PROTO_UDP:
		return "udp";
	case PROTO_UDPLITE:
		return "udplite";
	case PROTO_SCTP:
		return "sctp";
	case PROTO_DCCP:
		return "dccp";
	default:
		return NULL;
	}
}

uint8_t anatomy_protocol_number(const char *name)
{
	for (uint8_t i = UINT8_MAX; i > 0; i--) {
		const char *known = anatomy_protocol_name(i);

		if (known != NULL && strcmp(known, name) == 0)
			return i;
	}
	return 0;
}

bool protocol_is_transport(uint8_t protocol)
{
	return anatomy_protocol_name(protocol) != NULL;
}

enum layer decode_raw_ip(struct view *in, struct anatomy *out)
{
	(void)out;
	if (in->captured < 1)
		return view_missing(in, 1);
	switch (in->at[0] >> 4) {
	case 4:
		return LAYER_IPV4;
	case 6:
		return LAYER_IPV6;
	default:
		return LAYER_MALFORMED;
	}
}

/* The datagram starts here and has len bytes; behind it there is padding. */
static void enter_ip(struct view *in, struct anatomy *out, uint32_t len)
{
	view_trim(in, out, len);
	if (!out->is_inside_ip) {
		out->ip_at = in->passed;
		out->ip_bytes = in->length;
	}
	out->is_inside_ip = true;
	if (out->ip_headers < UINT8_MAX)
		out->ip_headers++;
	out->inner_at = out->parts;
	anatomy_enter_tunnel(out); /* what stands outside has no flow */
}

/* A header that cannot be believed: no packet, but of the network. */
static enum layer broken_ip(struct view *in, struct anatomy *out,
    enum account account, uint32_t len)
{
	out->is_inside_ip = true;
	out->inner_at = out->parts;
	anatomy_enter_tunnel(out);
	return view_broken(in, out, account, len, 0);
}

static enum layer after_ip(struct anatomy *out, uint8_t protocol)
{
	out->protocol = protocol;
	return layer_of_protocol(protocol);
}

/* The same, where the header said its place in a datagram. */
static enum layer after_fragmented(struct view *in, struct anatomy *out,
    uint8_t protocol, struct fragment fragment, bool has_more)
{
	memcpy(fragment.source, out->source, sizeof(fragment.source));
	memcpy(fragment.destination, out->destination,
	    sizeof(fragment.destination));
	fragment.ip_version = out->ip_version;
	fragment_enter(in, out, &fragment, has_more);
	enum layer layer = after_ip(out, protocol);
	return fragment.at != 0 ? LAYER_FRAGMENT : layer;
}

/*
 * What is routed by its source is on its way to the last address of the route,
 * which TCP and UDP sum up (RFC 791 section 3.1): that is the flow's.
 */
static void follow_route(struct anatomy *out, const uint8_t *route,
    uint32_t len)
{
	bool has_hops = len >= 7 && route[2] <= len;

	if (has_hops)
		memcpy(out->destination, route + len - 4, 4);
}

static void seek_route(struct anatomy *out, const uint8_t *option, uint32_t len)
{
	while (len > 2 && option[0] != OPTION_END) {
		uint32_t step = option[0] == OPTION_NOP ? 1 : option[1];

		if (step == 0 || step > len)
			return;
		if (option[0] == OPTION_LSRR || option[0] == OPTION_SSRR) {
			follow_route(out, option, step);
			return;
		}
		option += step;
		len -= step;
	}
}

enum layer decode_ipv4(struct view *in, struct anatomy *out)
{
	const uint8_t *h = in->at;

	if (in->captured < IPV4_LEN)
		return view_missing(in, IPV4_LEN);
	uint32_t header_len = (h[0] & 0xfu) * 4;
	uint32_t len = load_be16(h + 2);
	if (len == 0) /* segmentation offload: to the end of the frame */
		len = in->length;
	if (h[0] >> 4 != 4 || header_len < IPV4_LEN || len < header_len)
		return broken_ip(in, out, ACCOUNT_IP, IPV4_LEN);
	enter_ip(in, out, len);
	if (view_header(in, out, ACCOUNT_IP, IPV4_LEN) == NULL)
		return view_missing(in, IPV4_LEN);
	out->ip_version = 4;
	memset(out->source, 0, sizeof(out->source));
	memcpy(out->source, h + 12, 4);
	memset(out->destination, 0, sizeof(out->destination));
	memcpy(out->destination, h + 16, 4);
	if (in->captured >= header_len - IPV4_LEN)
		seek_route(out, in->at, header_len - IPV4_LEN);
	if (!view_skip(in, out, ACCOUNT_IP_OPTIONS, header_len - IPV4_LEN))
		return view_missing(in, header_len - IPV4_LEN);
	uint16_t place = load_be16(h + 6);
	struct fragment fragment = {
	    .id = load_be16(h + 4),
	    .protocol = h[9],
	    .at = (place & IPV4_OFFSET_MASK) * 8u,
	};
	return after_fragmented(in, out, h[9], fragment, place & IPV4_MORE);
}

/*
 * Length 0 is a jumbogram, which says its length in an option (RFC 2675), or
 * segmentation offload, which goes on to the end of the frame; or it is true.
 */
static uint32_t ipv6_payload_len(const struct view *in)
{
	const uint8_t *h = in->at;
	uint32_t len = load_be16(h + 4), behind = in->length - IPV6_LEN;

	if (len > 0)
		return len;
	if (h[6] == PROTO_TCP || h[6] == PROTO_UDP)
		return behind;
	if (h[6] != PROTO_HOP_BY_HOP || in->captured < IPV6_LEN + 8)
		return h[6] == PROTO_HOP_BY_HOP ? behind : 0;
	const uint8_t *option = h + IPV6_LEN + 2;
	if (option[0] != OPTION_JUMBO || option[1] != 4)
		return behind;
	uint32_t jumbo = load_be32(option + 2);
	return jumbo < behind ? jumbo : behind;
}

enum layer decode_ipv6(struct view *in, struct anatomy *out)
{
	const uint8_t *h = in->at;

	if (in->captured < IPV6_LEN)
		return view_missing(in, IPV6_LEN);
	if (h[0] >> 4 != 6)
		return broken_ip(in, out, ACCOUNT_IPV6, IPV6_LEN);
	enter_ip(in, out, IPV6_LEN + ipv6_payload_len(in));
	if (view_header(in, out, ACCOUNT_IPV6, IPV6_LEN) == NULL)
		return view_missing(in, IPV6_LEN);
	out->ip_version = 6;
	memcpy(out->source, h + 8, 16);
	memcpy(out->destination, h + 24, 16);
	/* Only here does 0 mean hop-by-hop options. */
	return after_ip(out, h[6]);
}

/* RFC 8200 section 4.5: 8 bytes; its offset is in units of 8 bytes. */
static enum layer decode_ipv6_fragment(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_IPV6_EXT, IPV6_EXT_LEN);

	if (h == NULL)
		return view_missing(in, IPV6_EXT_LEN);
	uint16_t place = load_be16(h + 2);
	struct fragment fragment = {
	    .id = load_be32(h + 4),
	    .at = place & 0xfff8u,
	};
	return after_fragmented(in, out, h[0], fragment, place & 1);
}

/* The same of a routing header: RFC 8200 sections 4.4 and 8.1, RFC 8754. */
static void follow_routing(struct anatomy *out, const uint8_t *h, uint32_t len)
{
	uint8_t type = h[2], left = h[3];

	if (left == 0 || len < 24)
		return;
	if (type == ROUTING_SEGMENTS) /* the last stands first */
		memcpy(out->destination, h + 8, 16);
	else if (type == ROUTING_SOURCE_ROUTE || type == ROUTING_MOBILE)
		memcpy(out->destination, h + len - 16, 16);
}

enum layer decode_ipv6_ext(struct view *in, struct anatomy *out)
{
	/* In IPv4 these numbers are protocols of their own. */
	if (out->ip_version != 6)
		return LAYER_OTHER;
	if (out->protocol == PROTO_FRAGMENT)
		return decode_ipv6_fragment(in, out);
	if (in->captured < IPV6_EXT_LEN)
		return view_missing(in, IPV6_EXT_LEN);
	uint8_t next = in->at[0];
	uint32_t len = (in->at[1] + 1u) * 8;
	if (out->protocol == PROTO_ROUTING && in->captured >= len)
		follow_routing(out, in->at, len);
	if (!view_skip(in, out, ACCOUNT_IPV6_EXT, len))
		return view_broken(in, out, ACCOUNT_IPV6_EXT, IPV6_EXT_LEN,
		    len);
	return after_ip(out, next);
}

/* Its length field counts 32-bit words, less two. */
enum layer decode_ah(struct view *in, struct anatomy *out)
{
	if (in->captured < AH_LEN)
		return view_missing(in, AH_LEN);
	uint8_t next = in->at[0];
	uint32_t len = (in->at[1] + 2u) * 4;
	if (len < AH_LEN || !view_skip(in, out, ACCOUNT_AH, len))
		return view_broken(in, out, ACCOUNT_AH, AH_LEN, len);
	return after_ip(out, next);
}
