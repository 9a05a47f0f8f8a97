/* wan.c - MPLS (RFC 3032), PPP, PPPoE (RFC 2516), HDLC, frame relay. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	MPLS_LEN = 4,
	MPLS_BOTTOM = 0x100,
	CONTROL_WORD_LEN = 4,
	ETHERNET_LEN = 14,
	PPPOE_LEN = 6,
	CHDLC_LEN = 4,
	DIRECTION_LEN = 1,

	PPP_ADDRESS_CONTROL = 0xff03,
	CHDLC_UNICAST = 0x0f,
	CHDLC_MULTICAST = 0x8f,
	CHDLC_SLARP = 0x8035, /* RARP's number, but not its message */
	FR_UNNUMBERED = 0x03,

	NLPID_PADDING = 0x00,
	NLPID_SNAP = 0x80,
	NLPID_IPV6 = 0x8e,
	NLPID_IPV4 = 0xcc,
	NLPID_PPP = 0xcf,
};

/*
 * An Ethernet pseudowire without a control word: the first 16 bits of one are
 * zero (RFC 4448 section 4.6), and an EtherType that is known is in its place.
 */
static bool is_bare_ethernet(const struct view *in)
{
	const uint8_t *h = view_peek(in, ETHERNET_LEN);

	return h != NULL && load_be16(h) != 0 &&
	       layer_of_ethertype(load_be16(h + 12)) != LAYER_OTHER;
}

/*
 * Behind the last label nothing says what follows: the first four bits do
 * for IP, and 0 is a pseudowire's control word (RFC 4385), or an address.
 */
enum layer decode_mpls(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_MPLS, MPLS_LEN);

	if (h == NULL)
		return view_missing(in, MPLS_LEN);
	if ((load_be32(h) & MPLS_BOTTOM) == 0)
		return LAYER_MPLS;
	if (in->captured < 1)
		return view_missing(in, 1);
	switch (in->at[0] >> 4) {
	case 4:
		return LAYER_IPV4;
	case 6:
		return LAYER_IPV6;
	case 0:
		return is_bare_ethernet(in) ? LAYER_ETHERNET
					    : LAYER_PW_CONTROL_WORD;
	default:
		return LAYER_OTHER;
	}
}

/* An Ethernet pseudowire (RFC 4448) is by far the most common. */
enum layer decode_pw_control_word(struct view *in, struct anatomy *out)
{
	const uint8_t *h =
	    view_header(in, out, ACCOUNT_PWETHCW, CONTROL_WORD_LEN);

	return h == NULL ? view_missing(in, CONTROL_WORD_LEN) : LAYER_ETHERNET;
}

/* Its tags, in discovery, are part of it. */
enum layer decode_pppoe(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_PPPOE, PPPOE_LEN);

	if (h == NULL)
		return view_missing(in, PPPOE_LEN);
	uint32_t len = load_be16(h + 4);
	view_trim(in, out, len);
	if (h[1] == 0) /* session data */
		return LAYER_PPP;
	if (!view_skip(in, out, ACCOUNT_PPPOE, in->length))
		return LAYER_MALFORMED;
	return LAYER_OTHER; /* nothing is left */
}

static enum layer layer_of_ppp(uint16_t protocol)
{
	switch (protocol) {
	case 0x0021:
		return LAYER_IPV4;
	case 0x0057:
		return LAYER_IPV6;
	case 0x0281: /* MPLS, unicast and multicast */
	case 0x0283:
		return LAYER_MPLS;
	default:
		return LAYER_OTHER;
	}
}

/*
 * RFC 1661, 1662: address and control may be left out, and the first byte of
 * the protocol, which then has an odd number.
 */
enum layer decode_ppp(struct view *in, struct anatomy *out)
{
	uint32_t len = 0;

	if (in->captured >= 2 && load_be16(in->at) == PPP_ADDRESS_CONTROL)
		len = 2;
	if (in->captured < len + 1)
		return view_missing(in, len + 1);
	bool is_short = in->at[len] & 1;
	len += is_short ? 1 : 2;
	const uint8_t *h = view_header(in, out, ACCOUNT_PPP, len);
	if (h == NULL)
		return view_missing(in, len);
	return layer_of_ppp(is_short ? h[len - 1] : load_be16(h + len - 2));
}

/* Serial lines show either; Cisco's addresses tell. */
enum layer decode_ppp_or_chdlc(struct view *in, struct anatomy *out)
{
	(void)out;
	if (in->captured < 1)
		return view_missing(in, 1);
	return in->at[0] == CHDLC_UNICAST || in->at[0] == CHDLC_MULTICAST
		   ? LAYER_CHDLC
		   : LAYER_PPP;
}

enum layer decode_chdlc(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_CHDLC, CHDLC_LEN);

	if (h == NULL)
		return view_missing(in, CHDLC_LEN);
	uint16_t type = load_be16(h + 2);
	return type == CHDLC_SLARP ? LAYER_OTHER : layer_of_ethertype(type);
}

static enum layer layer_of_nlpid(uint8_t nlpid)
{
	switch (nlpid) {
	case NLPID_SNAP:
		return LAYER_SNAP;
	case NLPID_IPV4:
		return LAYER_IPV4;
	case NLPID_IPV6:
		return LAYER_IPV6;
	case NLPID_PPP:
		return LAYER_PPP;
	default:
		return LAYER_OTHER;
	}
}

/* An address of two to four bytes: the last has its low bit set. */
static uint32_t frame_relay_address_len(const struct view *in)
{
	for (uint32_t i = 1; i < 4 && i < in->captured; i++)
		if (in->at[i] & 1)
			return i + 1;
	return 0;
}

/* RFC 2427; or Cisco's, with an EtherType behind the address. */
enum layer decode_frame_relay(struct view *in, struct anatomy *out)
{
	uint32_t len = frame_relay_address_len(in);

	if (len == 0)
		return in->captured < in->length ? LAYER_TRUNCATED
						 : LAYER_MALFORMED;
	if (in->captured < len + 2)
		return view_missing(in, len + 2);
	const uint8_t *h = in->at + len;
	bool is_cisco = h[0] != FR_UNNUMBERED;
	bool is_padded = !is_cisco && h[1] == NLPID_PADDING;
	uint16_t type = load_be16(h);
	len += is_padded ? 3 : 2;
	if (view_header(in, out, ACCOUNT_FR, len) == NULL)
		return view_missing(in, len);
	if (is_cisco)
		return layer_of_ethertype(type);
	return layer_of_nlpid(is_padded ? h[2] : h[1]);
}

/* Some captures put one byte in front that says who sent the frame. */
static enum layer skip_direction(struct view *in, struct anatomy *out,
    enum account account, enum layer layer)
{
	return view_header(in, out, account, DIRECTION_LEN) == NULL
		   ? view_missing(in, DIRECTION_LEN)
		   : layer;
}

enum layer decode_ppp_with_direction(struct view *in, struct anatomy *out)
{
	return skip_direction(in, out, ACCOUNT_PPP, LAYER_PPP_OR_CHDLC);
}

enum layer decode_chdlc_with_direction(struct view *in, struct anatomy *out)
{
	return skip_direction(in, out, ACCOUNT_CHDLC, LAYER_CHDLC);
}

enum layer decode_frame_relay_with_direction(struct view *in,
    struct anatomy *out)
{
	return skip_direction(in, out, ACCOUNT_FR, LAYER_FRAME_RELAY);
}
