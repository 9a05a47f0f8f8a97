/* transport.c - TCP (RFC 9293) and UDP (RFC 768). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"

enum { TCP_LEN = 20, UDP_LEN = 8 };

static void enter_transport(const uint8_t *h, struct anatomy *out)
{
	out->has_ports = true;
	out->source_port = load_be16(h);
	out->destination_port = load_be16(h + 2);
}

enum layer decode_tcp(struct view *in, struct anatomy *out)
{
	out->transport_at = out->parts;
	const uint8_t *h = view_header(in, out, ACCOUNT_TCP, TCP_LEN);

	if (h == NULL)
		return view_missing(in, TCP_LEN);
	uint32_t header_len = (uint32_t)(h[12] >> 4) * 4;
	if (header_len < TCP_LEN)
		return LAYER_MALFORMED;
	const uint8_t *options = in->at;
	uint32_t captured = in->captured, len = header_len - TCP_LEN;
	if (!view_skip(in, out, ACCOUNT_TCP_OPTIONS, len))
		return LAYER_MALFORMED;
	decode_tcp_options(options, captured < len ? captured : len, len, out);
	enter_transport(h, out);
	out->seq = load_be32(h + 4);
	out->ack = load_be32(h + 8);
	out->tcp_flags = h[13];
	out->window = load_be16(h + 14);
	return LAYER_PAYLOAD;
}

enum layer decode_udp(struct view *in, struct anatomy *out)
{
	out->transport_at = out->parts;
	if (in->captured < UDP_LEN)
		return view_missing(in, UDP_LEN);
	uint32_t len = load_be16(in->at + 4);
	if (len == 0) /* RFC 2675: to the end of the jumbogram */
		len = in->length;
	/* What a short length leaves over belongs to no datagram. */
	if (len >= UDP_LEN)
		view_trim(in, out, len);
	out->transport_at = out->parts;
	const uint8_t *h = view_header(in, out, ACCOUNT_UDP, UDP_LEN);
	if (h == NULL)
		return view_missing(in, UDP_LEN);
	if (len < UDP_LEN)
		return LAYER_MALFORMED;
	enter_transport(h, out);
	return LAYER_PAYLOAD;
}
