/* guard.c - one thread at a time at the match, by a mutex. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/guard.h"

int guard_init(struct guard *guard, const struct match_rules *rules)
{
	match_init(&guard->match, rules);
	return pthread_mutex_init(&guard->lock, NULL);
}

void guard_destroy(struct guard *guard)
{
	pthread_mutex_destroy(&guard->lock);
}

void guard_run(struct guard *guard, guard_action *action, void *context)
{
	pthread_mutex_lock(&guard->lock);
	action(&guard->match, context);
	pthread_mutex_unlock(&guard->lock);
}
