/* trace.h - find a real conflict in a real run. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_TRACE_H
#define RACE_TRACE_H

#include "server/race/race.h"
#include "server/race/schedule.h"

/* One increment, and when it was done, on clock_now's clock. */
struct trace_step {
	unsigned thread;
	uint64_t seen;    /* what was read; seen + 1 was saved */
	int64_t read_ns;  /* the read was over by then */
	int64_t add_ns;   /* the save came after this */
	int64_t saved_ns; /* the thread had gone on by then */
};

struct trace {
	struct schedule conflict;   /* both read the same number */
	struct schedule clean;      /* the second read what the first saved */
	unsigned rounds;            /* runs made until both were seen */
	uint64_t expected, counted; /* of the last of them */
};

enum trace_result { TRACE_FOUND, TRACE_NOT_SEEN, TRACE_ERROR };

/*
 * Count without protection, each increment written down with its times, again
 * and again until a run shows both, for ten seconds at most.  A thread makes
 * size->count increments a run, but not more than 50,000, nor all together more
 * than 500,000.  TRACE_ERROR sets errno.
 */
enum trace_result trace_run(const struct race_size *size,
    struct trace *out) MUST_CHECK;

/*
 * The two increments that took the least time together among those that
 * conflict: of two threads, the same number read, and either had read before
 * the other began to save.  False if there are none.  Sorts steps.
 */
bool trace_find_conflict(struct trace_step *steps, size_t count,
    struct schedule *out) MUST_CHECK;

/* Likewise, of two threads, the one after the other. */
bool trace_find_clean(struct trace_step *steps, size_t count,
    struct schedule *out) MUST_CHECK;

#endif
