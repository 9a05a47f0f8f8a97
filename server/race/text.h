/* text.h - what treasure-race found, for people. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_TEXT_H
#define RACE_TEXT_H

#include "server/race/order.h"
#include "server/race/race.h"
#include "server/race/trace.h"

/* One way: each run, and what they come to if there are several. */
void text_series(const struct race_series *series);

/*
 * All ways, count of them, each with as many runs; with the speed as a
 * multiple of mutex's, and what follows from it.
 */
void text_table(const struct race_series *all, unsigned count);

void text_trace(const struct trace *trace);

/* The two schedules as they were replayed. */
void text_replay(const struct schedule *conflict, const struct schedule *clean);

void text_orders(const struct orders *orders);

#endif
