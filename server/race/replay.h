/* replay.h - make two threads count in a given order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_REPLAY_H
#define RACE_REPLAY_H

#include "server/race/schedule.h"

/* The lecture's two: both read before either saves; one after the other. */
extern const struct schedule replay_conflict, replay_clean;

/*
 * Two real threads on one real number, which starts where order's did: each
 * waits for its turn, does the next of its acts, and writes down in out what
 * value it found there.  0, or the error that kept a thread from starting.
 */
int replay_run(const struct schedule *order, struct schedule *out) MUST_CHECK;

#endif
