/* decode.c - the table of decoders, and the loop that walks a frame. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/anatomy.h"
#include <string.h>
#include "capture/decode/layer.h"

/*
 * Headers in one frame; deeper nesting is left to the account `other`.  One
 * decoder posts three parts at the most (padding, a header, its options), or
 * LLC and SNAP, so the parts have room.
 */
enum { MAX_DEPTH = (ANATOMY_PARTS - 2) / 3 };

/* A layer has a decoder, or takes all that is left to one account. */
static const struct {
	decode_function *decode;
	enum account account;
} layers[LAYER_COUNT] = {
    [LAYER_ETHERNET] = {decode_ethernet, ACCOUNT_ETH},
    [LAYER_VLAN] = {decode_vlan, ACCOUNT_VLAN},
    [LAYER_LLC] = {decode_llc, ACCOUNT_LLC},
    [LAYER_SLL] = {decode_sll, ACCOUNT_SLL},
    [LAYER_SLL2] = {decode_sll2, ACCOUNT_SLL2},
    [LAYER_NULL] = {decode_null, ACCOUNT_NULL},
    [LAYER_RAW_IP] = {decode_raw_ip, ACCOUNT_IP},
    [LAYER_IPV4] = {decode_ipv4, ACCOUNT_IP},
    [LAYER_IPV6] = {decode_ipv6, ACCOUNT_IPV6},
    [LAYER_IPV6_EXT] = {decode_ipv6_ext, ACCOUNT_IPV6_EXT},
    [LAYER_AH] = {decode_ah, ACCOUNT_AH},
    [LAYER_FRAGMENT] = {decode_fragment, ACCOUNT_PAYLOAD},
    [LAYER_TCP] = {decode_tcp, ACCOUNT_TCP},
    [LAYER_UDP] = {decode_udp, ACCOUNT_UDP},
    [LAYER_ARP] = {decode_arp, ACCOUNT_ARP},
    [LAYER_PAYLOAD] = {NULL, ACCOUNT_PAYLOAD},
    [LAYER_ICMP] = {NULL, ACCOUNT_ICMP},
    [LAYER_ICMPV6] = {NULL, ACCOUNT_ICMPV6},
    [LAYER_IGMP] = {NULL, ACCOUNT_IGMP},
    [LAYER_STP] = {NULL, ACCOUNT_STP},
    [LAYER_LLDP] = {NULL, ACCOUNT_LLDP},
    [LAYER_OTHER] = {NULL, ACCOUNT_OTHER},
    [LAYER_TRUNCATED] = {NULL, ACCOUNT_TRUNCATED},
    [LAYER_MALFORMED] = {NULL, ACCOUNT_MALFORMED},
};

static const struct {
	uint16_t link_type;
	enum layer layer;
} links[] = {
    {LINK_ETHERNET, LAYER_ETHERNET},
    {LINK_LINUX_SLL, LAYER_SLL},
    {LINK_LINUX_SLL2, LAYER_SLL2},
    {LINK_NULL, LAYER_NULL},
    {LINK_LOOP, LAYER_NULL},
    {LINK_RAW, LAYER_RAW_IP},
    {LINK_IPV4, LAYER_IPV4},
    {LINK_IPV6, LAYER_IPV6},
};

static enum layer layer_of_link(uint16_t link_type)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].link_type == link_type)
			return links[i].layer;
	return LAYER_DONE;
}

bool anatomy_knows(uint16_t link_type)
{
	return layer_of_link(link_type) != LAYER_DONE;
}

void anatomy_post(struct anatomy *out, enum account account, uint32_t bytes)
{
	if (bytes == 0)
		return;
	out->part[out->parts++] =
	    (struct part){account, bytes, out->is_inside_ip};
}

static void view_move(struct view *in, uint32_t len)
{
	uint32_t readable = len < in->captured ? len : in->captured;

	in->at += readable;
	in->captured -= readable;
	in->length -= len;
}

const uint8_t *view_header(struct view *in, struct anatomy *out,
    enum account account, uint32_t len)
{
	const uint8_t *header = in->at;

	if (len > in->captured)
		return NULL;
	anatomy_post(out, account, len);
	view_move(in, len);
	return header;
}

enum layer view_missing(const struct view *in, uint32_t len)
{
	return len > in->length ? LAYER_MALFORMED : LAYER_TRUNCATED;
}

bool view_skip(struct view *in, struct anatomy *out, enum account account,
    uint32_t len)
{
	if (len > in->length)
		return false;
	anatomy_post(out, account, len);
	view_move(in, len);
	return true;
}

void view_trim(struct view *in, struct anatomy *out, uint32_t len)
{
	if (len >= in->length)
		return;
	anatomy_post(out, ACCOUNT_PADDING, in->length - len);
	in->length = len;
	if (in->captured > len)
		in->captured = len;
}

static void take_rest(struct view *in, struct anatomy *out,
    enum account account)
{
	if (account == ACCOUNT_PAYLOAD)
		out->payload += in->length;
	anatomy_post(out, account, in->length);
}

/* All but the two long rows, whose counts say what is in them. */
static void clear(struct anatomy *out)
{
	out->parts = out->options = 0;
	memset(&out->is_inside_ip, 0,
	    sizeof(*out) - offsetof(struct anatomy, is_inside_ip));
	out->transport_at = UINT32_MAX;
}

void anatomy_of(const struct frame *frame, struct anatomy *out)
{
	struct view in = {frame->data, frame->captured, frame->length};
	enum layer layer = layer_of_link(frame->link_type);

	clear(out);
	out->is_snapped = frame->captured < frame->length;
	if (frame->fcs_len > 0 && frame->fcs_len <= in.length) {
		anatomy_post(out, ACCOUNT_FCS, frame->fcs_len);
		in.length -= frame->fcs_len;
		if (in.captured > in.length)
			in.captured = in.length;
	}
	if (layer == LAYER_DONE)
		layer = LAYER_OTHER;
	for (int depth = 0; layers[layer].decode != NULL; depth++)
		layer = depth < MAX_DEPTH ? layers[layer].decode(&in, out)
					  : LAYER_OTHER;
	take_rest(&in, out, layers[layer].account);
	if (out->transport_at > out->parts)
		out->transport_at = out->parts;
}
