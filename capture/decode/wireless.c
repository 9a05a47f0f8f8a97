/* wireless.c - IEEE 802.11, and what capturing systems put before it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	RADIOTAP_LEN = 8,
	RADIOTAP_TSFT = 0x1,
	RADIOTAP_FLAGS = 0x2,
	RADIOTAP_FLAG_FCS = 0x10,
	RADIOTAP_FLAG_PAD = 0x20, /* the 802.11 header is padded to four */
	PPI_LEN = 8,
	PPI_FIELD_LEN = 4,
	PPI_802_11_COMMON = 2,
	PPI_FLAGS_AT = 8, /* in that field; bit 0: an FCS is there */
	PRISM_LEN = 8,    /* what is read of it */
	FCS_LEN = 4,

	/* The frame control field, low byte first. */
	WLAN_LEN = 24,
	WLAN_ADDRESS_4_LEN = 6,
	WLAN_QOS_LEN = 2,
	WLAN_HT_LEN = 4,
	TYPE_MANAGEMENT = 0,
	TYPE_CONTROL = 1,
	TYPE_DATA = 2,
	SUBTYPE_NO_DATA = 4,
	SUBTYPE_QOS = 8,
	FLAG_BOTH_DS = 0x03,
	FLAG_PROTECTED = 0x40,
	FLAG_ORDER = 0x80,
	QOS_AMSDU = 0x80,
	QOS_MESH = 0x01, /* of its second byte: a mesh control field follows */
	MESH_LEN = 6,
	MESH_ADDRESSES = 0x03, /* how many addresses more it has */
};

static const uint32_t avs_magic = 0x80211000; /* its low 12 bits: version */
static const uint32_t radiotap_more = 0x80000000;

/* The flags field of a radiotap header of len readable bytes; 0 if none. */
static uint8_t radiotap_flags(const uint8_t *h, uint32_t len)
{
	uint32_t present = load_le32(h + 4), at = RADIOTAP_LEN;

	if ((present & RADIOTAP_FLAGS) == 0)
		return 0;
	for (uint32_t word = present; word & radiotap_more; at += 4) {
		if (at + 4 > len)
			return 0;
		word = load_le32(h + at);
	}
	if (present & RADIOTAP_TSFT) /* eight bytes, aligned to eight */
		at = ((at + 7) & ~7u) + 8;
	return at < len ? h[at] : 0;
}

enum layer decode_radiotap(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, RADIOTAP_LEN);

	if (h == NULL)
		return view_missing(in, RADIOTAP_LEN);
	uint32_t len = load_le16(h + 2), captured = in->captured;
	if (len < RADIOTAP_LEN || !view_skip(in, out, ACCOUNT_RADIOTAP, len))
		return view_broken(in, out, ACCOUNT_RADIOTAP, RADIOTAP_LEN,
		    len);
	uint8_t flags = radiotap_flags(h, len < captured ? len : captured);
	out->is_wlan_padded = flags & RADIOTAP_FLAG_PAD;
	if (flags & RADIOTAP_FLAG_FCS)
		view_trim_fcs(in, out, FCS_LEN);
	return LAYER_WLAN;
}

/* Does a PPI header say that an FCS is there? */
static bool ppi_has_fcs(const uint8_t *h, uint32_t len)
{
	uint32_t at = PPI_LEN;

	while (at + PPI_FIELD_LEN + PPI_FLAGS_AT + 2 <= len) {
		uint32_t field_len = load_le16(h + at + 2);

		if (load_le16(h + at) == PPI_802_11_COMMON)
			return h[at + PPI_FIELD_LEN + PPI_FLAGS_AT] & 1;
		at += PPI_FIELD_LEN + field_len;
	}
	return false;
}

enum layer decode_ppi(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, PPI_LEN);

	if (h == NULL)
		return view_missing(in, PPI_LEN);
	uint32_t len = load_le16(h + 2), captured = in->captured;
	uint16_t link_type = load_le16(h + 4);
	if (len < PPI_LEN || !view_skip(in, out, ACCOUNT_PPI, len))
		return view_broken(in, out, ACCOUNT_PPI, PPI_LEN, len);
	if (ppi_has_fcs(h, len < captured ? len : captured))
		view_trim_fcs(in, out, FCS_LEN);
	enum layer layer = layer_of_link(link_type);
	return layer == LAYER_UNKNOWN || layer == LAYER_PPI ? LAYER_OTHER
							    : layer;
}

/*
 * Prism's header and AVS's stand under one link type: a message code and a
 * length, in the writer's byte order, or a magic number and a length.
 */
enum layer decode_prism(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, PRISM_LEN);

	if (h == NULL)
		return view_missing(in, PRISM_LEN);
	bool is_avs = (load_be32(h) & 0xfffff000) == avs_magic;
	uint32_t len = load_be32(h + 4);
	if (!is_avs && len > 0xffff)
		len = load_le32(h + 4);
	enum account account = is_avs ? ACCOUNT_WLANCAP : ACCOUNT_PRISM;
	if (len < PRISM_LEN || !view_skip(in, out, account, len))
		return view_broken(in, out, account, PRISM_LEN, len);
	return LAYER_WLAN;
}

static uint32_t wlan_header_len(const uint8_t *h, bool is_padded)
{
	uint8_t type = h[0] >> 2 & 3, subtype = h[0] >> 4, flags = h[1];
	bool is_data = type == TYPE_DATA;
	bool is_qos = is_data && (subtype & SUBTYPE_QOS);
	uint32_t len = WLAN_LEN;

	if (is_data && (flags & FLAG_BOTH_DS) == FLAG_BOTH_DS)
		len += WLAN_ADDRESS_4_LEN;
	if (is_qos)
		len += WLAN_QOS_LEN;
	if ((is_qos || type == TYPE_MANAGEMENT) && (flags & FLAG_ORDER))
		len += WLAN_HT_LEN;
	return is_padded ? (len + 3) & ~3u : len;
}

/* Several packets in one frame are not told apart here. */
static bool has_many(const uint8_t *h)
{
	bool has_four = (h[1] & FLAG_BOTH_DS) == FLAG_BOTH_DS;
	uint32_t qos_at = WLAN_LEN + (has_four ? WLAN_ADDRESS_4_LEN : 0);

	return (h[0] >> 4 & SUBTYPE_QOS) && (h[qos_at] & QOS_AMSDU);
}

/* Between mesh stations, IEEE 802.11-2020 section 9.2.4.7.3. */
static enum layer take_mesh_control(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, 1);

	if (h == NULL)
		return view_missing(in, 1);
	uint32_t len = MESH_LEN + (h[0] & MESH_ADDRESSES) * 6u;
	return view_skip(in, out, ACCOUNT_WLAN, len)
		   ? LAYER_LLC
		   : view_broken(in, out, ACCOUNT_WLAN, 1, len);
}

static bool has_mesh_control(const uint8_t *h)
{
	return (h[0] >> 4 & SUBTYPE_QOS) &&
	       (h[1] & FLAG_BOTH_DS) == FLAG_BOTH_DS &&
	       (h[WLAN_LEN + WLAN_ADDRESS_4_LEN + 1] & QOS_MESH);
}

/* Only the first of a row of fragments begins with an LLC header. */
static bool is_later(const uint8_t *h)
{
	return h[22] & 0x0f;
}

enum layer decode_wlan(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, 2);

	if (h == NULL)
		return view_missing(in, 2);
	uint8_t type = h[0] >> 2 & 3, subtype = h[0] >> 4;
	if (type != TYPE_MANAGEMENT && type != TYPE_DATA)
		return LAYER_WLAN_CONTROL;
	uint32_t len = wlan_header_len(h, out->is_wlan_padded);
	h = view_header(in, out, ACCOUNT_WLAN, len);
	if (h == NULL)
		return view_missing(in, len);
	if (h[1] & FLAG_PROTECTED)
		return LAYER_ENCRYPTED;
	if (type == TYPE_MANAGEMENT)
		return LAYER_WLAN_MGT;
	if ((subtype & SUBTYPE_NO_DATA) || is_later(h) || has_many(h))
		return LAYER_OTHER;
	return has_mesh_control(h) ? take_mesh_control(in, out) : LAYER_LLC;
}
