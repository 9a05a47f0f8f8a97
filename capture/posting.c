/* posting.c - a frame taken apart and judged, as entries for the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/posting.h"

enum {
	/* IEEE 802.3: preamble 7, start 1, gap 12; FCS 4; least frame 64. */
	WIRE_AROUND = 20,
	WIRE_FCS = 4,
	WIRE_LEAST = 64,
};

static void enter(struct posting *posting, enum account account, uint32_t bytes)
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

/* What an Ethernet cable carries besides the frame in the capture. */
static uint32_t phy_bytes(const struct frame *frame)
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
		enter(posting, ACCOUNT_PHY, phy_bytes(frame));
	posting->options = a->options;
	posting->option = a->option;
}
