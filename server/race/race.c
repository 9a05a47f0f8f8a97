/* race.c - threads that count together, and what came out. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/race.h"
#include <errno.h>
#include "server/race/team.h"

struct work {
	const struct way *way;
	void *shared;
	uint64_t count;
};

static void count_up(void *context, unsigned number)
{
	struct work *work = context;

	(void)number;
	work->way->add(work->shared, work->count);
}

int race_run(struct race_series *series)
{
	const struct way *way = series->way;
	struct work work = {way, way->new (), series->size.count};
	int64_t start;

	if (work.shared == NULL)
		return errno;
	int error = team_run(series->size.threads, count_up, &work, &start);
	uint64_t counted = way->finish(work.shared);
	if (error == 0)
		series->results[series->runs++] =
		    (struct race_result){counted, clock_now() - start};
	return error;
}

double race_speed(const struct race_size *size, int64_t ns)
{
	return (double)race_expected(size) * 1e9 / (double)(ns > 0 ? ns : 1);
}

/* The run with as many faster ones as slower ones, ties by place. */
static const struct race_result *median(const struct race_series *series)
{
	const struct race_result *results = series->results;

	for (unsigned i = 0; i < series->runs; i++) {
		unsigned before = 0;

		for (unsigned k = 0; k < series->runs; k++)
			if (results[k].ns < results[i].ns ||
			    (results[k].ns == results[i].ns && k < i))
				before++;
		if (before == (series->runs - 1) / 2)
			return &results[i];
	}
	return results;
}

struct race_summary race_sum_up(const struct race_series *series)
{
	uint64_t expected = race_expected(&series->size);
	const struct race_result *middle = median(series);
	double ns = (double)(middle->ns > 0 ? middle->ns : 1);
	struct race_summary summary = {
	    .counted = middle->counted,
	    .least_lost = UINT64_MAX,
	    .seconds = ns / 1e9,
	    .ns_each = ns / (double)expected,
	    .per_second = race_speed(&series->size, middle->ns),
	};

	for (unsigned i = 0; i < series->runs; i++) {
		uint64_t lost = expected - series->results[i].counted;

		if (lost < summary.least_lost)
			summary.least_lost = lost;
		if (lost > summary.most_lost)
			summary.most_lost = lost;
	}
	return summary;
}
