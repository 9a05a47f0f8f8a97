/* collector.c - a thread that owns a number; others send it messages. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/collector.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include "wire/thread.h"

enum { PLACES = 1024, STACK_LEN = 64 * 1024 };

struct collector {
	pthread_t thread;
	uint64_t number; /* the thread's own, until it has been joined */

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t has_message, has_place;
	uint64_t queue[PLACES];
	size_t first, used;
	bool is_closed; /* no message will come any more */
};

void collector_send(struct collector *c, uint64_t amount)
{
	pthread_mutex_lock(&c->lock);
	while (c->used == PLACES)
		pthread_cond_wait(&c->has_place, &c->lock);
	c->queue[(c->first + c->used++) % PLACES] = amount;
	pthread_cond_signal(&c->has_message);
	pthread_mutex_unlock(&c->lock);
}

/* The next message, or false when the last one has been taken. */
static bool receive(struct collector *c, uint64_t *amount)
{
	pthread_mutex_lock(&c->lock);
	while (c->used == 0 && !c->is_closed)
		pthread_cond_wait(&c->has_message, &c->lock);
	bool has_message = c->used > 0;
	if (has_message) {
		*amount = c->queue[c->first];
		c->first = (c->first + 1) % PLACES;
		c->used--;
		pthread_cond_signal(&c->has_place);
	}
	pthread_mutex_unlock(&c->lock);
	return has_message;
}

static void *collect(void *context)
{
	struct collector *c = context;
	uint64_t amount;

	while (receive(c, &amount))
		c->number += amount;
	return NULL;
}

static void destroy(struct collector *c)
{
	pthread_cond_destroy(&c->has_place);
	pthread_cond_destroy(&c->has_message);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void *collector_new(void)
{
	struct collector *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	*c = (struct collector){
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .has_message = PTHREAD_COND_INITIALIZER,
	    .has_place = PTHREAD_COND_INITIALIZER,
	};
	int error = thread_start(&c->thread, STACK_LEN, collect, c);
	if (error == 0)
		return c;
	destroy(c);
	errno = error;
	return NULL;
}

uint64_t collector_finish(void *context)
{
	struct collector *c = context;

	pthread_mutex_lock(&c->lock);
	c->is_closed = true;
	pthread_cond_signal(&c->has_message);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	uint64_t counted = c->number;
	destroy(c);
	return counted;
}
