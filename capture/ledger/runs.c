/* runs.c - sorted runs, read back as one sorted whole. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/runs.h"
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "capture/grow.h"
#include "capture/ledger/pack.h"

struct run {
	/* In memory: the places to come. */
	const uint8_t *data;
	const struct packed_flow *place, *last;
	/* Or in a file: what was not read, and what was, but not used. */
	int fd;
	off_t from, to;
	uint8_t *buffer; /* owned */
	size_t room, used, have;
	/* The flow whose turn it is. */
	struct owner owner;
	struct rank rank;
};

struct runs {
	enum column column;
	struct run *
	    *run; /* owned; a heap, once begun: the first is the least */
	size_t count, room;
	bool has_begun;
};

struct runs *runs_new(enum column column)
{
	struct runs *runs = must(calloc(1, sizeof(*runs)), "flows");

	runs->column = column;
	return runs;
}

static void run_free(struct run *run)
{
	unpack_destroy(&run->owner);
	free(run->buffer);
	free(run);
}

void runs_free(struct runs *runs)
{
	if (runs == NULL)
		return;
	for (size_t i = 0; i < runs->count; i++)
		run_free(runs->run[i]);
	free(runs->run);
	free(runs);
}

static struct run *run_new(struct runs *runs)
{
	runs->run =
	    must(grow(runs->run, runs->count, &runs->room, sizeof(*runs->run)),
		"flows");
	return runs->run[runs->count++] =
		   must(calloc(1, sizeof(struct run)), "flows");
}

void runs_add_memory(struct runs *runs, const uint8_t *data,
    const struct packed_flow *place, size_t count)
{
	struct run *run = run_new(runs);

	run->data = data;
	run->place = place;
	run->last = place + count;
}

void runs_add_file(struct runs *runs, int fd, off_t from, off_t to,
    size_t buffer)
{
	struct run *run = run_new(runs);

	run->fd = fd;
	run->from = from;
	run->to = to;
	run->room = buffer;
	run->buffer = must(malloc(buffer), "flows");
}

/* Read on, behind what is there. */
static void fill(struct run *run)
{
	off_t left = run->to - run->from;
	size_t len = run->room - run->have;

	if ((off_t)len > left)
		len = (size_t)left;
	ssize_t n = pread(run->fd, run->buffer + run->have, len, run->from);
	if (n == -1 && errno == EINTR)
		return;
	if (n == -1)
		err(EXIT_FAILURE, "flows kept in a file");
	if (n == 0)
		errx(EXIT_FAILURE, "flows kept in a file: it is too short");
	run->have += (size_t)n;
	run->from += n;
}

/* The next len bytes of the file. */
static const uint8_t *take(struct run *run, size_t len)
{
	if (run->have - run->used < len) {
		run->have -= run->used;
		memmove(run->buffer, run->buffer + run->used, run->have);
		run->used = 0;
		if (run->room < len) {
			run->buffer = must(realloc(run->buffer, len), "flows");
			run->room = len;
		}
	}
	while (run->have - run->used < len)
		fill(run);
	const uint8_t *at = run->buffer + run->used;
	run->used += len;
	return at;
}

/* The next packed flow; false at the end. */
static bool next_bytes(struct run *run, struct cursor *out)
{
	if (run->data != NULL) {
		if (run->place == run->last)
			return false;
		*out = cursor_over(run->data + run->place->at, run->place->len);
		run->place++;
		return true;
	}
	uint32_t len;

	if (run->used == run->have && run->from == run->to)
		return false;
	memcpy(&len, take(run, sizeof(len)), sizeof(len));
	*out = cursor_over(take(run, len), len);
	return true;
}

static bool advance(const struct runs *runs, struct run *run)
{
	struct cursor bytes;

	if (!next_bytes(run, &bytes))
		return false;
	if (!unpack_owner(&bytes, &run->owner))
		errx(EXIT_FAILURE, "flows kept in a file: it was changed");
	run->rank = rank_of(&run->owner, runs->column);
	return true;
}

static bool is_less(const struct runs *runs, size_t i, size_t j)
{
	return rank_compare(&runs->run[i]->rank, &runs->run[j]->rank) < 0;
}

/* The i-th may be too large for its place in the heap. */
static void sink(struct runs *runs, size_t i)
{
	for (;;) {
		size_t least = i, child = 2 * i + 1;

		for (size_t j = child; j < child + 2 && j < runs->count; j++)
			if (is_less(runs, j, least))
				least = j;
		if (least == i)
			return;
		struct run *run = runs->run[i];
		runs->run[i] = runs->run[least];
		runs->run[least] = run;
		i = least;
	}
}

static void drop(struct runs *runs, size_t i)
{
	run_free(runs->run[i]);
	runs->run[i] = runs->run[--runs->count];
}

static void begin(struct runs *runs)
{
	runs->has_begun = true;
	for (size_t i = runs->count; i-- > 0;)
		if (!advance(runs, runs->run[i]))
			drop(runs, i);
	for (size_t i = runs->count / 2; i-- > 0;)
		sink(runs, i);
}

struct owner *runs_next(struct runs *runs)
{
	if (!runs->has_begun) {
		begin(runs);
	} else if (runs->count > 0) {
		if (!advance(runs, runs->run[0]))
			drop(runs, 0);
		sink(runs, 0);
	}
	return runs->count == 0 ? NULL : &runs->run[0]->owner;
}
