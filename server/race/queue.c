/* queue.c - each thread adds up on its own and sends one message. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/collector.h"
#include "server/race/step.h"
#include "server/race/way.h"

static void add(void *collector, uint64_t count)
{
	collector_send(collector, step_alone(count));
}

const struct way way_queue = {"queue",
    "adds up first, then one message a thread", collector_new, add,
    collector_finish};
