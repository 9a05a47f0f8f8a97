/* text.c - what treasure-race found, for people. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/text.h"
#include <inttypes.h>
#include <stdio.h>
#include "server/race/conclusion.h"

enum { NUMBER_LEN = 32, RANGE_LEN = 2 * NUMBER_LEN };

/* 1234567 as 1,234,567. */
static const char *grouped(uint64_t value, char out[NUMBER_LEN])
{
	char digits[NUMBER_LEN];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, value);
	char *at = out;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return out;
}

static double percent(uint64_t part, uint64_t whole)
{
	return 100.0 * (double)part / (double)whole;
}

static void print_task(const struct race_size *size)
{
	char count[NUMBER_LEN], expected[NUMBER_LEN];

	printf("%u threads, each adds 1 to the same number %s times: "
	       "%s expected.\n",
	    size->threads, grouped(size->count, count),
	    grouped(race_expected(size), expected));
}

static void print_line(const char *label, const struct race_size *size,
    const struct race_result *result)
{
	uint64_t expected = race_expected(size);
	uint64_t lost = expected - result->counted;
	char counted[NUMBER_LEN], missing[NUMBER_LEN], speed[NUMBER_LEN];

	printf("%-9s %15s %15s %6.1f %% %9.4f %15s\n", label,
	    grouped(result->counted, counted), grouped(lost, missing),
	    percent(lost, expected), (double)result->ns / 1e9,
	    grouped((uint64_t)race_speed(size, result->ns), speed));
}

static bool is_lossless(const struct race_series *series)
{
	return race_sum_up(series).most_lost == 0;
}

static bool is_lucky(const struct race_series *series)
{
	return series->way == &way_none && is_lossless(series);
}

/* The same program may have lost millions the last time. */
static void print_luck(void)
{
	printf("That nothing was lost this time is chance: nothing keeps the "
	       "threads apart.\n"
	       "Try again, or with a larger --count.\n");
}

static void print_sum(const struct race_series *series)
{
	struct race_summary sum = race_sum_up(series);
	uint64_t expected = race_expected(&series->size);

	if (is_lossless(series))
		printf("Nothing was lost");
	else
		printf("Lost from %.1f %% to %.1f %%",
		    percent(sum.least_lost, expected),
		    percent(sum.most_lost, expected));
	printf("; median time %.4f s, %.2f ns an increment.\n", sum.seconds,
	    sum.ns_each);
}

void text_series(const struct race_series *series)
{
	print_task(&series->size);
	printf("%s: %s\n\n", series->way->name, series->way->summary);
	printf("%-9s %15s %15s %8s %9s %15s\n", "run", "counted", "lost", "",
	    "seconds", "a second");
	for (unsigned i = 0; i < series->runs; i++) {
		char label[NUMBER_LEN];

		snprintf(label, sizeof label, "%u", i + 1);
		print_line(label, &series->size, &series->results[i]);
	}
	if (series->runs > 1 || is_lucky(series))
		printf("\n");
	if (series->runs > 1)
		print_sum(series);
	if (is_lucky(series))
		print_luck();
}

static void print_row(const struct race_series *series, double mutex_seconds)
{
	struct race_summary sum = race_sum_up(series);
	uint64_t expected = race_expected(&series->size);
	char counted[NUMBER_LEN], speed[NUMBER_LEN], lost[RANGE_LEN] = "0";

	if (sum.most_lost > 0 && series->runs > 1)
		snprintf(lost, sizeof lost, "%.1f to %.1f %%",
		    percent(sum.least_lost, expected),
		    percent(sum.most_lost, expected));
	else if (sum.most_lost > 0)
		snprintf(lost, sizeof lost, "%.1f %%",
		    percent(sum.most_lost, expected));
	printf("%-12s %13s %15s %9.4f %8.2f %14s %8.2f\n", series->way->name,
	    grouped(sum.counted, counted), lost, sum.seconds, sum.ns_each,
	    grouped((uint64_t)sum.per_second, speed),
	    mutex_seconds / sum.seconds);
}

void text_table(const struct race_series *all, unsigned count)
{
	double mutex = conclusion_seconds(all, count, &way_mutex);

	print_task(&all[0].size);
	if (all[0].runs > 1)
		printf("%u runs in turn: the run of median time, and the least "
		       "and most that was lost.\n",
		    all[0].runs);
	printf("\n%-12s %13s %15s %9s %8s %14s %8s\n", "way", "counted", "lost",
	    "seconds", "ns each", "a second", "x mutex");
	for (unsigned i = 0; i < count; i++)
		print_row(&all[i], mutex);
	printf("\n");
	for (unsigned i = 0; i < count; i++) {
		if (is_lucky(&all[i]))
			print_luck();
	}
	conclusion_print(stdout, all, count);
}

/* Where others have saved in between, more is lost than the table's own. */
static void print_last_save(const struct schedule *schedule)
{
	const struct act *save = &schedule->acts[SCHEDULE_ACTS - 1];

	if (schedule_lost(schedule) > 1)
		printf("\nThe others had gone on to %" PRIu64 " when thread %u "
		       "saved %" PRIu64 ": all that is lost.\n",
		    save->replaced, schedule->threads[save->who] + 1,
		    save->value);
}

void text_trace(const struct trace *trace)
{
	static const char *const titles[2] = {"A conflict in it",
	    "And two increments without"};
	const struct schedule *const schedules[2] = {&trace->conflict,
	    &trace->clean};
	char expected[NUMBER_LEN], counted[NUMBER_LEN], count[NUMBER_LEN];

	printf("A real run without protection, each step written down"
	       " (run %u): %s counted of %s.\n"
	       "%u threads, %s increments each.\n\n",
	    trace->rounds, grouped(trace->counted, counted),
	    grouped(race_expected(&trace->size), expected), trace->size.threads,
	    grouped(trace->size.count, count));
	schedule_print(stdout, titles, schedules);
	print_last_save(&trace->conflict);
	printf("\nNo other increment that read one of the two numbers on the "
	       "right was under way then:\nthese two lost nothing.  Who had "
	       "read before may still undo both later.\n");
}

void text_replay(const struct schedule *conflict, const struct schedule *clean)
{
	static const char *const titles[2] =
	    {"Replayed on purpose: the conflict", "One after the other"};
	const struct schedule *const schedules[2] = {conflict, clean};

	schedule_print(stdout, titles, schedules);
}

static void print_order(const struct order *order, unsigned threads)
{
	printf("%7u  ", order->times);
	for (unsigned i = 0; i < threads; i++)
		printf(" %u", order->threads[i] + 1u);
	printf("\n");
}

void text_orders(const struct orders *orders)
{
	enum { SHOWN = 10 };

	printf("%u threads, let go at once, each prints its number: "
	       "%u rounds.\n\nThe first rounds:\n",
	    orders->threads, orders->rounds);
	for (unsigned i = 0; i < orders->rounds && i < SHOWN; i++) {
		struct order line = {orders->lines +
					 (size_t)i * orders->threads,
		    i + 1};

		print_order(&line, orders->threads);
	}
	printf("\n%u different orders; those seen most often, and how often:\n",
	    orders->distinct_count);
	if (orders->distinct[0].times == 1)
		printf("      -   none came twice\n");
	for (unsigned i = 0; i < orders->distinct_count && i < SHOWN &&
			     orders->distinct[0].times > 1;
	     i++)
		print_order(&orders->distinct[i], orders->threads);
	printf("\nHow often each thread came first:\n");
	for (unsigned i = 0; i < orders->threads; i++)
		printf("%7" PRIu64 "   thread %u\n", orders->first[i], i + 1);
}
