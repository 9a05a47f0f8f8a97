/* ring.h - one row of frames, read once for several workers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_RING_H
#define CAPTURE_RING_H

#include "capture/feed.h"
#include "capture/pipeline.h"

/*
 * Threads: the workers, each with a pipeline of its own.  The row is cut into
 * batches, and each batch goes this way:
 *
 *  read     One worker at a time (it has the turn) reads the next batch into
 *           the next place of the ring that is free.  So batches have an order.
 *  prepare  It gives the turn away and does what needs no other batch: the
 *           filter, headers, five-tuples, whose each frame is.  Several batches
 *           are here at once.
 *  post     Every worker posts the batch's share that is its own, all batches
 *           in their order.
 *  check    Whoever gets to it counts in all frames what was captured twice,
 *           one batch at a time and in order as well, mostly who has just read
 *           it.  When all of this is done, the place is free again.
 *
 * Of one worker alone pipeline_post does the same.
 *
 * A worker posts if it can, else reads, else waits.  So whoever has less to
 * post reads more, and memory is bounded by the places.  A batch is written by
 * who reads it until it is prepared; after that nobody writes to it, but
 * for the passages of regular frames, which only the worker does whose they
 * are.
 */
struct ring;

/*
 * Borrows all, the filter may be NULL.  The share's worker does not matter;
 * checker is the pipeline that counts copies.  Never NULL: the program ends
 * when memory is out.
 */
struct ring *ring_new(struct feed *feed, struct filter *filter,
    const struct share *share, struct pipeline *checker);
void ring_free(struct ring *ring);

/* Be one of the workers, until there are no more frames. */
void ring_work(struct ring *ring, struct pipeline *pipeline);

#endif
