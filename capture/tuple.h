/* tuple.h - step one of a frame's way: its bytes and its five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_TUPLE_H
#define CAPTURE_TUPLE_H

#include "capture/batch.h"

/*
 * Take the frames of a batch apart and tell whose worker's they are.  Nothing
 * is needed for it but the batch and the share's seed and number of workers,
 * so that any worker can do it for all.  passage[i].anatomy is set, and may be
 * the same for all: then tuple_again is for those without a shape.
 */
void tuple_prepare(const struct share *share, struct batch *batch);

/* The same passage, its anatomy filled in as well. */
void tuple_again(const struct passage *passage, struct anatomy *anatomy,
    struct passage *out);

#endif
