/* guard.h - one thread at a time at the match, in three ways. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

#include <pthread.h>
#include "server/match.h"

/*
 * Threads: any number of sessions call guard_run and guard_play; the match
 * belongs to whichever action is inside.  An action is a command from its
 * rules to its answer; nothing is read or sent meanwhile, and the only lock
 * taken inside is the journal's.
 */
struct guard;
struct guard_queue;

typedef void guard_action(struct match *match, void *context);

/* A way to do it: guard_mutex.c, guard_queue.c and guard_none.c hold one. */
struct guard_kind {
	const char *name;
	/* 0, or the error that kept it from starting; NULL: nothing to start.
	 */
	int (*start)(struct guard *guard) MUST_CHECK;
	void (*stop)(struct guard *guard); /* likewise */
	/* Run action alone with the match; return when it has. */
	void (*run)(struct guard *guard, guard_action *action, void *context);
	/* The same for an action that is a command of a player. */
	void (*play)(struct guard *guard, guard_action *action, void *context);
};

/*
 * mutex: who comes takes the lock.  queue: one thread owns the match, the
 * others hand it their actions and wait.  none: nobody waits, for study:
 * commands work on what they read before and undo each other's work on the
 * board; seats are kept.
 */
extern const struct guard_kind guard_mutex, guard_queue, guard_none;

struct guard {
	const struct guard_kind *kind;
	struct guard_queue *queue; /* guard_queue's own */
	pthread_mutex_t lock;      /* guards all below, but for guard_queue */
	struct match match;
};

/* The kind with this name, or NULL. */
const struct guard_kind *guard_named(const char *name) MUST_CHECK;

/* 0, or the error that kept it from starting; then nothing is to be done. */
int guard_init(struct guard *guard, const struct guard_kind *kind,
    const struct match_rules *rules) MUST_CHECK;
void guard_destroy(struct guard *guard);

static inline void guard_run(struct guard *guard, guard_action *action,
    void *context)
{
	guard->kind->run(guard, action, context);
}

static inline void guard_play(struct guard *guard, guard_action *action,
    void *context)
{
	guard->kind->play(guard, action, context);
}

#endif
