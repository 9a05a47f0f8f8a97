/* posting.c - a frame taken apart and judged, as entries for the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/posting.h"
#include <assert.h>
#include "capture/decode/regular.h"

enum {
	/* IEEE 802.3: preamble 7, start 1, gap 12; FCS 4; least frame 64. */
	WIRE_AROUND = 20,
	WIRE_FCS = 4,
	WIRE_LEAST = 64,
};

/* A payload makes two entries, and there may be one of the wire's own. */
static_assert(ANATOMY_PARTS + 2 <= POSTING_MAX, "the entries have room");

static void enter(struct posting *posting, enum account account, uint64_t bytes)
{
	posting->entry[posting->entries] = (struct entry){account, bytes};
	posting->entries += bytes > 0;
	posting->bytes += bytes;
}

static bool is_counted(const struct anatomy *a, uint32_t i, enum level level)
{
	switch (level) {
	case LEVEL_TRANSPORT:
		return i >= a->transport_at;
	case LEVEL_IP:
		return a->part[i].is_inside_ip;
	case LEVEL_LINK:
	case LEVEL_WIRE:
	case LEVEL_COUNT:
		break;
	}
	return true;
}

uint32_t posting_phy(const struct frame *frame)
{
	uint32_t fcs = frame->fcs_len > 0 ? 0 : WIRE_FCS;
	uint64_t len = (uint64_t)frame->length + fcs;

	return WIRE_AROUND + fcs +
	       (len < WIRE_LEAST ? (uint32_t)(WIRE_LEAST - len) : 0);
}

void posting_write(struct posting *posting, enum level level,
    const struct frame *frame, const struct anatomy *a,
    const struct verdict *verdict)
{
	uint32_t fresh = verdict->fresh;

	posting->entries = posting->options = 0;
	posting->bytes = 0;
	posting->purpose = verdict->purpose;
	posting->time_ns = frame->time_ns;
	posting->payload = fresh;
	for (uint32_t i = 0; i < a->parts; i++) {
		const struct part *part = &a->part[i];

		if (!is_counted(a, i, level))
			continue;
		if (part->account != ACCOUNT_PAYLOAD) {
			enter(posting, part->account, part->bytes);
			continue;
		}
		enter(posting, ACCOUNT_PAYLOAD, fresh);
		enter(posting, ACCOUNT_REPEATED, part->bytes - fresh);
	}
	if (level == LEVEL_WIRE && a->is_ethernet)
		enter(posting, ACCOUNT_PHY, posting_phy(frame));
	posting->options = a->options;
	posting->option = a->option;
}

/* The headers of one frame, bytes, from the outermost on. */
struct headers {
	uint32_t vlan, ip, transport, options;
};

static struct headers headers_of(unsigned shape)
{
	bool is_udp = shape & SHAPE_UDP;
	bool has_timestamps = shape & SHAPE_TIMESTAMPS;

	return (struct headers){
	    .vlan = shape & SHAPE_VLAN ? REGULAR_VLAN : 0,
	    .ip = shape & SHAPE_IPV6 ? REGULAR_IPV6 : REGULAR_IPV4,
	    .transport = is_udp ? REGULAR_UDP : REGULAR_TCP,
	    .options = has_timestamps ? REGULAR_TIMESTAMPS : 0,
	};
}

/* What the frames have besides headers and payload. */
static uint64_t padding_of(unsigned shape, const struct headers *len,
    const struct shape_sum *sum)
{
	uint64_t headers = REGULAR_ETHERNET + len->vlan + len->ip +
			   len->transport + len->options;

	return shape & SHAPE_PADDED ? sum->length - sum->frames * headers -
					  sum->fresh - sum->repeated
				    : 0;
}

uint64_t posting_counted(enum level level, unsigned shape,
    const struct shape_sum *sum)
{
	struct headers len = headers_of(shape);
	uint64_t ip = sum->length - padding_of(shape, &len, sum) -
		      sum->frames * (REGULAR_ETHERNET + len.vlan);

	switch (level) {
	case LEVEL_TRANSPORT:
		return ip - sum->frames * len.ip;
	case LEVEL_IP:
		return ip;
	case LEVEL_WIRE:
		return sum->length + sum->phy;
	case LEVEL_LINK:
	case LEVEL_COUNT:
		break;
	}
	return sum->length;
}

void posting_write_shape(struct posting *posting, enum level level,
    unsigned shape, enum purpose purpose, const struct shape_sum *sum)
{
	bool is_ipv6 = shape & SHAPE_IPV6, is_udp = shape & SHAPE_UDP;
	struct headers len = headers_of(shape);
	uint64_t n = sum->frames;

	posting->entries = 0;
	posting->bytes = 0;
	posting->purpose = purpose;
	posting->payload = sum->fresh;
	if (level >= LEVEL_LINK) {
		enter(posting, ACCOUNT_ETH, n * REGULAR_ETHERNET);
		enter(posting, ACCOUNT_VLAN, n * len.vlan);
		enter(posting, ACCOUNT_PADDING, padding_of(shape, &len, sum));
	}
	if (level >= LEVEL_IP)
		enter(posting, is_ipv6 ? ACCOUNT_IPV6 : ACCOUNT_IP, n * len.ip);
	enter(posting, is_udp ? ACCOUNT_UDP : ACCOUNT_TCP, n * len.transport);
	enter(posting, ACCOUNT_TCP_OPTIONS, n * len.options);
	enter(posting, ACCOUNT_PAYLOAD, sum->fresh);
	enter(posting, ACCOUNT_REPEATED, sum->repeated);
	if (level == LEVEL_WIRE)
		enter(posting, ACCOUNT_PHY, sum->phy);
	posting->options = len.options > 0 ? REGULAR_OPTIONS : 0;
	posting->option = regular_options;
}
