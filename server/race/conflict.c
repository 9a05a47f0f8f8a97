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

/* Did a save before b, for certain? */
static bool saved_first(const struct trace_step *a, const struct trace_step *b)
{
	if (a->saved_ns < b->add_ns)
		return true;
	return a->add_ns <= b->saved_ns && a->replaced == a->seen &&
	       b->replaced == a->seen + 1;
}

/*
 * The clock is read after the read and before the save, so this cannot be
 * true of increments that came one after the other.
 */
static bool in_conflict(const struct trace_step *a, const struct trace_step *b)
{
	return a->thread != b->thread && a->seen == b->seen &&
	       later(a->read_ns, b->read_ns) < sooner(a->add_ns, b->add_ns) &&
	       saved_first(a, b) && b->replaced > b->seen;
}

static bool is_clean(const struct trace_step *a, const struct trace_step *b)
{
	return a->thread != b->thread && a->seen + 1 == b->seen &&
	       a->saved_ns < b->start_ns && a->replaced == a->seen &&
	       b->replaced == b->seen;
}

/* Neither found another number than the two themselves had left. */
static bool is_plain(const struct trace_step *a, const struct trace_step *b)
{
	return a->replaced == a->seen && b->replaced == a->seen + 1;
}

/* May other have been under way between step's start and until? */
static bool may_meet(const struct trace_step *step,
    const struct trace_step *other, int64_t until)
{
	if (other->thread == step->thread && other->saved_ns <= step->start_ns)
		return false;
	return other->start_ns <= until && other->saved_ns >= step->start_ns;
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
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->replaced < b->replaced ? -1 : a->replaced > b->replaced;
}

/* saved_ns is a bound: first had saved when second had. */
static void write_down(const struct trace_step *first,
    const struct trace_step *second, struct schedule *out)
{
	bool is_turned = second->read_ns < first->read_ns;
	const struct trace_step *steps[2] = {is_turned ? second : first,
	    is_turned ? first : second};
	int64_t start = steps[0]->read_ns;
	unsigned used = 0;

	*out =
	    (struct schedule){.threads = {steps[0]->thread, steps[1]->thread},
		.has_clock = true};
	for (unsigned who = 0; who < 2; who++) {
		const struct trace_step *s = steps[who];
		int64_t saved = s == first
				    ? sooner(s->saved_ns, second->saved_ns)
				    : s->saved_ns;

		out->acts[used++] =
		    (struct act){ACT_READ, who, s->seen, s->read_ns - start, 0};
		out->acts[used++] = (struct act){ACT_ADD, who, s->seen + 1,
		    s->add_ns - start, 0};
		out->acts[used++] = (struct act){ACT_SAVE, who, s->seen + 1,
		    saved - start, s->replaced};
	}
	qsort(out->acts, used, sizeof out->acts[0], compare_acts);
}

/* All steps, sorted by compare, and the best two so far. */
struct search {
	const struct trace_step *steps;
	size_t count;
	const struct trace_step *first, *second; /* NULL: none so far */
};

typedef void search_test(struct search *, const struct trace_step *,
    const struct trace_step *);

static bool is_better(const struct search *s, const struct trace_step *a,
    const struct trace_step *b)
{
	if (s->first == NULL)
		return true;
	if (is_plain(a, b) != is_plain(s->first, s->second))
		return is_plain(a, b);
	return span(a, b) < span(s->first, s->second);
}

/* No other step that read the same may have met this one before until. */
static bool is_alone(const struct search *s, const struct trace_step *step,
    int64_t until)
{
	const struct trace_step *end = s->steps + s->count, *other = step;

	while (other > s->steps && other[-1].seen == step->seen)
		other--;
	for (; other < end && other->seen == step->seen; other++)
		if (other != step && may_meet(step, other, until))
			return false;
	return true;
}

static void try_conflict(struct search *s, const struct trace_step *a,
    const struct trace_step *b)
{
	if (in_conflict(b, a)) {
		const struct trace_step *first = b;

		b = a;
		a = first;
	}
	if (in_conflict(a, b) && is_better(s, a, b)) {
		s->first = a;
		s->second = b;
	}
}

/* Until b has read, another that read what a read could save what a did. */
static void try_clean(struct search *s, const struct trace_step *a,
    const struct trace_step *b)
{
	if (is_clean(a, b) && is_better(s, a, b) &&
	    is_alone(s, a, b->read_ns) && is_alone(s, b, b->saved_ns)) {
		s->first = a;
		s->second = b;
	}
}

/*
 * Steps that read the same number, or one the number after, stand near each
 * other once sorted; a bound on how far to look keeps this linear.
 */
static bool find(struct trace_step *steps, size_t count, search_test *try,
    struct schedule *out)
{
	enum { REACH = 64 };
	struct search search = {steps, count, NULL, NULL};

	qsort(steps, count, sizeof *steps, compare);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && k <= i + REACH; k++) {
			if (steps[k].seen > steps[i].seen + 1)
				break;
			try(&search, &steps[i], &steps[k]);
		}
	if (search.first != NULL)
		write_down(search.first, search.second, out);
	return search.first != NULL;
}

bool trace_find_conflict(struct trace_step *steps, size_t count,
    struct schedule *out)
{
	return find(steps, count, try_conflict, out);
}

bool trace_find_clean(struct trace_step *steps, size_t count,
    struct schedule *out)
{
	return find(steps, count, try_clean, out);
}
