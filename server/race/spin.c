/* spin.c - a lock that waits by asking again and again. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/way.h"
#include <stdbool.h>
#include <stdlib.h>
#include "server/race/step.h"

/* Like pthread_spin_lock, which is not in every POSIX system. */
struct spin_number {
	atomic_bool is_taken; /* guards all below */
	shared_number number;
};

static void *new (void)
{
	return calloc(1, sizeof(struct spin_number));
}

static void take(atomic_bool *is_taken)
{
	while (atomic_exchange_explicit(is_taken, true, memory_order_acquire))
		while (atomic_load_explicit(is_taken, memory_order_relaxed))
			continue;
}

static void add(void *context, uint64_t count)
{
	struct spin_number *shared = context;

	for (uint64_t i = 0; i < count; i++) {
		take(&shared->is_taken);
		step_once(&shared->number);
		atomic_store_explicit(&shared->is_taken, false,
		    memory_order_release);
	}
}

static uint64_t finish(void *context)
{
	struct spin_number *shared = context;
	uint64_t counted = step_read(&shared->number);

	free(shared);
	return counted;
}

const struct way way_spin = {"spin", "a spin lock around each increment", new,
    add, finish};
