/* semaphore.c - a semaphore of one around each increment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/way.h"
#include <semaphore.h>
#include <stdlib.h>
#include "server/race/step.h"

struct semaphore_number {
	sem_t free_places; /* 1 or 0; guards all below */
	shared_number number;
};

static void *new (void)
{
	struct semaphore_number *shared = calloc(1, sizeof *shared);

	if (shared == NULL)
		return NULL;
	if (sem_init(&shared->free_places, 0, 1) != 0) {
		free(shared);
		return NULL;
	}
	return shared;
}

static void add(void *context, uint64_t count)
{
	struct semaphore_number *shared = context;

	for (uint64_t i = 0; i < count; i++) {
		while (sem_wait(&shared->free_places) != 0)
			continue; /* a signal handler ran */
		step_once(&shared->number);
		sem_post(&shared->free_places);
	}
}

static uint64_t finish(void *context)
{
	struct semaphore_number *shared = context;
	uint64_t counted = step_read(&shared->number);

	sem_destroy(&shared->free_places);
	free(shared);
	return counted;
}

const struct way way_semaphore = {"semaphore",
    "a semaphore around each increment", new, add, finish};
