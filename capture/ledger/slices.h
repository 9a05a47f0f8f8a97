/* slices.h - the ledger by time: one row of figures for each interval. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_SLICES_H
#define CAPTURE_LEDGER_SLICES_H

#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/ledger.h"

struct slice {
	int64_t index; /* 0 starts with the first frame; earlier ones are
			  negative */
	uint64_t frames, bytes;
	uint64_t what[GROUP_COUNT]; /* bytes */
	uint64_t repeated;          /* of the group payload */
	struct purpose_tally why[PURPOSE_COUNT];
};

/*
 * Slices of width_ns each.  Frames may come in any order; slices that hold
 * no frame are not there.
 */
struct slices {
	uint64_t width_ns;   /* more than 0 */
	uint64_t start_ns;   /* since 1970, of the slice 0 */
	struct slice *slice; /* owned; in order after slices_close */
	size_t count, room;
};

void slices_init(struct slices *slices, uint64_t width_ns);
void slices_destroy(struct slices *slices);

/* Post one frame.  Ends the program when memory is out. */
void slices_post(struct slices *slices, const struct posting *posting);

/* Put them in order, each once. */
void slices_close(struct slices *slices);

/* When a slice starts: nanoseconds since 1970. */
uint64_t slices_start(const struct slices *slices, const struct slice *slice);

#endif
