/* joint.h - what lets a flow be joined with one of a later capture. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_JOINT_H
#define CAPTURE_FLOW_JOINT_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"

/*
 * Segments in a row, each with `len` bytes not seen before.  Of one side the
 * JOINT_RUNS runs lowest in sequence space are kept: what an earlier capture
 * may have seen is among them.
 */
struct joint_run {
	uint64_t from; /* the position of the first byte */
	uint32_t len;  /* more than 0 */
	bool has_old;  /* each carried bytes seen before as well */
	uint64_t frames;
};

enum { JOINT_RUNS = 64 };

struct joint_side {
	uint64_t first;        /* the first position there was, or 0 */
	bool has_blind_reset;  /* it sent a reset before anything else ... */
	uint32_t blind_reset;  /* ... with this sequence number */
	struct joint_run *run; /* owned */
	unsigned runs;
};

/*
 * One flow as it stood at its end, without owner and dialogue.  The sides are
 * those of its key.  Of other protocols than TCP only who talked is there.
 */
struct joint {
	struct flow state;
	int8_t first_talking; /* as state.talking, of the first */
	bool has_sure_reset;  /* heeded, and not only as nothing was known */
	struct joint_side side[2];
};

/* What a later flow counted as new, though the earlier one had seen it. */
struct joint_moved {
	uint64_t bytes;
	uint64_t emptied; /* frames left without new payload */
	uint64_t touched; /* frames that had no repeated payload before */
};

/* Never NULL: the program ends when memory is out.  NULL may be freed. */
struct joint *joint_new(void);
void joint_free(struct joint *joint);

/* Note a segment that is about to be judged. */
void joint_note(struct joint *joint, const struct flow *flow, unsigned side,
    const struct segment *segment);

/* Put one more run into its place; the highest goes when there are many. */
void joint_add_run(struct joint_side *side, const struct joint_run *run);

/* The flow is over: take what it knew. */
void joint_close(struct joint *joint, struct flow *flow);

/* By purpose_begins_next: is `later` the next connection on the tuple? */
bool joint_is_next(const struct joint *earlier, const struct joint *later);

/*
 * Let a flow go on with what a later capture saw of it; who talked is left to
 * the caller.  moved[] is of each side; *given_up grows by one for each hole
 * given up.
 */
void joint_join(struct joint *joint, const struct joint *later,
    struct joint_moved moved[2], uint64_t *given_up);

#endif
