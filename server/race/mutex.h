/* mutex.h - a number behind a mutex, for the two ways that use one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_MUTEX_H
#define RACE_MUTEX_H

#include <pthread.h>
#include "server/race/step.h"
#include "server/race/way.h"

struct mutex_number {
	pthread_mutex_t lock; /* guards all below */
	shared_number number;
};

/* See new and finish in way.h. */
void *mutex_new(void) MUST_CHECK;
uint64_t mutex_finish(void *context);

#endif
