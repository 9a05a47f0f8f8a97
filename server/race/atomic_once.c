/* atomic_once.c - each thread adds up on its own, then adds once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/atomic.h"

static void add(void *context, uint64_t count)
{
	struct atomic_number *shared = context;

	atomic_fetch_add_explicit(&shared->number, step_alone(count),
	    memory_order_relaxed);
}

const struct way way_atomic_once = {"atomic-once",
    "adds up first, then one atomic a thread", atomic_new, add, atomic_finish};
