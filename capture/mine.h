/* mine.h - of a batch, the frames that concern one worker. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_MINE_H
#define CAPTURE_MINE_H

#include "capture/batch.h"
#include "capture/whose.h"

enum { MINE_TOGETHER = 32 }; /* worked on at once, so that lookups overlap */

/* Frames that concern it, in their order. */
struct mine {
	struct passage *passage[BATCH_ROOM];   /* borrowed, or of those below */
	bool is_shared;                        /* the batch */
	struct passage again[MINE_TOGETHER];   /* then, of irregular frames */
	struct anatomy anatomy[MINE_TOGETHER]; /* likewise */
};

/* All of a batch after tuple_prepare; how many. */
size_t mine_take(struct mine *mine, const struct share *share,
    const struct batch *batch);

/*
 * Make at most MINE_TOGETHER of them ready for whose_find, which are then at
 * the place returned until the next call.  The cache is asked for their slots,
 * then for their flows.
 */
struct passage **mine_prepare(struct mine *mine, const struct whose *whose,
    size_t from, size_t count);

#endif
