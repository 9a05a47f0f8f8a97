/* link.c - Ethernet, ISL, VLAN tags, LLC and SNAP, ARP, LLDP, EAPOL. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"
#include <string.h>

enum {
	ETHERNET_LEN = 14,
	ISL_LEN = 26,
	ISL_UNCOUNTED_LEN = 14, /* up to and with its length field */
	ISL_ETHERNET = 0,       /* the type of what it carries */
	ETHERNET_FCS_LEN = 4,
	VLAN_LEN = 4,
	VLAN_ID_MASK = 0xfff, /* IEEE 802.1Q: behind priority and DEI */
	LLC_LEN = 3,
	LLC_NUMBERED_LEN = 4, /* I and S frames have a control field of two */
	SNAP_LEN = 5,
	SNAP_PAD_LEN = 2,
	ARP_LEN = 8, /* before the addresses */
	EAPOL_LEN = 4,
	LLDP_TLV_LEN = 2,
	LLDP_LENGTH = 0x1ff,
	LLDP_TYPE_SHIFT = 9,

	MAX_802_3_LEN = 1500, /* up to this it is an 802.3 length */
	LEAST_ETHERTYPE = 0x0600,

	SAP_IP = 0x06,
	SAP_STP = 0x42,
	SAP_SNAP = 0xaa,

	OUI_ETHERTYPE = 0x000000,     /* RFC 1042 */
	OUI_BRIDGE_TUNNEL = 0x0000f8, /* 802.1H */
	OUI_CISCO = 0x00000c,
	OUI_802_1 = 0x0080c2,
	CISCO_PVST = 0x010b,
	CISCO_CDP = 0x2000,
	BRIDGED_ETHERNET_FCS = 0x0001,
	BRIDGED_ETHERNET = 0x0007,
	BRIDGED_STP = 0x000e,
};

enum layer layer_of_ethertype(uint16_t type)
{
	switch (type) {
	case 0x0800:
		return LAYER_IPV4;
	case 0x86dd:
		return LAYER_IPV6;
	case 0x0806: /* ARP */
	case 0x8035: /* RARP */
		return LAYER_ARP;
	case 0x8100: /* 802.1Q */
	case 0x88a8: /* 802.1ad */
	case 0x9100: /* QinQ before that */
	case 0x9200:
		return LAYER_VLAN;
	case 0x8847: /* MPLS, unicast and multicast */
	case 0x8848:
		return LAYER_MPLS;
	case 0x8863: /* PPPoE, discovery and session */
	case 0x8864:
		return LAYER_PPPOE;
	case 0x880b:
		return LAYER_PPP;
	case 0x6558: /* transparent Ethernet bridging */
		return LAYER_ETHERNET;
	case 0x8809: /* LACP and others */
		return LAYER_SLOW;
	case 0x888e:
		return LAYER_EAPOL;
	case 0x88cc:
		return LAYER_LLDP;
	case 0x2000:
		return LAYER_CDP;
	case 0x894f: /* RFC 8300 */
		return LAYER_NSH;
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

/* Cisco's Inter-Switch Link: where it is sent to, and a length behind. */
static bool is_isl(const struct view *in)
{
	static const uint8_t to[] = {0x00, 0x0c, 0x00, 0x00};
	const uint8_t *h = view_peek(in, ETHERNET_LEN);

	return h != NULL && (h[0] == 0x01 || h[0] == 0x03) &&
	       memcmp(h + 1, to, sizeof(to)) == 0 &&
	       load_be16(h + 12) < LEAST_ETHERTYPE;
}

/* A whole frame, with its own FCS, behind 26 bytes. */
enum layer decode_isl(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, ISL_LEN);

	if (h == NULL)
		return view_missing(in, ISL_LEN);
	uint32_t len = ISL_UNCOUNTED_LEN + (uint32_t)load_be16(h + 12);
	if (len < ISL_LEN)
		return view_broken(in, out, ACCOUNT_ISL, ISL_LEN, len);
	if (in->length == len + ETHERNET_FCS_LEN) /* ISL's own */
		view_trim_fcs(in, out, ETHERNET_FCS_LEN);
	view_trim(in, out, len);
	h = view_header(in, out, ACCOUNT_ISL, ISL_LEN);
	if (h == NULL)
		return view_missing(in, ISL_LEN);
	if (h[5] >> 4 != ISL_ETHERNET)
		return LAYER_OTHER;
	view_trim_fcs(in, out, ETHERNET_FCS_LEN);
	return LAYER_ETHERNET;
}

enum layer decode_ethernet(struct view *in, struct anatomy *out)
{
	static const uint8_t no_address[12];
	if (is_isl(in))
		return LAYER_ISL;
	const uint8_t *h = view_header(in, out, ACCOUNT_ETH, ETHERNET_LEN);
	if (h == NULL)
		return view_missing(in, ETHERNET_LEN);
	if (!out->is_inside_ip)
		out->is_loopback = memcmp(h, no_address, 12) == 0;
	return type_or_length(in, out, load_be16(h + 12));
}

enum layer decode_vlan(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_VLAN, VLAN_LEN);

	if (h == NULL)
		return view_missing(in, VLAN_LEN);
	if (!out->is_inside_ip && out->vlans < ANATOMY_VLANS)
		out->vlan[out->vlans++] = load_be16(h) & VLAN_ID_MASK;
	return type_or_length(in, out, load_be16(h + 2));
}

static enum layer layer_of_cisco(uint16_t type)
{
	switch (type) {
	case CISCO_CDP:
		return LAYER_CDP;
	case CISCO_PVST:
		return LAYER_STP;
	default:
		return LAYER_OTHER;
	}
}

/*
 * Bridged frames, with or without their FCS, and behind LLC with two bytes
 * that align them (RFC 2684 section 5.2); in frame relay they have none (RFC
 * 2427 section 4.2).
 */
static enum layer layer_of_bridged(struct view *in, struct anatomy *out,
    uint16_t type, uint32_t pad)
{
	switch (type) {
	case BRIDGED_ETHERNET_FCS:
		view_trim_fcs(in, out, ETHERNET_FCS_LEN);
		/* FALLTHROUGH */
	case BRIDGED_ETHERNET:
		return view_skip(in, out, ACCOUNT_SNAP, pad)
			   ? LAYER_ETHERNET
			   : view_missing(in, pad);
	case BRIDGED_STP:
		return LAYER_STP;
	default:
		return LAYER_OTHER;
	}
}

static enum layer take_snap(struct view *in, struct anatomy *out, uint32_t pad)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_SNAP, SNAP_LEN);

	if (h == NULL)
		return view_missing(in, SNAP_LEN);
	uint16_t type = load_be16(h + 3);
	switch (load_be32(h) >> 8) {
	case OUI_ETHERTYPE:
	case OUI_BRIDGE_TUNNEL:
		return layer_of_ethertype(type);
	case OUI_CISCO:
		return layer_of_cisco(type);
	case OUI_802_1:
		return layer_of_bridged(in, out, type, pad);
	default:
		return LAYER_OTHER;
	}
}

enum layer decode_snap(struct view *in, struct anatomy *out)
{
	return take_snap(in, out, 0);
}

enum layer decode_snap_padded(struct view *in, struct anatomy *out)
{
	return take_snap(in, out, SNAP_PAD_LEN);
}

enum layer decode_llc(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, LLC_LEN);

	if (h == NULL)
		return view_missing(in, LLC_LEN);
	bool is_unnumbered = (h[2] & 3) == 3;
	uint32_t len = is_unnumbered ? LLC_LEN : LLC_NUMBERED_LEN;
	if (!view_skip(in, out, ACCOUNT_LLC, len))
		return view_broken(in, out, ACCOUNT_LLC, LLC_LEN, len);
	if (!is_unnumbered)
		return LAYER_OTHER;
	switch (h[0]) {
	case SAP_SNAP:
		return LAYER_SNAP_PADDED;
	case SAP_STP:
		return LAYER_STP;
	case SAP_IP:
		return LAYER_IPV4;
	default:
		return LAYER_OTHER;
	}
}

/* An ARP message says how long it is; what follows is padding. */
enum layer decode_arp(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, ARP_LEN);

	if (h == NULL)
		return view_missing(in, ARP_LEN);
	uint32_t len = ARP_LEN + 2 * ((uint32_t)h[4] + h[5]);
	view_trim(in, out, len);
	if (!view_skip(in, out, ACCOUNT_ARP, len))
		return view_broken(in, out, ACCOUNT_ARP, ARP_LEN, len);
	return LAYER_OTHER; /* nothing is left */
}

/* A message of len bytes, as far as it is there, and padding. */
static enum layer take_message(struct view *in, struct anatomy *out,
    enum account account, uint32_t len)
{
	view_trim(in, out, len);
	anatomy_post(out, account, in->length);
	view_pass(in, in->length);
	return LAYER_OTHER; /* nothing is left */
}

/* IEEE 802.1AB section 8: values of a type and a length, to type 0. */
enum layer decode_lldp(struct view *in, struct anatomy *out)
{
	uint32_t len = 0;

	while (len + LLDP_TLV_LEN <= in->captured) {
		uint16_t head = load_be16(in->at + len);

		len += LLDP_TLV_LEN + (head & LLDP_LENGTH);
		if (head >> LLDP_TYPE_SHIFT == 0)
			return take_message(in, out, ACCOUNT_LLDP, len);
	}
	return take_message(in, out, ACCOUNT_LLDP, in->length);
}

/* IEEE 802.1X section 11.3: version, type, the length of what follows. */
enum layer decode_eapol(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, EAPOL_LEN);
	uint32_t len =
	    h == NULL ? in->length : EAPOL_LEN + (uint32_t)load_be16(h + 2);

	return take_message(in, out, ACCOUNT_EAPOL, len);
}
