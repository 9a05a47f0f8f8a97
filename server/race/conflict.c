/* conflict.c - which increments of a traced run got in each other's way. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include "server/race/trace.h"

static int compare(const void *left, const void *right)
{
	const struct trace_step *a = left, *b = right;

	if (a->seen != b->seen)
		return a->seen < b->seen ? -1 : 1;
	if (a->read_ns != b->read_ns)
		return a->read_ns < b->read_ns ? -1 : 1;
	return 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * The clock is read after the read and before the save, so this cannot be
 * true of increments that came one after the other.
 */
static bool in_conflict(const struct trace_step *a, const struct trace_step *b)
{
	return a->thread != b->thread && a->seen == b->seen &&
	       later(a->read_ns, b->read_ns) < sooner(a->add_ns, b->add_ns);
}

static bool is_clean(const struct trace_step *a, const struct trace_step *b)
{
	return a->thread != b->thread && a->seen + 1 == b->seen &&
	       a->saved_ns < b->read_ns;
}

static int64_t span(const struct trace_step *a, const struct trace_step *b)
{
	return later(a->saved_ns, b->saved_ns) - sooner(a->read_ns, b->read_ns);
}

static int compare_acts(const void *left, const void *right)
{
	const struct act *a = left, *b = right;

	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

static void write_down(const struct trace_step *a, const struct trace_step *b,
    struct schedule *out)
{
	const struct trace_step *steps[2] = {a, b};
	int64_t start = sooner(a->read_ns, b->read_ns);
	unsigned used = 0;

	*out = (struct schedule){.threads = {a->thread, b->thread},
	    .has_clock = true};
	for (unsigned who = 0; who < 2; who++) {
		const struct trace_step *s = steps[who];

		out->acts[used++] =
		    (struct act){ACT_READ, who, s->seen, s->read_ns - start};
		out->acts[used++] =
		    (struct act){ACT_ADD, who, s->seen + 1, s->add_ns - start};
		out->acts[used++] = (struct act){ACT_SAVE, who, s->seen + 1,
		    s->saved_ns - start};
	}
	qsort(out->acts, used, sizeof out->acts[0], compare_acts);
}

typedef bool pair_test(const struct trace_step *, const struct trace_step *);

/*
 * Steps that read the same number, or one the number after, stand near each
 * other once sorted; a bound on how far to look keeps this linear.
 */
static bool find(struct trace_step *steps, size_t count, pair_test *fits,
    struct schedule *out)
{
	enum { REACH = 64 };
	const struct trace_step *best_a = NULL, *best_b = NULL;

	qsort(steps, count, sizeof *steps, compare);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && k <= i + REACH; k++) {
			const struct trace_step *a = &steps[i], *b = &steps[k];

			if (b->seen > a->seen + 1)
				break;
			if (fits(a, b) &&
			    (best_a == NULL ||
				span(a, b) < span(best_a, best_b))) {
				best_a = a;
				best_b = b;
			}
		}
	if (best_a != NULL)
		write_down(best_a, best_b, out);
	return best_a != NULL;
}

bool trace_find_conflict(struct trace_step *steps, size_t count,
    struct schedule *out)
{
	return find(steps, count, in_conflict, out);
}

bool trace_find_clean(struct trace_step *steps, size_t count,
    struct schedule *out)
{
	return find(steps, count, is_clean, out);
}
