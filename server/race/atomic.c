/* atomic.c - read, add and save as one operation of the processor. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/atomic.h"
#include <stdlib.h>

void *atomic_new(void)
{
	return calloc(1, sizeof(struct atomic_number));
}

uint64_t atomic_finish(void *context)
{
	struct atomic_number *shared = context;
	uint64_t counted = step_read(&shared->number);

	free(shared);
	return counted;
}

static void add(void *context, uint64_t count)
{
	struct atomic_number *shared = context;

	for (uint64_t i = 0; i < count; i++)
		atomic_fetch_add_explicit(&shared->number, 1,
		    memory_order_relaxed);
}

const struct way way_atomic = {"atomic", "an atomic addition for each",
    atomic_new, add, atomic_finish};
