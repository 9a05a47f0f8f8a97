/* cooked.c - headers that capturing systems put in front of packets. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	SLL_LEN = 16,
	SLL2_LEN = 20,
	NULL_LEN = 4,
	PFLOG_LEN = 8, /* what is read of it */
	NFLOG_LEN = 4,
	NFLOG_TLV_LEN = 4,
	NFLOG_PAYLOAD = 9,
	ENC_LEN = 12,
	PKTAP_LEN = 12, /* what is read of it */

	/* Linux, if_arp.h. */
	ARPHRD_ETHER = 1,
	ARPHRD_FRAD = 770,
	ARPHRD_LOOPBACK = 772,
	ARPHRD_IEEE80211_RADIOTAP = 803,
	ARPHRD_NETLINK = 824,
	SLL_PROTOCOL_802_2 = 4,
	ETHERTYPE_MIN = 0x0600,
};

/* IPv6 has another number on each system. */
enum layer layer_of_address_family(uint32_t family)
{
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
		return LAYER_OTHER;
	}
}

/* In the cooked headers small protocol numbers are the kernel's own. */
static enum layer layer_of_cooked(uint16_t hardware, uint16_t protocol,
    struct anatomy *out)
{
	out->is_cooked_ethernet = hardware == ARPHRD_ETHER;
	out->is_loopback = hardware == ARPHRD_LOOPBACK;
	/* Of some the protocol says nothing (LINKTYPE_LINUX_SLL). */
	if (hardware == ARPHRD_NETLINK)
		return LAYER_OTHER;
	if (hardware == ARPHRD_FRAD)
		return LAYER_FRAME_RELAY;
	if (hardware == ARPHRD_IEEE80211_RADIOTAP)
		return LAYER_RADIOTAP;
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

/* The address family is in the writer's byte order (NULL), or big endian. */
enum layer decode_null(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_NULL, NULL_LEN);

	if (h == NULL)
		return view_missing(in, NULL_LEN);
	out->is_loopback = true;
	uint32_t family = load_be32(h);
	if (family > 0xffff)
		family = load_le32(h);
	/* Some writers put an EtherType there. */
	if (family >= ETHERTYPE_MIN && family <= 0xffff)
		return layer_of_ethertype((uint16_t)family);
	return layer_of_address_family(family);
}

/* OpenBSD's pf(4): the first byte is the length, padded to four. */
enum layer decode_pflog(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, PFLOG_LEN);

	if (h == NULL)
		return view_missing(in, PFLOG_LEN);
	uint32_t family = h[1], len = (h[0] + 3u) & ~3u;
	if (len < PFLOG_LEN || !view_skip(in, out, ACCOUNT_PFLOG, len))
		return view_broken(in, out, ACCOUNT_PFLOG, PFLOG_LEN, len);
	return layer_of_address_family(family);
}

/*
 * Linux netfilter: a family, then values with a length (header included) and
 * a type in the writer's byte order; the packet is the value of type 9.
 */
enum layer decode_nflog(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_NFLOG, NFLOG_LEN);

	if (h == NULL)
		return view_missing(in, NFLOG_LEN);
	uint32_t family = h[0];
	while (in->length > 0) {
		const uint8_t *tlv = view_peek(in, NFLOG_TLV_LEN);

		if (tlv == NULL)
			return view_missing(in, NFLOG_TLV_LEN);
		bool is_big = tlv[2] == 0 && tlv[3] != 0;
		uint32_t len = is_big ? load_be16(tlv) : load_le16(tlv);
		uint16_t type =
		    is_big ? load_be16(tlv + 2) : load_le16(tlv + 2);
		if (len < NFLOG_TLV_LEN || len > in->length)
			return view_broken(in, out, ACCOUNT_NFLOG,
			    NFLOG_TLV_LEN, len);
		if (type == NFLOG_PAYLOAD) {
			view_trim(in, out, len);
			if (!view_skip(in, out, ACCOUNT_NFLOG, NFLOG_TLV_LEN))
				return LAYER_MALFORMED;
			return layer_of_address_family(family);
		}
		len = (len + 3) & ~3u;
		if (!view_skip(in, out, ACCOUNT_NFLOG,
			len < in->length ? len : in->length))
			return LAYER_MALFORMED;
	}
	return LAYER_OTHER;
}

/* OpenBSD's enc(4): the family in the writer's byte order, SPI, flags. */
enum layer decode_enc(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_header(in, out, ACCOUNT_ENC, ENC_LEN);

	if (h == NULL)
		return view_missing(in, ENC_LEN);
	uint32_t family = load_be32(h);
	return layer_of_address_family(family > 0xffff ? load_le32(h) : family);
}

/* macOS: its own length, a record type, the link type of what follows. */
enum layer decode_pktap(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, PKTAP_LEN);

	if (h == NULL)
		return view_missing(in, PKTAP_LEN);
	uint32_t len = load_le32(h), link_type = load_le32(h + 8);
	if (len < PKTAP_LEN || !view_skip(in, out, ACCOUNT_PKTAP, len))
		return view_broken(in, out, ACCOUNT_PKTAP, PKTAP_LEN, len);
	enum layer layer = layer_of_link((uint16_t)link_type);
	return layer == LAYER_UNKNOWN || layer == LAYER_PKTAP ? LAYER_OTHER
							      : layer;
}
