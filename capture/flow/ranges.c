/* ranges.c - the union of the sequence ranges seen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/ranges.h"
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"

struct hole {
	uint64_t from, to; /* from < to */
	uint64_t made;     /* when, as a count, to find the oldest */
};

struct holes {
	unsigned count, room; /* at most one over while adding */
	uint64_t made;        /* holes made so far */
	bool has_astray;      /* the last range was too far ahead to be true */
	uint32_t astray, astray_len; /* where it began, bytes */
	struct hole hole[];
};

enum { FIRST_ROOM = 2 };

static const uint64_t origin = RANGES_ORIGIN;

void ranges_destroy(struct ranges *ranges)
{
	free(ranges->holes);
}

const void *ranges_holes(const struct ranges *ranges, size_t *len)
{
	const struct holes *holes = ranges->holes;

	*len = holes == NULL
		   ? 0
		   : sizeof(*holes) + holes->room * sizeof(holes->hole[0]);
	return holes;
}

void ranges_start(struct ranges *ranges, uint32_t seq)
{
	ranges->base = ranges->next = origin + seq;
	ranges->has_floor = true;
}

uint64_t ranges_position(const struct ranges *ranges, uint32_t seq)
{
	uint64_t near = ranges->next != 0 ? ranges->next : ranges->base;

	if (near == 0)
		return origin + seq;
	/* The difference as a signed number is the nearer way round. */
	int32_t ahead = (int32_t)(seq - (uint32_t)near);
	return near + (uint64_t)(int64_t)ahead;
}

void ranges_anchor(struct ranges *ranges, uint64_t position)
{
	if (ranges->next == 0)
		ranges->base = position;
}

static void free_if_empty(struct ranges *ranges)
{
	if (ranges->holes->count > 0 || ranges->holes->has_astray)
		return;
	free(ranges->holes);
	ranges->holes = NULL;
}

static void remove_hole(struct ranges *ranges, unsigned i)
{
	struct holes *holes = ranges->holes;

	holes->count--;
	memmove(&holes->hole[i], &holes->hole[i + 1],
	    (holes->count - i) * sizeof(holes->hole[0]));
	free_if_empty(ranges);
}

static void give_up_oldest(struct ranges *ranges)
{
	unsigned oldest = 0;

	for (unsigned i = 1; i < ranges->holes->count; i++)
		if (ranges->holes->hole[i].made <
		    ranges->holes->hole[oldest].made)
			oldest = i;
	remove_hole(ranges, oldest);
}

/* For one hole more. */
static void make_room(struct ranges *ranges)
{
	struct holes *holes = ranges->holes;
	unsigned room = holes == NULL ? FIRST_ROOM : holes->room * 2;

	if (holes != NULL && holes->count < holes->room)
		return;
	holes =
	    must(realloc(holes, sizeof(*holes) + room * sizeof(struct hole)),
		"sequence ranges");
	if (ranges->holes == NULL)
		*holes = (struct holes){0};
	holes->room = room;
	ranges->holes = holes;
}

/* Put a hole in front of place i. */
static void insert_hole(struct ranges *ranges, unsigned i, uint64_t from,
    uint64_t to, uint64_t *given_up)
{
	make_room(ranges);
	struct holes *holes = ranges->holes;
	memmove(&holes->hole[i + 1], &holes->hole[i],
	    (holes->count - i) * sizeof(holes->hole[0]));
	holes->hole[i] = (struct hole){from, to, holes->made++};
	holes->count++;
	if (holes->count > RANGES_MAX_HOLES) {
		give_up_oldest(ranges);
		(*given_up)++;
	}
}

/* Take [from, to) out of hole i.  Returns whether the hole stayed there. */
static bool cut_hole(struct ranges *ranges, unsigned i, uint64_t from,
    uint64_t to, uint64_t *given_up)
{
	struct hole *hole = &ranges->holes->hole[i];
	uint64_t hole_to = hole->to;

	if (from > hole->from && to < hole_to) {
		hole->to = from;
		insert_hole(ranges, i + 1, to, hole_to, given_up);
		return true;
	}
	if (from > hole->from) {
		hole->to = from;
		return true;
	}
	if (to < hole_to) {
		hole->from = to;
		return true;
	}
	remove_hole(ranges, i);
	return false;
}

/* How much of [from, to) lies in holes; they are filled by it. */
static uint64_t fill_holes(struct ranges *ranges, uint64_t from, uint64_t to,
    uint64_t *given_up)
{
	uint64_t filled = 0;
	unsigned i = 0;

	while (ranges->holes != NULL && i < ranges->holes->count) {
		const struct hole *hole = &ranges->holes->hole[i];
		uint64_t low = from > hole->from ? from : hole->from;
		uint64_t high = to < hole->to ? to : hole->to;

		if (hole->from >= to)
			break;
		if (low >= high) {
			i++;
			continue;
		}
		filled += high - low;
		if (to < hole->to) { /* it ends inside: no other is met */
			cut_hole(ranges, i, low, high, given_up);
			break;
		}
		if (cut_hole(ranges, i, low, high, given_up))
			i++;
	}
	return filled;
}

/* Bytes below everything seen: new, unless the connection began at base. */
static uint64_t extend_down(struct ranges *ranges, uint64_t from, uint64_t to,
    uint64_t *given_up)
{
	uint64_t base = ranges->base;

	if (ranges->has_floor || from >= base)
		return 0;
	ranges->base = from;
	if (to < base) {
		insert_hole(ranges, 0, to, base, given_up);
		return to - from;
	}
	return base - from;
}

static uint64_t extend_up(struct ranges *ranges, uint64_t from, uint64_t to,
    uint64_t *given_up)
{
	uint64_t next = ranges->next;

	if (to <= next)
		return 0;
	ranges->next = to;
	if (from > next) {
		unsigned end = ranges->holes ? ranges->holes->count : 0;

		insert_hole(ranges, end, next, from, given_up);
		return to - from;
	}
	return to - next;
}

bool ranges_is_astray(const struct ranges *ranges, uint32_t seq, uint32_t len)
{
	return ranges->next != 0 && ranges_position(ranges, seq) + len >
					ranges->next + RANGES_MAX_WINDOW;
}

uint64_t ranges_note(struct ranges *ranges, uint64_t from, uint64_t to,
    uint64_t *given_up)
{
	if (ranges->next == 0) {
		ranges->base = from;
		ranges->next = to;
		return to - from;
	}
	uint64_t fresh = fill_holes(ranges, from, to, given_up);
	fresh += extend_down(ranges, from, to, given_up);
	fresh += extend_up(ranges, from, to, given_up);
	return fresh;
}

static uint32_t note(struct ranges *ranges, uint32_t seq, uint32_t len,
    uint64_t *given_up)
{
	uint64_t from = ranges_position(ranges, seq);

	return (uint32_t)ranges_note(ranges, from, from + len, given_up);
}

static void remember_astray(struct ranges *ranges, uint32_t seq, uint32_t len)
{
	make_room(ranges);
	ranges->holes->has_astray = true;
	ranges->holes->astray = seq;
	ranges->holes->astray_len = len;
}

static bool follows_astray(const struct ranges *ranges, uint32_t seq)
{
	const struct holes *holes = ranges->holes;

	return holes != NULL && holes->has_astray &&
	       seq == holes->astray + holes->astray_len;
}

uint32_t ranges_add(struct ranges *ranges, uint32_t seq, uint32_t len,
    uint64_t *given_up)
{
	if (len == 0)
		return 0;
	if (ranges_is_astray(ranges, seq, len)) {
		if (!follows_astray(ranges, seq)) {
			remember_astray(ranges, seq, len);
			return len;
		}
		(void)note(ranges, ranges->holes->astray,
		    ranges->holes->astray_len, given_up);
	}
	if (ranges->holes != NULL) {
		ranges->holes->has_astray = false;
		free_if_empty(ranges);
	}
	return note(ranges, seq, len, given_up);
}

size_t ranges_list(const struct ranges *ranges, struct range list[RANGES_MAX])
{
	unsigned holes = ranges->holes == NULL ? 0 : ranges->holes->count;
	uint64_t from = ranges->base;
	size_t count = 0;

	for (unsigned i = 0; i <= holes; i++) {
		const struct hole *hole =
		    i == holes ? NULL : &ranges->holes->hole[i];
		uint64_t to = hole == NULL ? ranges->next : hole->from;

		if (from < to) /* a hole may begin behind a SYN */
			list[count++] = (struct range){from, to};
		if (hole != NULL)
			from = hole->to;
	}
	return count;
}

bool ranges_unseen(const struct ranges *ranges, uint32_t seq, uint32_t len,
    struct range *out)
{
	struct range list[RANGES_MAX];
	size_t count = ranges_list(ranges, list);
	uint64_t from = ranges_position(ranges, seq), to = from + len;

	if (ranges->has_floor && from < ranges->base)
		from = ranges->base < to ? ranges->base : to;
	for (size_t i = 0; i < count; i++)
		if (list[i].from <= from && from < list[i].to)
			from = list[i].to;
	for (size_t i = count; i-- > 0;)
		if (list[i].from < to && to <= list[i].to)
			to = list[i].from;
	if (from >= to)
		return false;
	*out = (struct range){from, to};
	return true;
}

uint64_t ranges_join(struct ranges *ranges, const struct ranges *later,
    uint64_t shift, uint64_t *given_up)
{
	struct range list[RANGES_MAX];
	size_t count = ranges_list(later, list);
	uint64_t known = 0;

	if (ranges->next == 0 && later->has_floor) {
		ranges->base = ranges->next = later->base + shift;
		ranges->has_floor = true;
	}
	for (size_t i = 0; i < count; i++)
		known += list[i].to - list[i].from -
			 ranges_note(ranges, list[i].from + shift,
			     list[i].to + shift, given_up);
	return known;
}
