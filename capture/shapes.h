/* shapes.h - regular frames counted by their shape, not one by one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SHAPES_H
#define CAPTURE_SHAPES_H

#include "capture/posting.h"

/*
 * Frames of one shape have the same headers: it is enough to count them, and
 * to add up what differs.  All accounts follow by multiplication when a
 * ledger is asked for.  A posting for each frame took a fifth of a report's
 * time (docs/performance.md).
 */
struct shapes {
	/* By shape, purpose, and whether payload is new, is repeated. */
	struct shape_sum sum[SHAPES][PURPOSE_COUNT][2][2];
};

/* Count one frame that belongs to some flow. */
static inline void shapes_post(struct shapes *shapes, enum level level,
    const struct frame *frame, const struct brief *brief,
    const struct verdict *verdict)
{
	uint32_t fresh = verdict->fresh;
	uint32_t repeated = brief->segment.len - fresh;
	struct shape_sum *sum =
	    &shapes
		 ->sum[brief->shape][verdict->purpose][fresh > 0][repeated > 0];

	sum->frames++;
	sum->length += frame->length;
	sum->fresh += fresh;
	sum->repeated += repeated;
	if (level == LEVEL_WIRE)
		sum->phy += posting_phy(frame);
}

/* Bring the ledger's books up to date. */
void shapes_settle(struct shapes *shapes, struct ledger *ledger);

#endif
