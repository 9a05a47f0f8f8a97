/* shelf.c - flows that are over: packed, in memory or in a file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* O_TMPFILE */
#include "capture/ledger/shelf.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "capture/grow.h"
#include "capture/ledger/pack.h"
#include "capture/ledger/runs.h"
#include "wire/descriptors.h"

enum {
	/* A run of a file is half a budget, and each has a buffer at the end.
	 */
	LEAST_BUDGET = 1 << 20,
	WRITE_LEN = 1 << 18,
	READ_MIN = 1 << 12,
	READ_MAX = 1 << 18,
};

struct stretch {
	off_t from, to;
};

struct shelf {
	struct shelf_plan plan;
	uint64_t count;
	struct bytes packed;       /* with the flows of all places */
	struct packed_flow *place; /* owned */
	size_t places, places_room;
	int fd; /* -1: there is no file yet */
	off_t len;
	struct stretch *run; /* owned; of the file */
	size_t runs, runs_room;
	int error;
	struct runs *reading; /* owned; NULL before shelf_rewind */
	struct shelf *next;   /* owned; absorbed, and alike */
};

struct shelf *shelf_new(const struct shelf_plan *plan)
{
	struct shelf *shelf = must(calloc(1, sizeof(*shelf)), "flows");

	shelf->plan = *plan;
	if (shelf->plan.budget < LEAST_BUDGET)
		shelf->plan.budget = LEAST_BUDGET;
	shelf->fd = -1;
	return shelf;
}

void shelf_free(struct shelf *shelf)
{
	while (shelf != NULL) {
		struct shelf *next = shelf->next;

		runs_free(shelf->reading);
		if (shelf->fd != -1)
			close(shelf->fd);
		free(shelf->run);
		free(shelf->place);
		free(shelf->packed.at);
		free(shelf);
		shelf = next;
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct packed_flow *left = a, *right = b;

	return rank_compare(&left->rank, &right->rank);
}

static void sort(struct shelf *shelf)
{
	if (shelf->places > 0)
		qsort(shelf->place, shelf->places, sizeof(*shelf->place),
		    by_rank);
}

/* Of those in memory, the best are enough. */
static void prune(struct shelf *shelf)
{
	struct bytes kept = {0};

	if (shelf->places <= shelf->plan.keep)
		return;
	shelf->places = shelf->plan.keep;
	for (size_t i = 0; i < shelf->places; i++) {
		struct packed_flow *place = &shelf->place[i];
		size_t at = kept.len;

		bytes_put(&kept, shelf->packed.at + place->at, place->len);
		place->at = at;
	}
	free(shelf->packed.at);
	shelf->packed = kept;
}

const char *shelf_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder == NULL || folder[0] == '\0' ? "/tmp" : folder;
}

/* With a name, and then without one.  -1, errno set. */
static int open_and_unlink(void)
{
	char path[4096];
	int len =
	    snprintf(path, sizeof(path), "%s/wiretoll.XXXXXX", shelf_folder());

	if (len >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = mkstemp(path);
	if (fd == -1)
		return -1;
	if (unlink(path) == -1) {
		descriptor_give_up(fd);
		return -1;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

/* A file without a name.  -1, errno set. */
static int open_file(void)
{
	int fd = -1;
	sigset_t all, before;

#ifdef O_TMPFILE
	fd = open(shelf_folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
	if (fd != -1)
		return fd;
	/* Not every file system can: then no signal may come between. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	fd = open_and_unlink();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static bool write_all(struct shelf *shelf, struct bytes *out)
{
	size_t done = 0;

	while (done < out->len) {
		ssize_t n = write(shelf->fd, out->at + done, out->len - done);

		if (n == -1 && errno != EINTR)
			return false;
		done += n == -1 ? 0 : (size_t)n;
	}
	shelf->len += (off_t)out->len;
	out->len = 0;
	return true;
}

/* All places, as one run. */
static bool write_places(struct shelf *shelf, struct bytes *out)
{
	for (size_t i = 0; i < shelf->places; i++) {
		const struct packed_flow *place = &shelf->place[i];

		bytes_put(out, &place->len, sizeof(place->len));
		bytes_put(out, shelf->packed.at + place->at, place->len);
		if (out->len >= WRITE_LEN && !write_all(shelf, out))
			return false;
	}
	return write_all(shelf, out);
}

static bool write_run(struct shelf *shelf)
{
	struct bytes out = {0};
	off_t from = shelf->len;

	if (shelf->fd == -1 && (shelf->fd = open_file()) == -1)
		return false;
	bool is_written = write_places(shelf, &out);
	int error = errno;
	free(out.at);
	errno = error;
	if (!is_written)
		return false;
	shelf->run = must(grow(shelf->run, shelf->runs, &shelf->runs_room,
			      sizeof(*shelf->run)),
	    "flows");
	shelf->run[shelf->runs++] = (struct stretch){from, shelf->len};
	return true;
}

static size_t used(const struct shelf *shelf)
{
	return shelf->packed.len + shelf->places * sizeof(*shelf->place);
}

/* Without all flows none is of use: their memory and the disk are. */
static void give_up(struct shelf *shelf, int error)
{
	shelf->error = error;
	descriptor_give_up(shelf->fd);
	shelf->fd = -1;
	free(shelf->place);
	free(shelf->packed.at);
	shelf->place = NULL;
	shelf->packed = (struct bytes){0};
	shelf->places = shelf->places_room = shelf->runs = 0;
}

/* Make room: nothing is left of it in memory but what may be wanted. */
static void make_room(struct shelf *shelf)
{
	sort(shelf);
	prune(shelf);
	if (used(shelf) <= shelf->plan.budget / 2)
		return;
	if (!write_run(shelf)) {
		give_up(shelf, errno);
		return;
	}
	shelf->places = 0;
	shelf->packed.len = 0;
}

void shelf_add(struct shelf *shelf, const struct owner *owner)
{
	size_t at = shelf->packed.len;

	shelf->count++;
	if (shelf->error != 0)
		return;
	shelf->place = must(grow(shelf->place, shelf->places,
				&shelf->places_room, sizeof(*shelf->place)),
	    "flows");
	pack_owner(&shelf->packed, owner);
	shelf->place[shelf->places++] = (struct packed_flow){
	    .rank = rank_of(owner, shelf->plan.column),
	    .at = at,
	    .len = (uint32_t)(shelf->packed.len - at),
	};
	if (used(shelf) > shelf->plan.budget)
		make_room(shelf);
}

void shelf_absorb(struct shelf *shelf, struct shelf *other)
{
	while (shelf->next != NULL)
		shelf = shelf->next;
	shelf->next = other;
}

uint64_t shelf_count(const struct shelf *shelf)
{
	uint64_t count = 0;

	for (; shelf != NULL; shelf = shelf->next)
		count += shelf->count;
	return count;
}

enum column shelf_column(const struct shelf *shelf)
{
	return shelf->plan.column;
}

int shelf_error(const struct shelf *shelf)
{
	for (; shelf != NULL; shelf = shelf->next)
		if (shelf->error != 0)
			return shelf->error;
	return 0;
}

/* All runs are read at once: each gets a part of the memory. */
static size_t buffer_for(const struct shelf *shelf)
{
	size_t part = shelf->plan.budget / (shelf->runs + 1);

	return part < READ_MIN ? READ_MIN : part > READ_MAX ? READ_MAX : part;
}

static void add_runs(struct shelf *shelf, struct runs *reading)
{
	size_t buffer = buffer_for(shelf);

	sort(shelf);
	if (shelf->places > 0)
		runs_add_memory(reading, shelf->packed.at, shelf->place,
		    shelf->places);
	for (size_t i = 0; i < shelf->runs; i++)
		runs_add_file(reading, shelf->fd, shelf->run[i].from,
		    shelf->run[i].to, buffer);
}

void shelf_rewind(struct shelf *shelf)
{
	runs_free(shelf->reading);
	shelf->reading = runs_new(shelf->plan.column);
	for (struct shelf *one = shelf; one != NULL; one = one->next)
		add_runs(one, shelf->reading);
}

struct owner *shelf_next(struct shelf *shelf)
{
	return runs_next(shelf->reading);
}
