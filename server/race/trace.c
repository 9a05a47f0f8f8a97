/* trace.c - count without protection, and write every step down. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/trace.h"
#include <errno.h>
#include <stdlib.h>
#include "server/race/step.h"
#include "server/race/team.h"

static const uint64_t STEPS_MAX = 50000;   /* of a thread in a run */
static const uint64_t MEMORY_MAX = 500000; /* of all threads in a run */
static const int64_t LONGEST_NS = 10000000000;

struct recording {
	shared_number number;
	uint64_t count;           /* of each thread */
	struct trace_step *steps; /* thread i owns count from i * count on */
};

/*
 * The step of step.h with a look at the clock around each part.  The save says
 * what it replaced, so that all the number was is known; it saves all the same
 * whatever that is.
 */
static void record(void *context, unsigned thread)
{
	struct recording *recording = context;
	struct trace_step *own = recording->steps + thread * recording->count;

	for (uint64_t i = 0; i < recording->count; i++) {
		struct trace_step step = {.thread = thread};

		step.start_ns = clock_now();
		step.seen = step_read(&recording->number);
		step.read_ns = clock_now();
		uint64_t sum = step.seen + 1;
		step.add_ns = clock_now();
		step.replaced = step_swap(&recording->number, sum);
		step.saved_ns = clock_now();
		own[i] = step;
	}
}

static enum trace_result round_run(struct recording *recording,
    unsigned threads, struct trace *out)
{
	size_t steps = threads * (size_t)recording->count;
	int64_t start;

	step_save(&recording->number, 0);
	errno = team_run(threads, record, recording, &start);
	if (errno != 0)
		return TRACE_ERROR;
	out->rounds++;
	out->size = (struct race_size){threads, recording->count};
	out->counted = step_read(&recording->number);
	if (trace_find_conflict(recording->steps, steps, &out->conflict) &&
	    trace_find_clean(recording->steps, steps, &out->clean))
		return TRACE_FOUND;
	return TRACE_NOT_SEEN;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

enum trace_result trace_run(const struct race_size *size, struct trace *out)
{
	struct recording recording = {
	    .count = least(least(size->count, STEPS_MAX),
		MEMORY_MAX / size->threads),
	};
	enum trace_result result = TRACE_NOT_SEEN;
	int64_t end = clock_now() + LONGEST_NS;

	recording.steps = calloc(size->threads * (size_t)recording.count,
	    sizeof *recording.steps);
	if (recording.steps == NULL)
		return TRACE_ERROR;
	out->rounds = 0;
	while (result == TRACE_NOT_SEEN && clock_now() < end)
		result = round_run(&recording, size->threads, out);
	free(recording.steps);
	return result;
}
