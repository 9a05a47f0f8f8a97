/* sctp.c - SCTP (RFC 9260) and DCCP (RFC 4340). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum {
	SCTP_LEN = 12,
	CHUNK_LEN = 4,
	CHUNK_DATA = 0,
	CHUNK_DATA_LEN = 16,
	CHUNK_I_DATA = 64, /* RFC 8260 */
	CHUNK_I_DATA_LEN = 20,
	DCCP_LEN = 12,
	DCCP_EXTENDED_LEN = 16,
};

/* A packet may hold many chunks: their bytes are added up, posted once. */
struct sums {
	uint32_t headers, payload;
};

static uint32_t chunk_header_len(uint8_t type, uint32_t len)
{
	if (type == CHUNK_DATA)
		return CHUNK_DATA_LEN;
	return type == CHUNK_I_DATA ? CHUNK_I_DATA_LEN : len;
}

/*
 * One chunk and its padding; false if what is left is none, and behind the
 * first four bytes of one that contradicts itself.
 */
static bool take_chunk(struct view *in, struct sums *sums)
{
	const uint8_t *h = view_peek(in, CHUNK_LEN);

	if (h == NULL)
		return false;
	uint32_t len = load_be16(h + 2);
	if (len > in->length) { /* the next IP fragment may have the rest */
		if (in->goes_on && chunk_header_len(h[0], len) > in->length)
			return false;
		len = in->length;
	}
	uint32_t header_len = chunk_header_len(h[0], len);
	if (len < CHUNK_LEN || len < header_len) {
		sums->headers += CHUNK_LEN;
		view_pass(in, CHUNK_LEN);
		return false;
	}
	uint32_t padded = (len + 3) & ~3u;
	if (padded > in->length)
		padded = in->length;
	sums->payload += len - header_len;
	sums->headers += header_len + (padded - len);
	view_pass(in, padded);
	return true;
}

enum layer decode_sctp(struct view *in, struct anatomy *out)
{
	struct sums sums = {0, 0};

	anatomy_enter_transport(out);
	const uint8_t *h = view_header(in, out, ACCOUNT_SCTP, SCTP_LEN);
	if (h == NULL)
		return view_missing(in, SCTP_LEN);
	anatomy_set_ports(out, h);
	while (in->length > 0 && take_chunk(in, &sums))
		continue;
	anatomy_post(out, ACCOUNT_SCTP_CHUNK, sums.headers);
	anatomy_post(out, ACCOUNT_PAYLOAD, sums.payload);
	out->payload = sums.payload;
	if (in->length == 0)
		return LAYER_OTHER; /* nothing is left */
	bool is_cut = in->captured < CHUNK_LEN && in->captured < in->length;
	return is_cut || in->goes_on ? LAYER_TRUNCATED : LAYER_MALFORMED;
}

/* Its data offset counts the whole header in words. */
enum layer decode_dccp(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, DCCP_LEN);

	anatomy_enter_transport(out);
	if (h == NULL)
		return view_missing(in, DCCP_LEN);
	uint32_t len = h[4] * 4u;
	bool is_extended = h[8] & 1; /* its sequence number has 48 bits */
	if (len < (is_extended ? DCCP_EXTENDED_LEN : DCCP_LEN))
		return view_broken(in, out, ACCOUNT_DCCP, DCCP_LEN, 0);
	if (!view_skip(in, out, ACCOUNT_DCCP, len))
		return view_broken(in, out, ACCOUNT_DCCP, DCCP_LEN, len);
	anatomy_set_ports(out, h);
	return LAYER_PAYLOAD;
}
