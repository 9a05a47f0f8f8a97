/* queue_each.c - a message for each increment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/collector.h"
#include "server/race/way.h"

static void add(void *collector, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		collector_send(collector, 1);
}

const struct way way_queue_each = {"queue-each", "a message for each increment",
    collector_new, add, collector_finish};
