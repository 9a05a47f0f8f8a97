/* guard_queue.c - one thread owns the match and takes orders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/guard.h"
#include <errno.h>
#include <stdlib.h>
#include "wire/thread.h"

enum { STACK_LEN = 64 * 1024 };

/*
 * Threads: the owner alone touches the match; it takes all orders there are
 * and carries them out without the lock.  An order lives on the stack of who
 * gave it, who sleeps on its own condition until it is done.
 */
struct order {
	guard_action *action;
	void *context;
	bool is_done;
	pthread_cond_t has_answer;
	struct order *next;
};

struct guard_queue {
	struct guard *guard;
	pthread_t owner;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t has_orders;
	struct order *first, **end;
	bool is_closing;
};

static struct order *orders_wait_locked(struct guard_queue *queue)
{
	while (queue->first == NULL && !queue->is_closing)
		pthread_cond_wait(&queue->has_orders, &queue->lock);
	struct order *orders = queue->first;
	queue->first = NULL;
	queue->end = &queue->first;
	return orders;
}

/* Once is_done an order may be gone: look at its next before. */
static void answers_give_locked(struct order *orders)
{
	while (orders != NULL) {
		struct order *next = orders->next;

		orders->is_done = true;
		pthread_cond_signal(&orders->has_answer);
		orders = next;
	}
}

static void *owner_main(void *context)
{
	struct guard_queue *queue = context;
	struct order *orders;

	pthread_mutex_lock(&queue->lock);
	while ((orders = orders_wait_locked(queue)) != NULL) {
		pthread_mutex_unlock(&queue->lock);
		for (struct order *o = orders; o != NULL; o = o->next)
			o->action(&queue->guard->match, o->context);
		pthread_mutex_lock(&queue->lock);
		answers_give_locked(orders);
	}
	pthread_mutex_unlock(&queue->lock);
	return NULL;
}

static int locks_init(struct guard_queue *queue)
{
	int error = pthread_mutex_init(&queue->lock, NULL);

	if (error != 0)
		return error;
	error = pthread_cond_init(&queue->has_orders, NULL);
	if (error != 0)
		pthread_mutex_destroy(&queue->lock);
	return error;
}

static void locks_destroy(struct guard_queue *queue)
{
	pthread_cond_destroy(&queue->has_orders);
	pthread_mutex_destroy(&queue->lock);
}

static int start(struct guard *guard)
{
	struct guard_queue *queue = calloc(1, sizeof *queue);

	if (queue == NULL)
		return ENOMEM;
	queue->guard = guard;
	queue->end = &queue->first;
	int error = locks_init(queue);
	if (error == 0) {
		error =
		    thread_start(&queue->owner, STACK_LEN, owner_main, queue);
		if (error != 0)
			locks_destroy(queue);
	}
	if (error != 0) {
		free(queue);
		return error;
	}
	guard->queue = queue;
	return 0;
}

static void stop(struct guard *guard)
{
	struct guard_queue *queue = guard->queue;

	pthread_mutex_lock(&queue->lock);
	queue->is_closing = true;
	pthread_cond_signal(&queue->has_orders);
	pthread_mutex_unlock(&queue->lock);
	pthread_join(queue->owner, NULL);
	locks_destroy(queue);
	free(queue);
}

static void run(struct guard *guard, guard_action *action, void *context)
{
	struct guard_queue *queue = guard->queue;
	struct order order = {
	    .action = action,
	    .context = context,
	    .has_answer = PTHREAD_COND_INITIALIZER,
	};

	pthread_mutex_lock(&queue->lock);
	*queue->end = &order;
	queue->end = &order.next;
	pthread_cond_signal(&queue->has_orders);
	while (!order.is_done)
		pthread_cond_wait(&order.has_answer, &queue->lock);
	pthread_mutex_unlock(&queue->lock);
	pthread_cond_destroy(&order.has_answer);
}

const struct guard_kind guard_queue = {"queue", start, stop, run, run};
