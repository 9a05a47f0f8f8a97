/* mutex.c - a mutex around each increment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/mutex.h"
#include <stdlib.h>

void *mutex_new(void)
{
	struct mutex_number *shared = calloc(1, sizeof *shared);

	if (shared != NULL)
		*shared = (struct mutex_number){PTHREAD_MUTEX_INITIALIZER, 0};
	return shared;
}

uint64_t mutex_finish(void *context)
{
	struct mutex_number *shared = context;
	uint64_t counted = step_read(&shared->number);

	pthread_mutex_destroy(&shared->lock);
	free(shared);
	return counted;
}

static void add(void *context, uint64_t count)
{
	struct mutex_number *shared = context;

	for (uint64_t i = 0; i < count; i++) {
		pthread_mutex_lock(&shared->lock);
		step_once(&shared->number);
		pthread_mutex_unlock(&shared->lock);
	}
}

const struct way way_mutex = {"mutex", "a mutex around each increment",
    mutex_new, add, mutex_finish};
