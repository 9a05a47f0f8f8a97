/* guard.c - what the three kinds of guard share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/guard.h"
#include <string.h>

const struct guard_kind *guard_named(const char *name)
{
	static const struct guard_kind *const kinds[] = {&guard_mutex,
	    &guard_queue, &guard_none};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

int guard_init(struct guard *guard, const struct guard_kind *kind,
    const struct match_rules *rules)
{
	int error = pthread_mutex_init(&guard->lock, NULL);

	if (error != 0)
		return error;
	guard->kind = kind;
	guard->queue = NULL;
	match_init(&guard->match, rules);
	if (kind->start != NULL)
		error = kind->start(guard);
	if (error != 0)
		pthread_mutex_destroy(&guard->lock);
	return error;
}

void guard_destroy(struct guard *guard)
{
	if (guard->kind->stop != NULL)
		guard->kind->stop(guard);
	pthread_mutex_destroy(&guard->lock);
}
