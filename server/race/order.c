/* order.c - in which order do threads come that all start at once? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/order.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include "server/race/team.h"

/* Prints are whole, in whatever order: a stream has a lock of its own. */
static void print_number(void *stream, unsigned number)
{
	fprintf(stream, "%u\n", number);
}

static uint16_t *line_at(const struct orders *orders, unsigned round)
{
	return orders->lines + (size_t)round * orders->threads;
}

/* C's qsort hands no context on, so each order brings its length. */
struct numbered {
	const uint16_t *threads;
	unsigned length;
};

static int compare_lines(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;

	for (unsigned i = 0; i < a->length; i++)
		if (a->threads[i] != b->threads[i])
			return a->threads[i] < b->threads[i] ? -1 : 1;
	return 0;
}

static int more_often(const void *left, const void *right)
{
	const struct order *a = left, *b = right;

	if (a->times != b->times)
		return a->times > b->times ? -1 : 1;
	return a->threads < b->threads ? -1 : a->threads > b->threads;
}

/* Fold equal lines into one order each; sorted is scratch. */
static void fold(struct orders *orders, struct numbered *sorted)
{
	for (unsigned i = 0; i < orders->rounds; i++)
		sorted[i] =
		    (struct numbered){line_at(orders, i), orders->threads};
	qsort(sorted, orders->rounds, sizeof *sorted, compare_lines);
	for (unsigned i = 0; i < orders->rounds; i++) {
		bool is_new =
		    i == 0 || compare_lines(&sorted[i - 1], &sorted[i]) != 0;

		if (is_new)
			orders->distinct[orders->distinct_count++].threads =
			    sorted[i].threads;
		orders->distinct[orders->distinct_count - 1].times++;
	}
	qsort(orders->distinct, orders->distinct_count,
	    sizeof *orders->distinct, more_often);
}

/* Let the threads print, then read what they have printed, length numbers. */
static int play_round(uint16_t *numbers, unsigned length)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int64_t start;

	if (stream == NULL)
		return errno;
	int error = team_run(length, print_number, stream, &start);
	bool is_whole = !ferror(stream);
	if (fclose(stream) != 0 || !is_whole)
		error = error != 0 ? error : ENOMEM;
	char *at = text;
	for (unsigned i = 0; i < length && error == 0; i++)
		numbers[i] = (uint16_t)strtoul(at, &at, 10);
	free(text);
	return error;
}

static int play_rounds(struct orders *orders)
{
	int error = 0;

	for (unsigned i = 0; i < orders->rounds && error == 0; i++) {
		uint16_t *line = line_at(orders, i);

		error = play_round(line, orders->threads);
		if (error == 0)
			orders->first[line[0]]++;
	}
	return error;
}

int orders_run(unsigned threads, unsigned rounds, struct orders *out)
{
	struct orders orders = {
	    .threads = threads,
	    .rounds = rounds,
	    .lines = calloc((size_t)rounds * threads, sizeof *orders.lines),
	    .first = calloc(threads, sizeof *orders.first),
	    .distinct = calloc(rounds, sizeof *orders.distinct),
	};
	struct numbered *sorted = calloc(rounds, sizeof *sorted);
	int error = ENOMEM;

	if (orders.lines != NULL && orders.first != NULL &&
	    orders.distinct != NULL && sorted != NULL)
		error = play_rounds(&orders);
	if (error == 0) {
		fold(&orders, sorted);
		*out = orders;
	} else {
		orders_destroy(&orders);
	}
	free(sorted);
	return error;
}

void orders_destroy(struct orders *orders)
{
	free(orders->lines);
	free(orders->first);
	free(orders->distinct);
}
