/* gre.c - GRE (RFC 2784, 2890, 1701, 2637), and ERSPAN in it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	GRE_LEN = 4,
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* version 1 (RFC 2637) */
	GRE_ROUTE_LEN = 4,
	GRE_WCCP = 0x883e,
	GRE_ERSPAN_II = 0x88be,
	GRE_ERSPAN_III = 0x22eb,
	GRE_PPP = 0x880b,
	ERSPAN_II_LEN = 8,
	ERSPAN_III_LEN = 12,
	ERSPAN_III_SUBHEADER_LEN = 8,
	ERSPAN_ETHERNET = 0,
	ERSPAN_IP = 2,
};

/* RFC 2784, 2890; version 1 with an acknowledgement is PPTP's. */
static uint32_t gre_len(uint16_t flags)
{
	uint32_t len = GRE_LEN;

	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		len += 4;
	if (flags & GRE_KEY)
		len += 4;
	if (flags & GRE_SEQUENCE)
		len += 4;
	if ((flags & 7) == 1 && (flags & GRE_ACK))
		len += 4;
	return len;
}

static enum layer behind_gre(struct view *in, struct anatomy *out,
    uint16_t flags, uint16_t type)
{
	switch (type) {
	case GRE_ERSPAN_II: /* type I has no header of its own */
		return flags & GRE_SEQUENCE ? LAYER_ERSPAN_II : LAYER_ETHERNET;
	case GRE_ERSPAN_III:
		return LAYER_ERSPAN_III;
	case GRE_PPP:
		return LAYER_PPP;
	case GRE_WCCP: /* version 2 has four bytes more */
		if (in->captured > 0 && in->at[0] >> 4 != 4 &&
		    !view_skip(in, out, ACCOUNT_GRE, 4))
			return view_missing(in, 4);
		return LAYER_IPV4;
	default:
		return layer_of_ethertype(type);
	}
}

/* RFC 1701: entries of family, offset, length; the last has no length. */
static enum layer gre_routing(struct view *in, struct anatomy *out,
    uint16_t flags, uint16_t type)
{
	uint32_t len = 0;
	uint8_t last;

	do {
		if (in->captured < len + GRE_ROUTE_LEN)
			return view_missing(in, len + GRE_ROUTE_LEN);
		last = in->at[len + 3];
		len += GRE_ROUTE_LEN + last;
	} while (last > 0);
	if (!view_skip(in, out, ACCOUNT_GRE, len))
		return view_missing(in, len);
	return behind_gre(in, out, flags, type);
}

enum layer decode_gre(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, GRE_LEN);

	if (h == NULL)
		return view_missing(in, GRE_LEN);
	uint16_t flags = load_be16(h), type = load_be16(h + 2);
	if (!view_skip(in, out, ACCOUNT_GRE, gre_len(flags)))
		return view_broken(in, out, ACCOUNT_GRE, GRE_LEN,
		    gre_len(flags));
	anatomy_enter_tunnel(out);
	return flags & GRE_ROUTING ? gre_routing(in, out, flags, type)
				   : behind_gre(in, out, flags, type);
}

enum layer decode_erspan_ii(struct view *in, struct anatomy *out)
{
	return view_skip(in, out, ACCOUNT_ERSPAN, ERSPAN_II_LEN)
		   ? LAYER_ETHERNET
		   : view_missing(in, ERSPAN_II_LEN);
}

enum layer decode_erspan_iii(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_ERSPAN, ERSPAN_III_LEN);

	if (h == NULL)
		return view_missing(in, ERSPAN_III_LEN);
	if ((h[11] & 1) &&
	    !view_skip(in, out, ACCOUNT_ERSPAN, ERSPAN_III_SUBHEADER_LEN))
		return view_missing(in, ERSPAN_III_SUBHEADER_LEN);
	switch (load_be16(h + 10) >> 10 & 0x1f) { /* the frame type */
	case ERSPAN_ETHERNET:
		return LAYER_ETHERNET;
	case ERSPAN_IP:
		return LAYER_RAW_IP;
	default:
		return LAYER_OTHER;
	}
}
