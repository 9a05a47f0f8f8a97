/* batch.h - frames that go together, in capture order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_BATCH_H
#define CAPTURE_BATCH_H

#include <stddef.h>
#include "capture/passage.h"

enum {
	/* For every worker: fragments, whose flow only another frame tells. */
	BATCH_ALL = UINT8_MAX,
	BATCH_WORKERS = 64,
	BATCH_ROOM = 1024, /* frames at most */
};

/*
 * Rooms for frames, and those that are in use.  Where several workers share
 * it, the anatomy is the same for all frames, and only good while each is
 * looked at by itself: who needs one again, makes it again.
 */
struct batch {
	size_t count, room;
	bool is_shared;
	const struct frame *frame; /* borrowed */
	struct passage *passage;   /* owned; one for each frame */
	struct anatomy *anatomy;   /* owned; the passages' */
	uint8_t *worker;           /* owned; whose each is, or BATCH_ALL */
};

/* Ends the program when memory is out. */
void batch_init(struct batch *batch, size_t room, bool is_shared);
void batch_destroy(struct batch *batch);

#endif
