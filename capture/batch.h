/* batch.h - frames that go together, in capture order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_BATCH_H
#define CAPTURE_BATCH_H

#include "capture/whose.h"

enum {
	/* For every worker: fragments, whose flow only another frame tells. */
	BATCH_ALL = UINT8_MAX,
	BATCH_WORKERS = 64,
	BATCH_ROOM = 1024, /* frames at most */
};

/* Rooms for frames, and those that are in use. */
struct batch {
	size_t count, room;
	const struct frame *frame; /* borrowed */
	struct passage *passage;   /* owned; one for each frame */
	uint8_t *worker;           /* owned; whose each is, or BATCH_ALL */
};

/* Ends the program when memory is out. */
void batch_init(struct batch *batch, size_t room);
void batch_destroy(struct batch *batch);

#endif
