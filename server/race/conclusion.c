/* conclusion.c - what follows from the table of all ways. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/conclusion.h"

/* Times within five in a hundred are the same. */
static const double SAME = 1.05;

double conclusion_seconds(const struct race_series *all, unsigned count,
    const struct way *way)
{
	for (unsigned i = 0; i < count; i++)
		if (all[i].way == way)
			return race_sum_up(&all[i]).seconds;
	return 0;
}

/* From 10 on without a decimal: another run differs by more. */
static void print_times(FILE *out, double ratio)
{
	double times = ratio > 1 ? ratio : 1 / ratio;
	int decimals = times < 9.95 ? 1 : 0;

	if (times < SAME)
		fprintf(out, "about as fast as");
	else if (ratio > 1)
		fprintf(out, "%.*f times as fast as", decimals, times);
	else
		fprintf(out, "%.*f times slower than", decimals, times);
}

/* The lecture: a queue is significantly faster than mutual exclusion. */
void conclusion_print(FILE *out, const struct race_series *all, unsigned count)
{
	double mutex = conclusion_seconds(all, count, &way_mutex);
	double queue = mutex / conclusion_seconds(all, count, &way_queue);
	double once = mutex / conclusion_seconds(all, count, &way_mutex_once);
	double each = mutex / conclusion_seconds(all, count, &way_queue_each);
	bool is_faster = queue >= SAME && once >= SAME;

	fprintf(out, "One message a thread (queue) is ");
	print_times(out, queue);
	fprintf(out, " a mutex around each increment.\n"
		     "One lock a thread (mutex-once) is ");
	print_times(out, once);
	fprintf(out,
	    " it%s.\n"
	    "One message an increment (queue-each) is ",
	    is_faster ? ": both add up first" : "");
	print_times(out, each);
	fprintf(out, " it%s.\n",
	    1 / each >= SAME ? ": a queue alone saves nothing" : "");
	if (!is_faster)
		fprintf(out, "Adding up first has not saved time both ways: "
			     "see with a larger --count.\n");
	if (all[0].runs == 1)
		fprintf(out, "This is one run, and the next will differ: "
			     "--runs 20 shows the middle of 20.\n");
}
