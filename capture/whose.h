/* whose.h - step two of a frame's way: which flow is it of? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_WHOSE_H
#define CAPTURE_WHOSE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/batch.h"
#include "capture/flow/clock.h"
#include "capture/flow/fragments.h"
#include "capture/flow/table.h"
#include "capture/ledger/ledger.h"

/*
 * The flows there are.  One leaves when it was silent for longer than the
 * timeout, or over and silent for longer than WHOSE_LINGER_S: what comes on
 * its tuple after that begins another flow.  Time (flow/clock.h) is the latest
 * that two frames in a row have reached, so that neither one wrong stamp nor a
 * clock that runs backwards makes a flow leave.  Silence is known for up to
 * nine years; after that it looks like a stamp ahead of time.  None leaves
 * among the first WHOSE_PATIENCE frames: there is room for them all.
 */
struct whose {
	struct table table;
	struct fragments fragments;
	struct share share;
	uint64_t before; /* frames before this batch, others' too */
	uint64_t frames; /* up to this one */
	uint32_t opened; /* flows, since the last sweep */
	struct clock clock;
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
    const struct share *share);
void whose_destroy(struct whose *whose);

/* Before, and after, the frames of a batch: time passes by all of them. */
void whose_begin(struct whose *whose, const struct batch *batch);
void whose_end(struct whose *whose, const struct batch *batch);

/*
 * Find the flow of one of them, opening it in the ledger if it is new, and
 * its side; if it is not this worker's, say so.
 */
void whose_find(struct whose *whose, struct ledger *ledger,
    struct passage *passage);

/* Take out flows that have left; no frame may be on its way meanwhile. */
void whose_sweep(struct whose *whose);

/* Set the warnings of connections whose start or end is missing. */
void whose_count_ends(struct whose *whose, struct ledger *ledger);

/* What its later part will need, or NULL. */
struct joint *whose_joint(const struct flow *flow);

#endif
