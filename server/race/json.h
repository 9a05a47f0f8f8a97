/* json.h - what treasure-race found, for programs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_JSON_H
#define RACE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include "server/race/order.h"
#include "server/race/race.h"
#include "server/race/trace.h"

/*
 * Schema treasure-race/1, one object; treasure-race(1) says what its keys
 * mean.  Caller owns; NULL without memory.
 */

/* threads, count, expected, and ways: each with its runs and their summary. */
json_t *json_races(const struct race_series *all, unsigned count) MUST_CHECK;

/* trace and replay; either may be NULL, replay is two schedules. */
json_t *json_schedules(const struct trace *trace,
    const struct schedule *replay) MUST_CHECK;

/* rounds, orders (with how often), first (by thread). */
json_t *json_orders(const struct orders *orders) MUST_CHECK;

/* Print and free; false, if object is NULL or printing failed. */
bool json_print(json_t *object) MUST_CHECK;

#endif
