/* race.h - threads that count together, and what came out. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_RACE_H
#define RACE_RACE_H

#include <stdint.h>
#include "server/race/way.h"

static const uint64_t RACE_COUNT_MAX = 1000000000000;

struct race_size {
	unsigned threads;
	uint64_t count; /* increments of each thread */
};

static inline uint64_t race_expected(const struct race_size *size)
{
	return size->threads * size->count;
}

struct race_result {
	uint64_t counted;
	int64_t
	    ns; /* from the start of all threads until all is put together */
};

/* All runs of one way; results has room for as many as are wanted. */
struct race_series {
	const struct way *way;
	struct race_size size;
	unsigned runs; /* made so far */
	struct race_result *results;
};

/* What a series comes to.  Odd one out: median of two is the lower. */
struct race_summary {
	uint64_t counted, least_lost, most_lost; /* counted: of the median */
	double seconds, ns_each, per_second;     /* of the run of median time */
};

/* One run more; 0, or the error that kept it from being made. */
int race_run(struct race_series *series) MUST_CHECK;

/* series has one run at least. */
struct race_summary race_sum_up(const struct race_series *series);

/* Increments a second; a run that took no time counts as 1 ns. */
double race_speed(const struct race_size *size, int64_t ns);

#endif
