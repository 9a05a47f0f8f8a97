/* none.c - count without protection: updates are lost. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/way.h"
#include <stdlib.h>
#include "server/race/step.h"

struct none {
	shared_number number;
};

static void *new (void)
{
	return calloc(1, sizeof(struct none));
}

static void add(void *shared, uint64_t count)
{
	struct none *none = shared;

	for (uint64_t i = 0; i < count; i++)
		step_once(&none->number);
}

static uint64_t finish(void *shared)
{
	struct none *none = shared;
	uint64_t counted = step_read(&none->number);

	free(none);
	return counted;
}

const struct way way_none = {"none", "no protection", new, add, finish};
