/* schedule.h - who read, added and saved when: the lecture's table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_SCHEDULE_H
#define RACE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "wire/cursor.h"

enum act_kind { ACT_READ, ACT_ADD, ACT_SAVE };
enum { SCHEDULE_ACTS = 6 };

struct act {
	enum act_kind kind;
	unsigned who;   /* 0 or 1 */
	uint64_t value; /* read, come to by adding, or saved */
	int64_t ns;     /* since the first act; 0 where there is no clock */
};

/* One increment each by two threads, in time order. */
struct schedule {
	unsigned threads[2]; /* their numbers, from 0 */
	bool has_clock;
	struct act acts[SCHEDULE_ACTS];
};

/* "read", "add" or "save". */
const char *act_name(enum act_kind kind);

/* The number before the first act. */
uint64_t schedule_start(const struct schedule *schedule);

/* What the two increments came to: 2, or 1 where one is lost. */
uint64_t schedule_gain(const struct schedule *schedule);

/* Two tables side by side, each under its title. */
void schedule_print(FILE *out, const char *const titles[2],
    const struct schedule *const schedules[2]);

#endif
