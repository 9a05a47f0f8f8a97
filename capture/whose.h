/* whose.h - step two of a frame's way: which flow is it of? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_WHOSE_H
#define CAPTURE_WHOSE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/decode/brief.h"
#include "capture/flow/fragments.h"
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"
#include "capture/ledger/ledger.h"

struct batch;

/* A frame on its way: what is known of it after each step. */
struct passage {
	/* By itself, and by the frames before it in its batch: tuple.h. */
	const struct frame *frame;
	struct brief brief;
	struct anatomy *anatomy; /* room, used where brief has no shape */
	struct flow_key key;
	uint32_t hash;       /* of key, with brief.has_ports */
	uint8_t side;        /* which end of the flow's key sent it */
	uint32_t nth;        /* in its batch, from 1 on */
	uint64_t reached_ns; /* the latest time that two of these reached */
	/* By all frames before it. */
	bool is_mine;           /* this worker's */
	struct flow *flow;      /* whose it is, or NULL */
	struct verdict verdict; /* why it was sent */
};

/*
 * Several workers may post a capture.  A flow is one worker's, by its hash;
 * frames of no flow are the first one's.
 */
struct whose_share {
	uint32_t worker, workers; /* 0 and 1: one for all */
	uint64_t seed;            /* of the hash, the same for all */
};

/*
 * The flows there are.  One leaves when it was silent for longer than the
 * timeout, or over and silent for longer than WHOSE_LINGER_S: what comes on
 * its tuple after that begins another flow.  Time is the latest time stamp so
 * far, so that a clock that runs backwards makes no flow leave.  None leaves
 * among the first WHOSE_PATIENCE frames: there is room for them all.
 */
struct whose {
	struct table table;
	struct fragments fragments;
	struct whose_share share;
	uint64_t before;   /* frames before this batch, others' too */
	uint64_t frames;   /* up to this one */
	uint32_t opened;   /* flows, since the last sweep */
	uint64_t now_ns;   /* the latest time stamp that two frames reached */
	uint64_t stamp_ns; /* of the last frame before this batch */
	uint32_t timeout;  /* ticks; UINT32_MAX: none leaves */
	uint32_t linger;   /* ticks, of those that are over */
	bool is_mergeable; /* what joins a flow with a later one is kept */
	/* Of connections that have left: what was missing. */
	uint64_t left[WARNING_COUNT];
	struct owner *over; /* what their figures are in, linked by `next` */
};

enum {
	WHOSE_PATIENCE = 100000,
	/* Two maximum segment lifetimes (RFC 9293 section 3.4.2). */
	WHOSE_LINGER_S = 240,
	/* What a NAT must allow (RFC 5382 REQ-5): two hours, as keep-alives
	 * come, and four minutes. */
	WHOSE_TIMEOUT_S = 7440,
	WHOSE_TIMEOUT_MAX_S = 366 * 86400,
};

/* A timeout of 0: no flow leaves; of more than the most: that. */
void whose_init(struct whose *whose, uint64_t timeout_s,
    const struct whose_share *share);
void whose_destroy(struct whose *whose);

/* Whose a flow is, by the lower bits of its hash: the table has the upper. */
static inline uint32_t whose_worker(const struct whose_share *share,
    uint32_t hash)
{
	return (hash & UINT16_MAX) * share->workers >> 16;
}

/* Before, and after, the frames of a batch: time passes by all of them. */
void whose_begin(struct whose *whose, const struct batch *batch);
void whose_end(struct whose *whose, const struct batch *batch);

/*
 * Find the flow of one of them, opening it in the ledger if it is new, and
 * its side; if it is not this worker's, say so.
 */
void whose_find(struct whose *whose, struct ledger *ledger,
    struct passage *passage);

/* Take out flows that have left; call it between batches. */
void whose_sweep(struct whose *whose);

/* Set the warnings of connections whose start or end is missing. */
void whose_count_ends(struct whose *whose, struct ledger *ledger);

/* What its later part will need, or NULL. */
struct joint *whose_joint(const struct flow *flow);

#endif
