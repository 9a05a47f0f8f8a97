/* posting.h - a frame taken apart and judged, as entries for the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_POSTING_H
#define CAPTURE_POSTING_H

#include "capture/decode/brief.h"
#include "capture/flow/purpose.h"
#include "capture/ledger/ledger.h"

/* Frames of one shape, and the sums of what differs in them, bytes. */
struct shape_sum {
	uint64_t frames;
	uint64_t length;          /* of the frames, as captured */
	uint64_t fresh, repeated; /* payload */
	uint64_t phy;             /* of LEVEL_WIRE */
};

/*
 * Write the entries of what the level counts, with the payload split into new
 * and repeated, and the kinds of TCP options.
 */
void posting_write(struct posting *posting, enum level level,
    const struct frame *frame, const struct anatomy *a,
    const struct verdict *verdict);

/*
 * The same for frames of a shape, without their time: either none or all of
 * them have new, repeated payload.  The options are those of one frame.
 */
void posting_write_shape(struct posting *posting, enum level level,
    unsigned shape, enum purpose purpose, const struct shape_sum *sum);

/* What the level counts of them, by their lengths: to check the accounts. */
uint64_t posting_counted(enum level level, unsigned shape,
    const struct shape_sum *sum);

/* What an Ethernet cable carries besides the frame in the capture, bytes. */
uint32_t posting_phy(const struct frame *frame);

#endif
