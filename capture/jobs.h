/* jobs.h - capture files read by several workers at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_JOBS_H
#define CAPTURE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include "capture/pipeline.h"

/*
 * Threads: each worker has a pipeline, a filter and sources of its own, reads
 * every file whole, and posts the frames of its share of the flows; nothing
 * is shared while they run.  The caller is the first worker.
 */
struct jobs;

/*
 * How many workers: wanted, or for 0 one for each processor if the files are
 * worth it.  One, where a file cannot be read twice at the same length.
 */
unsigned jobs_count(unsigned wanted, char *const path[], size_t paths);

/*
 * Start workers 1 to count - 1 on the files; the caller then reads them as
 * worker 0 of plan, which gets its share here.  NULL, said on stderr, if the
 * filter (or NULL) makes no sense.  Ends the program when memory is out.
 */
struct jobs *jobs_start(struct pipeline_plan *plan, unsigned count,
    char *const path[], size_t paths, const char *filter) MUST_CHECK;

/*
 * Wait for them, and add what they posted.  False if what they read was not
 * what the caller read, frames and bytes of all files: it changed meanwhile.
 */
bool jobs_finish(struct jobs *jobs, struct pipeline *into, uint64_t frames,
    uint64_t bytes) MUST_CHECK;

#endif
