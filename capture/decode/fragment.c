/* fragment.c - IP fragments: what the first tells of the later ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode/layer.h"
#include <string.h>

void fragment_enter(struct view *in, struct anatomy *out,
    const struct fragment *fragment, bool has_more)
{
	if (fragment->at != 0) {
		out->later = *fragment;
		return;
	}
	if (!has_more)
		return;
	in->goes_on = true;
	if (out->firsts == ANATOMY_FIRSTS)
		return;
	struct fragment *first = &out->first[out->firsts++];
	*first = *fragment;
	first->body_from = in->passed;
	first->ends_at = UINT32_MAX;
}

/* By itself a later fragment tells no more than its protocol. */
enum layer decode_fragment(struct view *in, struct anatomy *out)
{
	enum layer layer = layer_of_protocol(out->protocol);

	out->is_later_fragment = true;
	out->later.body_from = in->passed;
	out->later.ends_at = in->passed + in->length;
	if (protocol_is_transport(out->protocol)) {
		anatomy_enter_transport(out);
		return LAYER_PAYLOAD;
	}
	switch (layer) {
	case LAYER_ICMP:
	case LAYER_ICMPV6:
	case LAYER_IGMP:
		return layer;
	case LAYER_ESP:
		return LAYER_ENCRYPTED;
	default:
		return LAYER_OTHER;
	}
}

struct continuation anatomy_continuation(const struct anatomy *a, uint32_t i)
{
	const struct fragment *first = &a->first[i];
	struct continuation is = {
	    .payload_at = a->payload_from - first->body_from,
	    .ends_at = UINT32_MAX,
	    .account = a->behind,
	    .has_transport = a->transport_at != UINT32_MAX,
	};

	if (first->ends_at != UINT32_MAX)
		is.ends_at = first->ends_at - first->body_from;
	/* Chunks of SCTP are counted one by one: nothing was left behind. */
	if (is.account == ACCOUNT_OTHER && a->has_ports)
		is.account = ACCOUNT_PAYLOAD;
	if (is.account == ACCOUNT_TCP) /* the rest of its header is in there */
		is.account = ACCOUNT_TRUNCATED;
	if (is.account != ACCOUNT_PAYLOAD)
		is.payload_at = 0;
	return is;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void anatomy_continue(struct anatomy *a, const struct continuation *is)
{
	uint32_t at = a->later.at, options = 0, padding = 0;
	uint32_t bytes = a->later.ends_at - a->later.body_from;

	if (bytes == 0)
		return;
	if (at < is->payload_at)
		options = least(bytes, is->payload_at - at);
	if (at + options >= is->ends_at)
		padding = bytes - options;
	else if (bytes > is->ends_at - at)
		padding = bytes - (is->ends_at - at);
	a->parts--; /* what it was taken for */
	a->payload = 0;
	a->transport_at = UINT32_MAX;
	anatomy_post(a, ACCOUNT_PADDING, padding);
	if (is->has_transport)
		anatomy_enter_transport(a);
	anatomy_post(a, ACCOUNT_TCP_OPTIONS, options);
	if (options > 0) {
		a->options = 1;
		a->option[0].kind = TCP_OPTION_TRUNCATED;
		a->option[0].bytes = options;
	}
	bytes -= options + padding;
	anatomy_post(a, is->account, bytes);
	if (is->account == ACCOUNT_PAYLOAD)
		a->payload = bytes;
}
