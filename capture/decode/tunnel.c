/* tunnel.c - packets in packets: EtherIP, VXLAN, NSH, Geneve, GTP, L2TP, ESP
 * ... */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	ETHERIP_LEN = 2,
	ESP_LEN = 8,

	PORT_L2TP = 1701,
	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_ESP = 4500,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_GENEVE = 6081,

	VXLAN_LEN = 8,
	VXLAN_HAS_ID = 0x08,
	VXLAN_HAS_PROTOCOL = 0x04,
	NSH_LEN = 8,
	GENEVE_LEN = 8,
	GTP_LEN = 8,
	GTP_OPTIONAL_LEN = 4,
	GTP_VERSION_1 = 0x30, /* and protocol type GTP, not GTP' */
	GTP_OPTIONAL = 0x07,
	GTP_EXTENSION = 0x04,
	GTP_DATA = 255,
	L2TP_LEN = 6,
	L2TP_CONTROL = 0x8000,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
	TEREDO_AUTH_LEN = 13, /* without its two variable fields */
	TEREDO_ORIGIN_LEN = 8,
	IPV6_LEN = 40,
	TUNNEL_LEN = 8, /* what is looked at before it is taken for one */
	FIRST_FREE_PORT = 1024,
	ETHERTYPE_MIN = 0x0600,
};

/* RFC 3378 */
enum layer decode_etherip(struct view *in, struct anatomy *out)
{
	anatomy_enter_tunnel(out);
	return view_skip(in, out, ACCOUNT_ETHERIP, ETHERIP_LEN)
		   ? LAYER_ETHERNET
		   : view_missing(in, ETHERIP_LEN);
}

/* RFC 4303: where the payload ends and the trailer begins is not told. */
enum layer decode_esp(struct view *in, struct anatomy *out)
{
	return view_skip(in, out, ACCOUNT_ESP, ESP_LEN)
		   ? LAYER_ENCRYPTED
		   : view_missing(in, ESP_LEN);
}

/* RFC 7348 */
enum layer decode_vxlan(struct view *in, struct anatomy *out)
{
	anatomy_enter_tunnel(out);
	return view_skip(in, out, ACCOUNT_VXLAN, VXLAN_LEN)
		   ? LAYER_ETHERNET
		   : view_missing(in, VXLAN_LEN);
}

/* VXLAN-GPE and NSH (RFC 8300 section 2.2) number what follows alike. */
static enum layer layer_of_next_protocol(uint8_t protocol)
{
	switch (protocol) {
	case 1:
		return LAYER_IPV4;
	case 2:
		return LAYER_IPV6;
	case 3:
		return LAYER_ETHERNET;
	case 4:
		return LAYER_NSH;
	case 5:
		return LAYER_MPLS;
	default:
		return LAYER_OTHER;
	}
}

/* draft-ietf-nvo3-vxlan-gpe section 3: VXLAN with a next protocol. */
enum layer decode_vxlan_gpe(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_VXLAN, VXLAN_LEN);

	anatomy_enter_tunnel(out);
	return h == NULL ? view_missing(in, VXLAN_LEN)
			 : layer_of_next_protocol(h[3]);
}

/* RFC 8300 section 2: its length counts words of four bytes, all of it. */
enum layer decode_nsh(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, NSH_LEN);

	if (h == NULL)
		return view_missing(in, NSH_LEN);
	uint32_t len = (h[1] & 0x3fu) * 4;
	if (len < NSH_LEN || !view_skip(in, out, ACCOUNT_NSH, len))
		return view_broken(in, out, ACCOUNT_NSH, NSH_LEN, len);
	return layer_of_next_protocol(h[3]);
}

/* RFC 8926: options in units of four bytes. */
enum layer decode_geneve(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, GENEVE_LEN);

	if (h == NULL)
		return view_missing(in, GENEVE_LEN);
	uint32_t len = GENEVE_LEN + (h[0] & 0x3fu) * 4;
	anatomy_enter_tunnel(out);
	if (!view_skip(in, out, ACCOUNT_GENEVE, len))
		return view_broken(in, out, ACCOUNT_GENEVE, GENEVE_LEN, len);
	return layer_of_ethertype(load_be16(h + 2));
}

/* Extension headers, in units of four bytes; each ends with the next type. */
static enum layer gtp_extensions(struct view *in, struct anatomy *out,
    uint8_t type)
{
	while (type != 0) {
		if (in->captured < 1)
			return view_missing(in, 1);
		uint32_t len = in->at[0] * 4u;
		if (len == 0 || len > in->length)
			return len == 0 ? LAYER_MALFORMED
					: view_missing(in, len);
		if (len > in->captured)
			return LAYER_TRUNCATED;
		type = in->at[len - 1];
		if (!view_skip(in, out, ACCOUNT_GTP, len))
			return LAYER_MALFORMED;
	}
	if (in->captured < 1)
		return in->length == 0 && !in->goes_on ? LAYER_OTHER
						       : LAYER_TRUNCATED;
	return in->at[0] >> 4 == 4 || in->at[0] >> 4 == 6 ? LAYER_RAW_IP
							  : LAYER_OTHER;
}

/* 3GPP TS 29.281 section 5.1 */
enum layer decode_gtp(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, GTP_LEN);

	anatomy_enter_tunnel(out);
	if (h == NULL)
		return view_missing(in, GTP_LEN);
	view_trim(in, out, GTP_LEN + (uint32_t)load_be16(h + 2));
	if (h[1] != GTP_DATA)
		return LAYER_GTP_CONTROL;
	uint32_t len = GTP_LEN;
	if (h[0] & GTP_OPTIONAL)
		len += GTP_OPTIONAL_LEN;
	h = view_header(in, out, ACCOUNT_GTP, len);
	if (h == NULL)
		return view_missing(in, len);
	return gtp_extensions(in, out, h[0] & GTP_EXTENSION ? h[11] : 0);
}

/* RFC 2661 section 3.1 */
enum layer decode_l2tp(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, L2TP_LEN);

	anatomy_enter_tunnel(out);
	if (h == NULL)
		return view_missing(in, L2TP_LEN);
	uint16_t flags = load_be16(h);
	if (flags & L2TP_CONTROL) {
		if (flags & L2TP_LENGTH)
			view_trim(in, out, load_be16(h + 2));
		return LAYER_L2TP_CONTROL;
	}
	uint32_t len = L2TP_LEN;
	if (flags & L2TP_LENGTH)
		len += 2;
	if (flags & L2TP_SEQUENCE)
		len += 4;
	if (flags & L2TP_OFFSET) {
		if (in->captured < len + 2)
			return view_missing(in, len + 2);
		len += 2 + (uint32_t)load_be16(h + len);
	}
	return view_skip(in, out, ACCOUNT_L2TP, len)
		   ? LAYER_PPP
		   : view_broken(in, out, ACCOUNT_L2TP, L2TP_LEN, len);
}

/* The bytes before the IPv6 packet (RFC 4380 section 5.1.1). */
static uint32_t teredo_len(const struct view *in)
{
	uint32_t len = 0;

	if (in->captured >= 4 && load_be16(in->at) == 1)
		len = TEREDO_AUTH_LEN + (uint32_t)in->at[2] + in->at[3];
	if (in->captured >= len + 2 && load_be16(in->at + len) == 0)
		len += TEREDO_ORIGIN_LEN;
	return len;
}

/* Certain only if an IPv6 packet fits to the byte. */
static bool is_teredo(const struct view *in)
{
	uint32_t len = teredo_len(in);

	if (in->captured < len + 6)
		return false;
	const uint8_t *ipv6 = in->at + len;
	uint32_t whole = len + IPV6_LEN + load_be16(ipv6 + 4);
	return ipv6[0] >> 4 == 6 &&
	       (whole == in->length || (whole > in->length && in->goes_on));
}

enum layer decode_teredo(struct view *in, struct anatomy *out)
{
	anatomy_enter_tunnel(out);
	return view_skip(in, out, ACCOUNT_TEREDO, teredo_len(in))
		   ? LAYER_IPV6
		   : view_missing(in, teredo_len(in));
}

/* Do the fixed bits of the tunnel's header fit?  h has TUNNEL_LEN bytes. */
static enum layer check_tunnel(uint16_t port, const uint8_t *h,
    const struct view *in)
{
	uint32_t behind = in->length - TUNNEL_LEN;

	switch (port) {
	case PORT_VXLAN: /* the group policy extension has one bit more */
		return (h[0] & 0x7f) == VXLAN_HAS_ID && h[7] == 0
			   ? LAYER_VXLAN
			   : LAYER_PAYLOAD;
	case PORT_VXLAN_GPE: /* version 0 */
		return (h[0] & 0x3c) == (VXLAN_HAS_ID | VXLAN_HAS_PROTOCOL) &&
			       h[7] == 0
			   ? LAYER_VXLAN_GPE
			   : LAYER_PAYLOAD;
	case PORT_GENEVE:
		return h[0] >> 6 == 0 && (h[1] & 0x3f) == 0 &&
			       load_be16(h + 2) >= ETHERTYPE_MIN
			   ? LAYER_GENEVE
			   : LAYER_PAYLOAD;
	case PORT_GTP:
		return (h[0] & 0xf0) == GTP_VERSION_1 &&
			       (load_be16(h + 2) <= behind || in->goes_on)
			   ? LAYER_GTP
			   : LAYER_PAYLOAD;
	case PORT_L2TP:
		return (h[1] & 0x0f) == 2 ? LAYER_L2TP : LAYER_PAYLOAD;
	case PORT_TEREDO:
		return is_teredo(in) ? LAYER_TEREDO : LAYER_PAYLOAD;
	case PORT_ESP: /* RFC 3948: four zero bytes mark IKE */
		return load_be32(h) != 0 ? LAYER_ESP : LAYER_PAYLOAD;
	default:
		return LAYER_PAYLOAD;
	}
}

/* Some answer from their port to any other; most send to it both ways. */
static bool is_tunnel_port(uint16_t port, bool is_source)
{
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_GENEVE:
	case PORT_GTP:
		return !is_source;
	case PORT_L2TP:
	case PORT_TEREDO:
	case PORT_ESP:
		return true;
	default:
		return false;
	}
}

enum layer layer_of_udp_ports(uint16_t source, uint16_t destination,
    const struct view *in)
{
	bool is_to = is_tunnel_port(destination, false);
	uint16_t port = is_to ? destination : source;

	if (!is_to && !is_tunnel_port(source, true))
		return LAYER_PAYLOAD;
	/* A service's client may have any port, a tunnel's too. */
	if ((is_to ? source : destination) < FIRST_FREE_PORT ||
	    in->length < TUNNEL_LEN)
		return LAYER_PAYLOAD;
	const uint8_t *h = view_peek(in, TUNNEL_LEN);
	return h == NULL ? LAYER_TRUNCATED : check_tunnel(port, h, in);
}
