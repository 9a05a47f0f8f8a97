/* mutex_once.c - each thread adds up on its own, then locks once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/mutex.h"

static void add(void *context, uint64_t count)
{
	struct mutex_number *shared = context;
	uint64_t sum = step_alone(count);

	pthread_mutex_lock(&shared->lock);
	step_save(&shared->number, step_read(&shared->number) + sum);
	pthread_mutex_unlock(&shared->lock);
}

const struct way way_mutex_once = {"mutex-once",
    "adds up first, then one mutex a thread", mutex_new, add, mutex_finish};
