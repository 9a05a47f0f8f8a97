/* load.c - clients that measure how fast the server answers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/load.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "client/clock.h"
#include "wire/thread.h"

enum {
	STACK_LEN = 256 * 1024, /* getaddrinfo wants room */
	SOURCE_LEN = 16,        /* "127.0.255.255" */
	SOURCES_A_NET = 250,
	ERROR_MS = 10, /* to wait after one */
};

/* Where all clients wait for each other. */
struct start {
	pthread_mutex_t lock;    /* guards all below */
	pthread_cond_t is_ready; /* one more is */
	pthread_cond_t go;
	unsigned ready, playing; /* clients */
	bool is_given;
	uint64_t at, end; /* ns; end does not change any more */
};

struct worker {
	pthread_t thread;
	const struct load_orders *orders;
	struct start *start;
	struct load_result *result; /* for its histograms only */
	struct link link;
	char source[SOURCE_LEN];
	enum treasure_verb to, fro;
	unsigned turn;          /* among those who play */
	uint64_t free_at;       /* when the last answer was there, ns */
	enum link_result begun; /* how it went */
	enum link_result failure;
	int error; /* of failure */
	bool has_no_ports;
	uint64_t stepped, refused, boards, errors, unsent;
};

/* Does a player stand, or a treasure lie, in the way? */
static bool is_free(const struct treasure_board *board, unsigned at,
    enum treasure_verb verb)
{
	unsigned to;

	return treasure_step_from(at, board->size, verb, &to) &&
	       !board->tile[to].has_treasure && board->tile[to].player == 0;
}

/* How far one can go that way before there is something. */
static unsigned room(const struct treasure_board *board, unsigned at,
    enum treasure_verb verb)
{
	unsigned count = 0, to;

	while (is_free(board, at, verb) &&
	       treasure_step_from(at, board->size, verb, &to)) {
		at = to;
		count++;
	}
	return count;
}

/*
 * To and fro where there is most room: others may play the same seat, and
 * then it is not only we who move.
 */
static void way_choose(struct worker *w)
{
	const struct treasure_board *board = &w->link.reply.board;
	static const enum treasure_verb ways[] = {TREASURE_LEFT, TREASURE_RIGHT,
	    TREASURE_UP, TREASURE_DOWN};
	unsigned best = 0;

	w->to = TREASURE_LEFT;
	w->fro = TREASURE_RIGHT;
	for (unsigned at = 0; at < board->size * board->size; at++) {
		if (board->tile[at].player != w->link.player)
			continue;
		for (unsigned i = 0; i < 4; i++) {
			unsigned ahead = room(board, at, ways[i]);

			if (ahead <= best)
				continue;
			best = ahead;
			w->to = ways[i];
			w->fro = ways[i ^ 1];
		}
	}
}

static void error_note(struct worker *w, enum link_result result)
{
	if (w->failure == LINK_OK) {
		w->failure = result;
		w->error = w->link.error;
	}
	w->has_no_ports =
	    w->has_no_ports ||
	    (result == LINK_ERROR && w->link.error == EADDRNOTAVAIL);
}

/* Take a seat and look once. */
static enum link_result begin(struct worker *w)
{
	struct link *link = &w->link;
	enum link_result result = link->version->join(link);

	if (result == LINK_OK)
		result = link->version->ask(link, TREASURE_GET);
	if (result != LINK_OK)
		return result;
	if (link->reply.kind != TREASURE_SCORES_BOARD)
		return LINK_GARBLED;
	link_settle(link);
	way_choose(w);
	return LINK_OK;
}

/* Wait for the others; false if there is nothing to play for us. */
static bool line_up(struct worker *w)
{
	struct start *start = w->start;

	w->begun = begin(w);
	if (w->begun != LINK_OK)
		error_note(w, w->begun);
	pthread_mutex_lock(&start->lock);
	start->ready++;
	if (w->begun == LINK_OK)
		w->turn = start->playing++;
	pthread_cond_signal(&start->is_ready);
	while (!start->is_given)
		pthread_cond_wait(&start->go, &start->lock);
	pthread_mutex_unlock(&start->lock);
	return w->begun == LINK_OK;
}

static void recover(struct worker *w, enum link_result result)
{
	struct link *link = &w->link;

	w->errors++;
	error_note(w, result);
	link->version->leave(link);
	(void)poll(NULL, 0, ERROR_MS);
	while (clock_now() < w->start->end) {
		result = link->version->join(link);
		if (result == LINK_OK)
			return;
		error_note(w, result);
		link->version->leave(link);
		(void)poll(NULL, 0, ERROR_MS);
	}
}

/* One command, which should have left at due. */
static void exchange(struct worker *w, uint64_t due)
{
	struct link *link = &w->link;
	enum link_result result = link->version->ask(link, w->to);
	enum treasure_verb fro = w->to;

	w->free_at = clock_now();
	if (result != LINK_OK) {
		recover(w, result);
		return;
	}
	histogram_add(&w->result->latency, w->free_at - due);
	switch (link->reply.kind) {
	case TREASURE_SCORES:
		w->stepped++;
		break;
	case TREASURE_SCORES_BOARD:
		w->boards++;
		break;
	case TREASURE_NOTHING:
	case TREASURE_ERROR:
	case TREASURE_ID:
	case TREASURE_OVER:
		w->refused++;
		break;
	}
	w->to = w->fro;
	w->fro = fro;
}

/* A command after each answer. */
static void play_closed(struct worker *w)
{
	int64_t think_ms = w->orders->crew.think_ms;
	uint64_t now = clock_now();

	while (now < w->start->end) {
		exchange(w, now);
		if (think_ms > 0)
			(void)poll(NULL, 0, (int)think_ms);
		now = think_ms > 0 ? clock_now() : w->free_at;
	}
}

/* Commands at times that do not depend on the answers. */
static void play_open(struct worker *w)
{
	uint64_t rate = w->orders->rate;
	double each = (double)CLOCK_NS_PER_S / (double)rate;
	double apart = each * w->start->playing;
	double due = (double)w->start->at + each * w->turn;
	double end = (double)w->start->end;

	for (; due < end; due += apart) {
		uint64_t planned = (uint64_t)due;

		clock_sleep_until(planned);
		uint64_t now = clock_now();
		if (now >= w->start->end)
			break;
		uint64_t could = w->free_at > planned ? w->free_at : planned;
		histogram_add(&w->result->lateness, now - could);
		exchange(w, planned);
	}
	for (; due < end; due += apart)
		w->unsent++;
}

static void *worker_main(void *context)
{
	struct worker *w = context;

	if (line_up(w)) {
		clock_sleep_until(w->start->at);
		if (w->orders->rate > 0)
			play_open(w);
		else
			play_closed(w);
	}
	w->link.version->leave(&w->link);
	return NULL;
}

/* From an address of its own, where all of 127.0.0.0/8 is this machine. */
static void source_choose(struct worker *w, unsigned number)
{
#ifdef __linux__
	const struct net_endpoint *server = &w->orders->crew.server;

	if (strncmp(server->host, "127.", 4) != 0 ||
	    !net_is_address(server->host))
		return;
	snprintf(w->source, sizeof w->source, "127.0.%u.%u",
	    (1 + number / SOURCES_A_NET) % 256, 1 + number % SOURCES_A_NET);
	w->link.route.source = w->source;
#else
	(void)w;
	(void)number;
#endif
}

/* A started client, or NULL with errno set. */
static struct worker *worker_start(const struct load_orders *orders,
    unsigned number, struct start *start, struct load_result *result)
{
	struct worker *w = malloc(sizeof *w);

	if (w == NULL)
		return NULL;
	crew_link_init(&w->link, &orders->crew, number);
	w->orders = orders;
	w->start = start;
	w->result = result;
	w->turn = 0;
	w->free_at = 0;
	w->begun = w->failure = LINK_OK;
	w->error = 0;
	w->has_no_ports = false;
	w->stepped = w->refused = w->boards = w->errors = w->unsent = 0;
	if (orders->crew.clients > 1)
		source_choose(w, number);
	errno = thread_start(&w->thread, STACK_LEN, worker_main, w);
	if (errno == 0)
		return w;
	free(w);
	return NULL;
}

/* Let them go as soon as all that were started are there. */
static void start_give(const struct load_orders *orders, struct start *start,
    unsigned count)
{
	pthread_mutex_lock(&start->lock);
	while (start->ready < count)
		pthread_cond_wait(&start->is_ready, &start->lock);
	start->at = clock_now() + CLOCK_NS_PER_MS;
	start->end = start->at;
	if (start->playing > 0)
		start->end += orders->duration_s * CLOCK_NS_PER_S;
	start->is_given = true;
	pthread_cond_broadcast(&start->go);
	pthread_mutex_unlock(&start->lock);
}

static void collect(struct worker *w, struct load_result *result)
{
	pthread_join(w->thread, NULL);
	result->turned_away += w->begun == LINK_FULL;
	result->failed += w->begun != LINK_OK && w->begun != LINK_FULL;
	if (w->failure != LINK_OK && w->failure != LINK_FULL &&
	    result->result == LINK_OK) {
		result->result = w->failure;
		result->error = w->error;
	}
	result->has_no_ports = result->has_no_ports || w->has_no_ports;
	result->stepped += w->stepped;
	result->refused += w->refused;
	result->boards += w->boards;
	result->errors += w->errors;
	result->unsent += w->unsent;
	meter_add(&result->meter, &w->link.meter);
	free(w);
}

/* Each connection is a descriptor: have as many as the system allows. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Start all, let them go, and wait for them. */
static void run(const struct load_orders *orders, struct worker **workers,
    struct load_result *result)
{
	struct start start = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .is_ready = PTHREAD_COND_INITIALIZER,
	    .go = PTHREAD_COND_INITIALIZER};
	struct clock_idle idle;
	unsigned count = 0;

	for (; count < orders->crew.clients; count++) {
		workers[count] = worker_start(orders, count, &start, result);
		if (workers[count] == NULL)
			break;
	}
	int error = errno;
	result->failed = orders->crew.clients - count;
	if (result->failed > 0) {
		result->result = LINK_LOCAL;
		result->error = error;
	}
	start_give(orders, &start, count);
	double cpu = clock_cpu();
	clock_idle_mark(&idle);
	for (unsigned i = 0; i < count; i++)
		collect(workers[i], result);
	result->seconds =
	    (double)(clock_now() - start.at) / (double)CLOCK_NS_PER_S;
	result->cpu = clock_cpu() - cpu;
	result->cpus = clock_cpus();
	result->idle = clock_idle_since(&idle);
	errno = error;
}

bool load_run(const struct load_orders *orders, struct load_result *result)
{
	struct worker **workers =
	    calloc(orders->crew.clients, sizeof(*workers));

	if (workers == NULL)
		return false;
	descriptors_raise();
	clock_be_exact();
	run(orders, workers, result);
	free(workers);
	return result->failed < orders->crew.clients ||
	       result->result != LINK_LOCAL;
}

uint64_t load_answered(const struct load_result *result)
{
	return result->stepped + result->refused + result->boards;
}
