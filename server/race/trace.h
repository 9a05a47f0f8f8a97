/* trace.h - find a real conflict in a real run. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_TRACE_H
#define RACE_TRACE_H

#include "server/race/race.h"
#include "server/race/schedule.h"

/* One increment, and when it was done, on clock_now's clock. */
struct trace_step {
	unsigned thread;
	uint64_t seen;     /* what was read; seen + 1 was saved */
	uint64_t replaced; /* what the number was when it was saved */
	int64_t start_ns;  /* the read came after this */
	int64_t read_ns;   /* the read was over by then */
	int64_t add_ns;    /* the save came after this */
	int64_t saved_ns;  /* the save was over by then */
};

struct trace {
	struct schedule conflict, clean; /* see trace_find_* */
	struct race_size size;           /* what was really counted */
	unsigned rounds;                 /* runs made until both were seen */
	uint64_t counted;                /* by the last of them */
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
 * Two increments in conflict: of two threads, the same number read, either had
 * read before the other began to save, and the later save found the number
 * higher than that and put it back.  Of all these, two in which nobody else
 * changed the number in between if there are such, and then those that took
 * the least time together.  False if there are none.  Sorts steps.
 */
bool trace_find_conflict(struct trace_step *steps, size_t count,
    struct schedule *out) MUST_CHECK;

/*
 * Likewise two that are not: of two threads, the second began when the first
 * was done and read what that had saved, either replaced the number it had
 * read, and no third increment that read one of these numbers was under way
 * at that time.
 */
bool trace_find_clean(struct trace_step *steps, size_t count,
    struct schedule *out) MUST_CHECK;

#endif
