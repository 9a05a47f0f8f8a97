/* atomic.h - a number the processor adds to in one piece. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_ATOMIC_H
#define RACE_ATOMIC_H

#include "server/race/step.h"
#include "server/race/way.h"

struct atomic_number {
	shared_number number;
};

/* See new and finish in way.h. */
void *atomic_new(void) MUST_CHECK;
uint64_t atomic_finish(void *context);

#endif
