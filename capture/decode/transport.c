/* transport.c - TCP (RFC 9293), UDP (RFC 768), UDP-Lite (RFC 3828). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum { TCP_LEN = 20, UDP_LEN = 8 };

enum layer decode_tcp(struct view *in, struct anatomy *out)
{
	anatomy_enter_transport(out);
	if (in->length < TCP_LEN && in->goes_on)
		return LAYER_TCP_PART;
	const uint8_t *h = view_header(in, out, ACCOUNT_TCP, TCP_LEN);
	if (h == NULL)
		return view_missing(in, TCP_LEN);
	uint32_t header_len = (uint32_t)(h[12] >> 4) * 4;
	if (header_len < TCP_LEN)
		return LAYER_MALFORMED;
	uint32_t len = header_len - TCP_LEN;
	if (len > in->length && !in->goes_on)
		return LAYER_MALFORMED;
	out->payload_from = in->passed + len;
	if (len > in->length) /* the next fragment has the rest */
		len = in->length;
	decode_tcp_options(in, len, out);
	anatomy_post(out, ACCOUNT_TCP_OPTIONS, len);
	view_pass(in, len);
	anatomy_set_ports(out, h);
	out->seq = load_be32(h + 4);
	out->ack = load_be32(h + 8);
	out->tcp_flags = h[13];
	return LAYER_PAYLOAD;
}

enum layer decode_udp(struct view *in, struct anatomy *out)
{
	const uint8_t *h = view_peek(in, UDP_LEN);

	if (h == NULL) {
		anatomy_enter_transport(out);
		return view_missing(in, UDP_LEN);
	}
	uint32_t len = load_be16(h + 4);
	if (len == 0) /* RFC 2675: to the end of the jumbogram */
		len = in->length;
	/* What a short length leaves over belongs to no datagram: it stands
	 * before the header, and so is not of the transport. */
	if (len >= UDP_LEN)
		view_trim(in, out, len);
	anatomy_enter_transport(out);
	if (len < UDP_LEN)
		return view_broken(in, out, ACCOUNT_UDP, UDP_LEN, len);
	if (!view_skip(in, out, ACCOUNT_UDP, UDP_LEN))
		return LAYER_MALFORMED;
	anatomy_set_ports(out, h);
	return layer_of_udp_ports(load_be16(h), load_be16(h + 2), in);
}

/* In the place of the length stands how much the checksum covers. */
enum layer decode_udplite(struct view *in, struct anatomy *out)
{
	anatomy_enter_transport(out);
	const uint8_t *h = view_header(in, out, ACCOUNT_UDPLITE, UDP_LEN);

	if (h == NULL)
		return view_missing(in, UDP_LEN);
	uint16_t coverage = load_be16(h + 4); /* of the checksum */
	if (coverage != 0 && coverage < UDP_LEN)
		return LAYER_MALFORMED;
	anatomy_set_ports(out, h);
	return LAYER_PAYLOAD;
}
