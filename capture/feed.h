/* feed.h - capture files, one after the other, as one row of frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FEED_H
#define CAPTURE_FEED_H

#include "capture/report/report.h"
#include "capture/source/filter.h"
#include "capture/source/source.h"

/*
 * What comes of each file is left in it.  One that cannot be read, or only in
 * part, is said on stderr with its offset, and the next one goes on.
 */
struct feed {
	struct report_file *file; /* borrowed; their paths are set */
	size_t files, at;
	struct source *source; /* of file[at], owned; NULL: not yet open */
	bool has_failed;       /* some file was not read to its end */
	bool has_read;         /* some file was read at all */
};

void feed_init(struct feed *feed, struct report_file *file, size_t files);

/*
 * Up to max frames, all of one file; they borrow until the next call, or
 * longer with feed_swap.  0: there are no more files, and nothing to free.
 */
size_t feed_read(struct feed *feed, struct frame *frames,
    size_t max) MUST_CHECK;

/* As source_swap, right after feed_read brought frames. */
void feed_swap(struct feed *feed, struct buffer *used);

#endif
