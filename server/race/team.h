/* team.h - threads that start work together. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_TEAM_H
#define RACE_TEAM_H

#include <stdint.h>
#include "wire/cursor.h"

enum { TEAM_MIN = 2, TEAM_MAX = 1000 };

/* What each thread does; number is 0 to size-1. */
typedef void team_work(void *context, unsigned number);

/*
 * Make size threads, let them all go at once when the last is ready, and
 * join them.  *start_ns is when they were let go, on clock_now's clock.
 * 0, or the error that kept a thread from starting: then none has worked.
 */
int team_run(unsigned size, team_work *work, void *context,
    int64_t *start_ns) MUST_CHECK;

/* Nanoseconds since some moment; never runs backwards. */
int64_t clock_now(void);

#endif
