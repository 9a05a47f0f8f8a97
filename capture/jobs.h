/* jobs.h - the frames of capture files, posted by several workers at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_JOBS_H
#define CAPTURE_JOBS_H

#include <stddef.h>
#include "capture/feed.h"
#include "capture/pipeline.h"

/*
 * How many workers: wanted, or for 0 one for each processor if the files are
 * worth it, as what is no regular file always is.
 */
unsigned jobs_count(unsigned wanted, char *const path[], size_t paths);

/*
 * Post all that passes the filter (NULL: everything) into a pipeline as the
 * plan says, by so many workers, or fewer if there are not so many threads to
 * be had; the caller is one.  ring.h says who does what.  The plan's workers
 * and seed are set here.  Never NULL: the program ends when memory is out.
 * The caller frees the pipeline.
 */
struct pipeline *jobs_post(struct pipeline_plan *plan, unsigned wanted,
    struct feed *feed, struct filter *filter) MUST_CHECK;

#endif
