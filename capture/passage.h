/* passage.h - a frame on its way into the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PASSAGE_H
#define CAPTURE_PASSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/decode/brief.h"
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"
#include "capture/source/frame.h"

/*
 * Several workers may post a capture.  A flow is one worker's, by its hash;
 * frames of no flow are the first one's.
 */
struct share {
	uint32_t worker, workers; /* 0 and 1: one for all */
	uint64_t seed;            /* of the hash, the same for all */
};

/* Whose a flow is, by the lower bits of its hash: the table has the upper. */
static inline uint32_t share_worker(const struct share *share, uint32_t hash)
{
	return (hash & UINT16_MAX) * share->workers >> 16;
}

/* A frame on its way: what is known of it after each step. */
struct passage {
	/* By itself, and by the frames before it in its batch: tuple.h. */
	const struct frame *frame;
	struct brief brief;
	struct anatomy *anatomy; /* room, used where brief has no shape */
	struct flow_key key;
	uint32_t hash;   /* of key, with brief.has_ports */
	uint32_t worker; /* whose it is; a later fragment's: not yet known */
	uint8_t side;    /* which end of the flow's key sent it */
	uint32_t nth;    /* in its batch, from 1 on */
	uint64_t reached_ns; /* the latest time that two of these reached */
	/* By all frames before it. */
	bool is_mine;           /* this worker's */
	struct flow *flow;      /* whose it is, or NULL */
	struct verdict verdict; /* why it was sent */
};

#endif
