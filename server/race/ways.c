/* ways.c - the one table of all ways of counting. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/way.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

const struct way *const ways[] = {
    &way_none,
    &way_mutex,
    &way_semaphore,
    &way_spin,
    &way_atomic,
    &way_queue_each,
    &way_queue,
    &way_mutex_once,
    &way_atomic_once,
    NULL,
};

static_assert(sizeof ways / sizeof ways[0] == WAYS_COUNT + 1,
    "WAYS_COUNT is the number of ways");

const struct way *way_find(const char *name)
{
	for (const struct way *const *way = ways; *way != NULL; way++)
		if (strcmp((*way)->name, name) == 0)
			return *way;
	return NULL;
}
