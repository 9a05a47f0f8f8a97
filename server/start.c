/* start.c - all that has to be there before the first connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/start.h"
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "server/activation.h"
#include "wire/descriptors.h"
#include "wire/number.h"
#include "wire/usage.h"

enum { BACKLOG = 4096, OTHER_DESCRIPTORS = 64, LINE_LEN = 512 };

static int listen_or_exit(const struct net_endpoint *at, bool is_range)
{
	char name[NET_NAME_LEN];
	int listener = net_listen(at, BACKLOG);

	net_print(at, name);
	if (listener == -1 && errno == EADDRINUSE)
		errx(EXIT_FAILURE,
		    "cannot listen on %s: the port is in use; %s", name,
		    is_range ? "--ports takes others" : "--port takes another");
	if (listener == -1)
		err(EXIT_FAILURE, "cannot listen on %s", name);
	return listener;
}

static int given_or_exit(int fd)
{
	if (!activation_is_listener(fd))
		errx(EXIT_FAILURE,
		    "LISTEN_FDS: descriptor %d is no listening TCP socket", fd);
	return fd;
}

/* As many as --max-connections asks for, if they can be had. */
static void descriptors_get(const struct options *options, uint32_t doors)
{
	uint64_t wanted =
	    options->plan.limits.connections + doors + OTHER_DESCRIPTORS;
	uint64_t had = descriptors_raise(wanted);

	if (had < wanted)
		warnx("--max-connections: only %" PRIu64
		      " descriptors can be had (ulimit -n)",
		    had);
}

void start_doors(struct options *options, struct doors *doors)
{
	uint32_t given;
	bool is_oneshot = options->version == &oneshot;

	if (!activation_count(&given))
		errx(EXIT_FAILURE,
		    "LISTEN_FDS: not a number of sockets up to %d",
		    ACTIVATION_MAX);
	doors->are_given = given > 0;
	doors->count = is_oneshot ? options->rooms : 1;
	if (doors->are_given)
		doors->count = given;
	if (doors->are_given && is_oneshot)
		options->rooms = given;         /* each is a room's */
	descriptors_get(options, doors->count); /* before they are opened */
	doors->door = calloc(doors->count, sizeof *doors->door);
	if (doors->door == NULL)
		err(EXIT_FAILURE, NULL);
	for (uint32_t i = 0; i < doors->count; i++) {
		struct net_endpoint at = options->listen;

		at.port = (uint16_t)(at.port + i);
		doors->door[i].fd =
		    given > 0 ? given_or_exit(ACTIVATION_FIRST_FD + (int)i)
			      : listen_or_exit(&at, options->has_ports);
	}
}

void start_pool(struct options *options, const struct doors *doors)
{
	uint64_t all = options->plan.limits.connections;

	if (options->plan.threads != ACCEPTOR_POOL)
		return;
	if (all < doors->count)
		errx(EXIT_WRONG_USAGE,
		    "--max-connections: each of the %" PRIu32 " ports has a "
		    "thread, so they need as many; --threads per-connection "
		    "does not",
		    doors->count);
	if (options->plan.pool > all / doors->count)
		options->plan.pool = (unsigned)(all / doors->count);
}

static void terms_print(const struct record_terms *terms, char *out, size_t len)
{
	snprintf(out, len, "%s %u x %u, %u treasure%s, %u players, %u room%s",
	    terms->is_oneshot ? oneshot.name : persistent.name,
	    terms->board.size, terms->board.size, terms->board.treasures,
	    number_plural(terms->board.treasures), terms->board.players,
	    terms->rooms, number_plural(terms->rooms));
}

/* What was cut off, or, where the start has failed, is to be. */
static void damage_tell(const char *path, const struct journal_found *found,
    const char *verb)
{
	char number[16] = "";

	if (found->cut_off == 0)
		return;
	if (found->kept > 0)
		snprintf(number, sizeof number, ".%u", found->kept);
	warnx("%s: damaged at byte %" PRIu64 ": %s %" PRIu64 " byte%s there; "
	      "the whole is %skept in %s.damaged%s",
	    path, found->bytes, verb, found->cut_off,
	    number_plural(found->cut_off), found->is_kept ? "" : "to be ", path,
	    number);
}

static _Noreturn void journal_fail(const char *path, enum journal_result result,
    const struct journal_found *found)
{
	char other[LINE_LEN];

	switch (result) {
	case JOURNAL_OK:
	case JOURNAL_ERROR:
		break;
	case JOURNAL_BUSY:
		errx(EXIT_FAILURE, "%s: another server uses this journal",
		    path);
	case JOURNAL_FOREIGN:
		errx(EXIT_FAILURE, "%s: not a journal of this program", path);
	case JOURNAL_VERSION:
		errx(EXIT_FAILURE,
		    "%s: a journal, but of another version of this program",
		    path);
	case JOURNAL_BROKEN:
		errx(EXIT_FAILURE,
		    "%s: a journal, but its first record is damaged: nobody "
		    "knows of which game it is",
		    path);
	case JOURNAL_OTHER:
		terms_print(&found->terms, other, sizeof other);
		errx(EXIT_FAILURE,
		    "%s: a journal of another game: %s, seed %" PRIu64, path,
		    other, found->terms.seed);
	}
	int saved = errno;
	damage_tell(path, found, "about to cut off");
	errno = saved;
	err(EXIT_FAILURE, "%s%s", path, found->refused);
}

static void journal_tell(const char *path, const struct journal_found *found)
{
	damage_tell(path, found, "cut off");
	fprintf(stderr, "journal file=%s records=%" PRIu64 " new=%d\n", path,
	    found->records, found->is_new);
}

static struct journal *journal_or_exit(struct options *options)
{
	struct record_terms terms = {
	    .is_oneshot = options->version == &oneshot,
	    .rooms = options->rooms,
	    .board = options->rules.board,
	    .seed = options->rules.seed,
	};
	struct journal_found found;
	struct journal *journal;
	enum journal_result result = journal_open(options->journal, &terms,
	    options->has_seed, &journal, &found);

	if (result != JOURNAL_OK)
		journal_fail(options->journal, result, &found);
	journal_tell(options->journal, &found);
	options->rules.seed = found.terms.seed;
	return journal;
}

void start_service(struct options *options, struct service *service)
{
	if (options->journal != NULL)
		service->journal = journal_or_exit(options);
	errno = rooms_init(&service->rooms, options->rooms, options->guard,
	    &options->rules);
	if (errno != 0)
		err(EXIT_FAILURE, "cannot make %" PRIu32 " rooms",
		    options->rooms);
	for (uint32_t i = 0; service->journal != NULL && i < options->rooms;
	     i++)
		rooms_resume(&service->rooms, &service->rooms.room[i],
		    journal_match(service->journal, i), net_now_ms());
}

static struct net_endpoint place_of(const struct options *options,
    const struct doors *doors, uint32_t i)
{
	struct net_endpoint at = options->listen;
	int fd = doors->door[i].fd;

	at.port = net_port(fd);
	if (doors->are_given && !net_local(fd, &at))
		at = (struct net_endpoint){.host = "?"};
	return at;
}

/* How many from this door on have one port after the other at one address? */
static uint32_t run_of(const struct options *options, const struct doors *doors,
    uint32_t i)
{
	struct net_endpoint first = place_of(options, doors, i);
	uint32_t count = 1;

	for (; i + count < doors->count; count++) {
		struct net_endpoint at = place_of(options, doors, i + count);

		if (at.port != first.port + count ||
		    strcmp(at.host, first.host) != 0)
			break;
	}
	return count;
}

/* 127.0.0.1:12345-12347, [::1]:12345: who calls frees it; NULL: no memory. */
static char *places(const struct options *options, const struct doors *doors)
{
	char *text = NULL, name[NET_NAME_LEN];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (uint32_t i = 0, run = 0; i < doors->count; i += run) {
		struct net_endpoint first = place_of(options, doors, i);

		run = run_of(options, doors, i);
		net_print(&first, name);
		fprintf(out, "%s%s", i == 0 ? "" : ", ", name);
		if (run > 1)
			fprintf(out, "-%" PRIu32, first.port + run - 1);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

void start_announce(const struct options *options, const struct doors *doors)
{
	const struct match_rules *rules = &options->rules;
	char rooms[sizeof "4294967295 rooms, "] = "";
	char *place = places(options, doors);

	if (place == NULL)
		err(EXIT_FAILURE, NULL);
	if (options->rooms > 1)
		snprintf(rooms, sizeof rooms, "%" PRIu32 " rooms, ",
		    options->rooms);
	fprintf(stderr,
	    "treasure-server: %s, listening on %s, %sboard %u x %u, "
	    "%u treasure%s, %u players, seed %" PRIu64 "\n",
	    options->version->name, place, rooms, rules->board.size,
	    rules->board.size, rules->board.treasures,
	    number_plural(rules->board.treasures), rules->board.players,
	    rules->seed);
	free(place);
}
