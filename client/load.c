/* load.c - clients that measure how fast the server answers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/load.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "client/clock.h"
#include "client/shuttle.h"
#include "wire/descriptors.h"
#include "wire/thread.h"

enum {
	STACK_LEN = 256 * 1024, /* getaddrinfo wants room */
	SOURCE_LEN = 40,
	SOURCES = 16,  /* addresses for each client */
	HOSTS = 250,   /* in the last byte of an address */
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
	unsigned number;     /* among all: 0, 1, ... */
	unsigned source_net; /* 0..SOURCES - 1 */
	struct shuttle shuttle;
	unsigned turn;          /* among those who play */
	uint64_t free_at;       /* when the last command was done with, ns */
	uint64_t answered_at;   /* when the last answer was there, ns, or 0 */
	enum link_result begun; /* how it went */
	enum link_result failure;
	int error;              /* of failure */
	struct exchange misfit; /* likewise */
	bool has_no_ports;
	uint64_t stepped, refused, boards, errors, unsent;
};

/*
 * Leave from an address of our own, where all of 127.0.0.0/8 is this machine:
 * one of SOURCES.  False if there is no choice.
 */
static bool source_choose(struct worker *w, unsigned net)
{
#ifdef __linux__
	const char *host = w->link.server.host;

	if (strncmp(host, "127.", 4) != 0 || !net_is_address(host))
		return false;
	w->source_net = net % SOURCES;
	snprintf(w->source, sizeof w->source, "127.%u.%u.%u", w->source_net,
	    1 + w->number / HOSTS, 1 + w->number % HOSTS);
	w->link.route.source = w->source;
	return true;
#else
	(void)w;
	(void)net;
	return false;
#endif
}

static void error_note(struct worker *w, enum link_result result)
{
	if (w->failure == LINK_OK) {
		w->failure = result;
		w->error = w->link.error;
		w->misfit = w->link.exchange;
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
		result = link_ask(link, TREASURE_GET);
	if (result != LINK_OK)
		return result;
	link_settle(link);
	w->shuttle = shuttle_choose(&link->reply.board, link->player);
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

/*
 * A connection for which there is no port has not been made: try it from our
 * other addresses.
 */
static enum link_result ask(struct worker *w)
{
	struct link *link = &w->link;
	enum link_result result = LINK_OK;

	for (unsigned i = 0; i < SOURCES; i++) {
		result = link_ask(link, w->shuttle.next);
		if (result != LINK_ERROR || link->error != EADDRNOTAVAIL)
			return result;
		if (!source_choose(w, w->source_net + 1))
			break;
	}
	return result;
}

/* One command, which should have left at due. */
static void exchange(struct worker *w, uint64_t due)
{
	enum link_result result = ask(w);

	w->free_at = clock_now();
	if (result != LINK_OK) {
		recover(w, result);
		w->free_at = clock_now(); /* no command waited for that */
		return;
	}
	w->answered_at = w->free_at;
	histogram_add(&w->result->latency, w->free_at - due);
	switch (w->link.reply.kind) {
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
	shuttle_turn(&w->shuttle);
}

/* A command after each answer. */
static void play_closed(struct worker *w)
{
	uint64_t think_ns =
	    (uint64_t)w->orders->crew.think_ms * CLOCK_NS_PER_MS;
	uint64_t end = w->start->end;
	uint64_t now = clock_now();

	while (now < end) {
		exchange(w, now);
		now = w->free_at;
		if (think_ns == 0)
			continue;
		clock_sleep_until(now + think_ns < end ? now + think_ns : end);
		now = clock_now();
	}
}

/* Commands at times that do not depend on the answers. */
static void play_open(struct worker *w)
{
	uint64_t rate = w->orders->rate;
	double each = (double)CLOCK_NS_PER_S / (double)rate;
	double apart = each * w->start->playing;
	double due = (double)w->start->at + each * w->turn;
	double end = (double)w->start->end - each / 2; /* none by rounding */

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
	if (due < end)
		w->unsent = 1 + (uint64_t)((end - due) / apart);
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
		clock_sleep_until(w->start->end);
	}
	w->link.version->leave(&w->link);
	return NULL;
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
	w->number = number;
	w->source_net = 0;
	w->turn = 0;
	w->free_at = w->answered_at = 0;
	w->begun = w->failure = LINK_OK;
	w->error = 0;
	w->has_no_ports = false;
	w->stepped = w->refused = w->boards = w->errors = w->unsent = 0;
	if (orders->crew.clients > 1)
		(void)source_choose(w, 0);
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

/* *over is when the load was, so far: at its end, or with its last answer. */
static void collect(struct worker *w, struct load_result *result,
    uint64_t *over)
{
	pthread_join(w->thread, NULL);
	if (w->answered_at > *over)
		*over = w->answered_at;
	bool is_turned_away = link_is_turned_away(w->begun);

	result->turned_away += is_turned_away;
	result->failed += w->begun != LINK_OK && !is_turned_away;
	if (w->failure != LINK_OK && !link_is_turned_away(w->failure) &&
	    result->result == LINK_OK) {
		result->result = w->failure;
		result->error = w->error;
		result->exchange = w->misfit;
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
	uint64_t over = start.end; /* the start, if none has got so far */
	for (unsigned i = 0; i < count; i++)
		collect(workers[i], result, &over);
	result->seconds = (double)(over - start.at) / (double)CLOCK_NS_PER_S;
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
	(void)descriptors_raise(UINT64_MAX);
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
