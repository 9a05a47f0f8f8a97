/* decode.c - the table of decoders, and the loop that walks a frame. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/anatomy.h"
#include <assert.h>
#include <string.h>
#include "capture/decode/layer.h"
#include "capture/decode/regular.h"

/*
 * Headers in one frame; deeper nesting is left to the account `other`.  One
 * decoder makes four parts at the most (two kinds of trailer, a header, its
 * options), and before and after the decoders there is one each.
 */
enum { MAX_DEPTH = 40 };
static_assert(MAX_DEPTH * 4 + 2 <= ANATOMY_PARTS, "the parts have room");

/* A layer has a decoder, or takes all that is left to one account. */
static const struct {
	decode_function *decode;
	enum account rest;
} layers[LAYER_COUNT] = {
    [LAYER_ETHERNET] = {.decode = decode_ethernet},
    [LAYER_ISL] = {.decode = decode_isl},
    [LAYER_VLAN] = {.decode = decode_vlan},
    [LAYER_LLC] = {.decode = decode_llc},
    [LAYER_SNAP] = {.decode = decode_snap},
    [LAYER_SNAP_PADDED] = {.decode = decode_snap_padded},
    [LAYER_SLL] = {.decode = decode_sll},
    [LAYER_SLL2] = {.decode = decode_sll2},
    [LAYER_NULL] = {.decode = decode_null},
    [LAYER_PFLOG] = {.decode = decode_pflog},
    [LAYER_NFLOG] = {.decode = decode_nflog},
    [LAYER_ENC] = {.decode = decode_enc},
    [LAYER_PKTAP] = {.decode = decode_pktap},
    [LAYER_MPLS] = {.decode = decode_mpls},
    [LAYER_PW_CONTROL_WORD] = {.decode = decode_pw_control_word},
    [LAYER_PPPOE] = {.decode = decode_pppoe},
    [LAYER_PPP] = {.decode = decode_ppp},
    [LAYER_PPP_WITH_DIRECTION] = {.decode = decode_ppp_with_direction},
    [LAYER_PPP_OR_CHDLC] = {.decode = decode_ppp_or_chdlc},
    [LAYER_CHDLC] = {.decode = decode_chdlc},
    [LAYER_CHDLC_WITH_DIRECTION] = {.decode = decode_chdlc_with_direction},
    [LAYER_FRAME_RELAY] = {.decode = decode_frame_relay},
    [LAYER_FRAME_RELAY_WITH_DIRECTION] =
	{.decode = decode_frame_relay_with_direction},
    [LAYER_RADIOTAP] = {.decode = decode_radiotap},
    [LAYER_PPI] = {.decode = decode_ppi},
    [LAYER_PRISM] = {.decode = decode_prism},
    [LAYER_WLAN] = {.decode = decode_wlan},
    [LAYER_RAW_IP] = {.decode = decode_raw_ip},
    [LAYER_IPV4] = {.decode = decode_ipv4},
    [LAYER_IPV6] = {.decode = decode_ipv6},
    [LAYER_IPV6_EXT] = {.decode = decode_ipv6_ext},
    [LAYER_AH] = {.decode = decode_ah},
    [LAYER_FRAGMENT] = {.decode = decode_fragment},
    [LAYER_GRE] = {.decode = decode_gre},
    [LAYER_ERSPAN_II] = {.decode = decode_erspan_ii},
    [LAYER_ERSPAN_III] = {.decode = decode_erspan_iii},
    [LAYER_ETHERIP] = {.decode = decode_etherip},
    [LAYER_VXLAN] = {.decode = decode_vxlan},
    [LAYER_VXLAN_GPE] = {.decode = decode_vxlan_gpe},
    [LAYER_NSH] = {.decode = decode_nsh},
    [LAYER_GENEVE] = {.decode = decode_geneve},
    [LAYER_GTP] = {.decode = decode_gtp},
    [LAYER_L2TP] = {.decode = decode_l2tp},
    [LAYER_TEREDO] = {.decode = decode_teredo},
    [LAYER_ESP] = {.decode = decode_esp},
    [LAYER_TCP] = {.decode = decode_tcp},
    [LAYER_UDP] = {.decode = decode_udp},
    [LAYER_UDPLITE] = {.decode = decode_udplite},
    [LAYER_SCTP] = {.decode = decode_sctp},
    [LAYER_DCCP] = {.decode = decode_dccp},
    [LAYER_ARP] = {.decode = decode_arp},
    [LAYER_TCP_PART] = {.rest = ACCOUNT_TCP},
    [LAYER_PAYLOAD] = {.rest = ACCOUNT_PAYLOAD},
    [LAYER_ICMP] = {.rest = ACCOUNT_ICMP},
    [LAYER_ICMPV6] = {.rest = ACCOUNT_ICMPV6},
    [LAYER_IGMP] = {.rest = ACCOUNT_IGMP},
    [LAYER_STP] = {.rest = ACCOUNT_STP},
    [LAYER_LLDP] = {.decode = decode_lldp},
    [LAYER_CDP] = {.rest = ACCOUNT_CDP},
    [LAYER_SLOW] = {.rest = ACCOUNT_SLOW},
    [LAYER_EAPOL] = {.decode = decode_eapol},
    [LAYER_WLAN_MGT] = {.rest = ACCOUNT_WLAN_MGT},
    [LAYER_WLAN_CONTROL] = {.rest = ACCOUNT_WLAN},
    [LAYER_L2TP_CONTROL] = {.rest = ACCOUNT_L2TP},
    [LAYER_GTP_CONTROL] = {.rest = ACCOUNT_GTP},
    [LAYER_OTHER] = {.rest = ACCOUNT_OTHER},
    [LAYER_ENCRYPTED] = {.rest = ACCOUNT_ENCRYPTED},
    [LAYER_TRUNCATED] = {.rest = ACCOUNT_TRUNCATED},
    [LAYER_MALFORMED] = {.rest = ACCOUNT_MALFORMED},
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
    {LINK_IEEE802_11, LAYER_WLAN},
    {LINK_IEEE802_11_RADIOTAP, LAYER_RADIOTAP},
    {LINK_IEEE802_11_PRISM, LAYER_PRISM},
    {LINK_IEEE802_11_AVS, LAYER_PRISM},
    {LINK_PPI, LAYER_PPI},
    {LINK_PPP, LAYER_PPP_OR_CHDLC},
    {LINK_PPP_HDLC, LAYER_PPP_OR_CHDLC},
    {LINK_PPP_ETHER, LAYER_PPPOE},
    {LINK_PPP_WITH_DIR, LAYER_PPP_WITH_DIRECTION},
    {LINK_C_HDLC, LAYER_CHDLC},
    {LINK_C_HDLC_WITH_DIR, LAYER_CHDLC_WITH_DIRECTION},
    {LINK_FRELAY, LAYER_FRAME_RELAY},
    {LINK_FRELAY_WITH_DIR, LAYER_FRAME_RELAY_WITH_DIRECTION},
    {LINK_MPLS, LAYER_MPLS},
    {LINK_ATM_RFC1483, LAYER_LLC},
    {LINK_PFLOG, LAYER_PFLOG},
    {LINK_NFLOG, LAYER_NFLOG},
    {LINK_ENC, LAYER_ENC},
    {LINK_PKTAP, LAYER_PKTAP},
};

enum layer layer_of_link(uint16_t link_type)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].link_type == link_type)
			return links[i].layer;
	return LAYER_UNKNOWN;
}

bool anatomy_knows(uint16_t link_type)
{
	return layer_of_link(link_type) != LAYER_UNKNOWN;
}

/*
 * Neighbours of one kind are one part.  A decoder that posts in a loop posts
 * one kind, or sums, so MAX_DEPTH bounds the parts.
 */
void anatomy_post(struct anatomy *out, enum account account, uint32_t bytes)
{
	bool is_first = out->parts == 0 || out->parts == out->transport_at ||
			out->parts == out->inner_at;
	struct part *last = is_first ? NULL : &out->part[out->parts - 1];

	if (bytes == 0)
		return;
	if (last != NULL && last->account == account &&
	    last->is_inside_ip == out->is_inside_ip) {
		last->bytes += bytes;
		return;
	}
	assert(out->parts < ANATOMY_PARTS);
	out->part[out->parts++] =
	    (struct part){account, bytes, out->is_inside_ip};
}

void view_pass(struct view *in, uint32_t len)
{
	uint32_t readable = len < in->captured ? len : in->captured;

	in->at += readable;
	in->captured -= readable;
	in->length -= len;
	in->passed += len;
}

const uint8_t *view_header(struct view *in, struct anatomy *out,
    enum account account, uint32_t len)
{
	const uint8_t *header = in->at;

	if (len > in->captured)
		return NULL;
	anatomy_post(out, account, len);
	view_pass(in, len);
	return header;
}

enum layer view_missing(const struct view *in, uint32_t len)
{
	return len > in->length && !in->goes_on ? LAYER_MALFORMED
						: LAYER_TRUNCATED;
}

enum layer view_broken(struct view *in, struct anatomy *out,
    enum account account, uint32_t fixed, uint32_t len)
{
	if (!view_skip(in, out, account, fixed) || len < fixed)
		return LAYER_MALFORMED;
	return view_missing(in, len - fixed);
}

bool view_skip(struct view *in, struct anatomy *out, enum account account,
    uint32_t len)
{
	if (len > in->length)
		return false;
	anatomy_post(out, account, len);
	view_pass(in, len);
	return true;
}

/* Later fragments tell more of it, or begin behind it. */
static void note_end(const struct view *in, struct anatomy *out, uint32_t len)
{
	for (uint32_t i = 0; i < out->firsts; i++) {
		struct fragment *first = &out->first[i];

		if (first->ends_at - in->passed > len)
			first->ends_at = in->passed + len;
	}
}

void view_trim(struct view *in, struct anatomy *out, uint32_t len)
{
	if (in->goes_on && len != in->length)
		note_end(in, out, len);
	if (len <= in->length)
		in->goes_on = false;
	if (len >= in->length)
		return;
	anatomy_post(out, ACCOUNT_PADDING, in->length - len);
	in->length = len;
	if (in->captured > len)
		in->captured = len;
}

void view_trim_fcs(struct view *in, struct anatomy *out, uint32_t len)
{
	if (len > in->length)
		return;
	anatomy_post(out, ACCOUNT_FCS, len);
	in->length -= len;
	if (in->captured > in->length)
		in->captured = in->length;
}

void anatomy_enter_transport(struct anatomy *out)
{
	out->transport_at = out->parts;
}

void anatomy_set_ports(struct anatomy *out, const uint8_t *header)
{
	out->has_ports = true;
	out->source_port = load_be16(header);
	out->destination_port = load_be16(header + 2);
}

void anatomy_enter_tunnel(struct anatomy *out)
{
	out->has_ports = false;
}

static void take_rest(struct view *in, struct anatomy *out,
    enum account account)
{
	if (account == ACCOUNT_PAYLOAD) {
		out->payload += in->length;
		out->payload_at = in->at;
		out->payload_captured = in->captured;
	}
	anatomy_post(out, account, in->length);
}

/* All but the two long rows, whose counts say what is in them. */
static void clear(struct anatomy *out)
{
	out->parts = out->options = 0;
	memset(&out->is_inside_ip, 0,
	    sizeof(*out) - offsetof(struct anatomy, is_inside_ip));
	out->transport_at = out->inner_at = UINT32_MAX;
}

void anatomy_by_layers(const struct frame *frame, struct anatomy *out)
{
	struct view in = {
	    .at = frame->data,
	    .captured = frame->captured,
	    .length = frame->length,
	};
	enum layer layer = layer_of_link(frame->link_type);

	clear(out);
	out->is_snapped = frame->captured < frame->length;
	out->is_ethernet = layer == LAYER_ETHERNET;
	if (frame->fcs_len > 0)
		view_trim_fcs(&in, out, frame->fcs_len);
	if (layer == LAYER_UNKNOWN)
		layer = LAYER_OTHER;
	for (int depth = 0; layers[layer].decode != NULL; depth++)
		layer = depth < MAX_DEPTH ? layers[layer].decode(&in, out)
					  : LAYER_OTHER;
	out->behind = layers[layer].rest;
	if (out->payload_from == 0)
		out->payload_from = in.passed;
	take_rest(&in, out, layers[layer].rest);
}

void anatomy_of(const struct frame *frame, struct anatomy *out)
{
	if (!regular_take(frame, out))
		anatomy_by_layers(frame, out);
}

void brief_of_anatomy(const struct anatomy *anatomy, struct brief *out)
{
	*out = (struct brief){
	    .shape = SHAPE_NONE,
	    .has_ports = anatomy->has_ports,
	    .source_port = anatomy->source_port,
	    .destination_port = anatomy->destination_port,
	    .ip_at = anatomy->ip_at,
	    .ip_bytes = anatomy->ip_bytes,
	    .segment = {.seq = anatomy->seq,
		.ack = anatomy->ack,
		.len = anatomy->payload,
		.flags = anatomy->tcp_flags,
		.window_shift = anatomy->window_shift},
	    .payload_at = anatomy->payload_at,
	    .payload_captured = anatomy->payload_captured,
	};
}
