/* guard_mutex.c - one thread at a time at the match, by a mutex. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/guard.h"

static void run(struct guard *guard, guard_action *action, void *context)
{
	pthread_mutex_lock(&guard->lock);
	action(&guard->match, context);
	pthread_mutex_unlock(&guard->lock);
}

const struct guard_kind guard_mutex = {"mutex", NULL, NULL, run, run};
