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
	unsigned who;      /* 0 or 1 */
	uint64_t value;    /* read, come to by adding, or saved */
	int64_t ns;        /* since the first act; 0 where there is no clock */
	uint64_t replaced; /* by a save: the number as it found it */
};

/* One increment each by two threads, in time order; the last act saves. */
struct schedule {
	unsigned threads[2]; /* their numbers, from 0 */
	bool has_clock;
	struct act acts[SCHEDULE_ACTS];
};

/* "read", "add" or "save". */
const char *act_name(enum act_kind kind);

/* The number before the first act. */
uint64_t schedule_start(const struct schedule *schedule);

/* The number after the last act, less that before the first. */
uint64_t schedule_gain(const struct schedule *schedule);

/*
 * What the last save undid: the number as it found it, less what its thread
 * had read.  0: nothing; 1: the other's increment; more: others' too.
 */
uint64_t schedule_lost(const struct schedule *schedule);

/* Two tables side by side, each under its title. */
void schedule_print(FILE *out, const char *const titles[2],
    const struct schedule *const schedules[2]);

#endif
