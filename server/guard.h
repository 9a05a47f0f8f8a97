/* guard.h - one thread at a time at the match. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

#include <pthread.h>
#include "server/match.h"

/*
 * Threads: any number of sessions call guard_run; the match belongs to
 * whichever is inside.  The lock is held for the whole of one action, which
 * is a command from its rules to its answer, and never while anything is read
 * or sent.  No other lock is taken inside.
 */
struct guard {
	pthread_mutex_t lock; /* guards all below */
	struct match match;
};

typedef void guard_action(struct match *match, void *context);

/* 0, or the error pthread_mutex_init gave. */
int guard_init(struct guard *guard, const struct match_rules *rules) MUST_CHECK;
void guard_destroy(struct guard *guard);

/* Run action alone with the match; returns when it has. */
void guard_run(struct guard *guard, guard_action *action, void *context);

#endif
