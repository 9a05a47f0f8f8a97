/* link.c - Ethernet, VLAN, LLC, Linux cooked, BSD loopback, ARP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"
#include <string.h>

enum {
	ETHERNET_LEN = 14,
	VLAN_LEN = 4,
	LLC_LEN = 3,
	LLC_NUMBERED_LEN = 4, /* I and S frames have a control field of two */
	SNAP_LEN = 5,
	SLL_LEN = 16,
	SLL2_LEN = 20,
	NULL_LEN = 4,
	ARP_LEN = 8, /* before the addresses */

	MAX_802_3_LEN = 1500, /* up to this it is an 802.3 length */
	ETHERTYPE_MIN = 0x0600,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_LLDP = 0x88cc,
	ETHERTYPE_QINQ_OLD = 0x9100,

	SAP_STP = 0x42,
	SAP_SNAP = 0xaa,
	ARPHRD_LOOPBACK = 772,
	SLL_PROTOCOL_802_2 = 4,
};

enum layer layer_of_ethertype(uint16_t type)
{
	switch (type) {
	case ETHERTYPE_IPV4:
		return LAYER_IPV4;
	case ETHERTYPE_IPV6:
		return LAYER_IPV6;
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		return LAYER_ARP;
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
		return LAYER_VLAN;
	case ETHERTYPE_LLDP:
		return LAYER_LLDP;
	default:
		return LAYER_OTHER;
	}
}

/* The two bytes behind Ethernet or VLAN: an EtherType, or an 802.3 length. */
static enum layer type_or_length(struct view *in, struct anatomy *out,
    uint16_t value)
{
	if (value > MAX_802_3_LEN)
		return layer_of_ethertype(value);
	view_trim(in, out, value);
	/* Novell's frames of all ones have no LLC header. */
	if (in->captured >= 2 && load_be16(in->at) == 0xffff)
		return LAYER_OTHER;
	return LAYER_LLC;
}

enum layer decode_ethernet(struct view *in, struct anatomy *out)
{
	static const uint8_t no_address[12];
	bool is_outermost =
	    out->parts == 0 ||
	    (out->parts == 1 && out->part[0].account == ACCOUNT_FCS);
	const uint8_t *h = view_header(in, out, ACCOUNT_ETH, ETHERNET_LEN);

	if (is_outermost)
		out->is_ethernet = true;
	if (h == NULL)
		return view_missing(in, ETHERNET_LEN);
	if (is_outermost)
		out->is_loopback = memcmp(h, no_address, 12) == 0;
	return type_or_length(in, out, load_be16(h + 12));
}

enum layer decode_vlan(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_VLAN, VLAN_LEN);

	if (h == NULL)
		return view_missing(in, VLAN_LEN);
	return type_or_length(in, out, load_be16(h + 2));
}

static enum layer decode_snap(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_SNAP, SNAP_LEN);

	if (h == NULL)
		return view_missing(in, SNAP_LEN);
	/* OUI 0 (RFC 1042) and 0000f8 (bridge tunnel): an EtherType follows. */
	if (h[0] != 0 || h[1] != 0 || (h[2] != 0 && h[2] != 0xf8))
		return LAYER_OTHER;
	return layer_of_ethertype(load_be16(h + 3));
}

enum layer decode_llc(struct view *in, struct anatomy *out)
{
	if (in->captured < LLC_LEN)
		return view_missing(in, LLC_LEN);
	bool is_unnumbered = (in->at[2] & 3) == 3;
	uint32_t len = is_unnumbered ? LLC_LEN : LLC_NUMBERED_LEN;
	const uint8_t *h = view_header(in, out, ACCOUNT_LLC, len);
	if (h == NULL)
		return view_missing(in, len);
	if (h[0] == SAP_SNAP && h[1] == SAP_SNAP && is_unnumbered)
		return decode_snap(in, out);
	return h[0] == SAP_STP ? LAYER_STP : LAYER_OTHER;
}

/* In the cooked headers small protocol numbers are the kernel's own. */
static enum layer layer_of_cooked(uint16_t hardware, uint16_t protocol,
    struct anatomy *out)
{
	out->is_loopback = hardware == ARPHRD_LOOPBACK;
	if (protocol == SLL_PROTOCOL_802_2)
		return LAYER_LLC;
	return layer_of_ethertype(protocol);
}

enum layer decode_sll(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_SLL, SLL_LEN);

	if (h == NULL)
		return view_missing(in, SLL_LEN);
	return layer_of_cooked(load_be16(h + 2), load_be16(h + 14), out);
}

enum layer decode_sll2(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_SLL2, SLL2_LEN);

	if (h == NULL)
		return view_missing(in, SLL2_LEN);
	return layer_of_cooked(load_be16(h + 8), load_be16(h), out);
}

/*
 * The address family is in the writer's byte order (NULL) or big endian
 * (LOOP), and IPv6 has another number on each BSD.
 */
enum layer decode_null(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_NULL, NULL_LEN);

	if (h == NULL)
		return view_missing(in, NULL_LEN);
	out->is_loopback = true;
	uint32_t family = load_be32(h);
	if (family > 0xffff)
		family = load_le32(h);
	switch (family) {
	case 2:
		return LAYER_IPV4;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return LAYER_IPV6;
	default:
		/* Some writers put an EtherType there. */
		return family >= ETHERTYPE_MIN && family <= 0xffff
			   ? layer_of_ethertype((uint16_t)family)
			   : LAYER_OTHER;
	}
}

/* An ARP message says how long it is; what follows is padding. */
enum layer decode_arp(struct view *in, struct anatomy *out)
{
	if (in->captured < ARP_LEN)
		return view_missing(in, ARP_LEN);
	uint32_t len = ARP_LEN + 2 * ((uint32_t)in->at[4] + in->at[5]);
	view_trim(in, out, len);
	if (!view_skip(in, out, ACCOUNT_ARP, len))
		return LAYER_MALFORMED;
	return LAYER_OTHER; /* nothing is left */
}
