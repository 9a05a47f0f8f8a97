/* acceptor.h - take connections in, one thread each, until told to stop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_ACCEPTOR_H
#define SERVER_ACCEPTOR_H

#include <pthread.h>
#include <stdint.h>
#include "server/session.h"

/*
 * Threads: the main thread accepts, and joins; each connection has a thread
 * of its own, which alone reads and writes its session.  The lock guards the
 * lists and the tally; a session's descriptor is closed, and shut down by
 * others, only while holding it.  It is never held with the guard's lock.
 */

/* A connection, and the thread that serves it. */
struct worker {
	struct acceptor *acceptor;
	struct session *session;
	pthread_t thread;
	struct worker *previous, *next;
};

/* What came in, for the closing line. */
struct tally {
	uint64_t connections; /* served */
	uint64_t turned_away; /* no seat, no room, no thread, no descriptor */
	uint64_t commands, refused, foreign;
};

struct acceptor {
	struct service *service;
	uint64_t max_connections;
	int listener;
	int stop[2]; /* a pipe: a byte in stop[1] ends acceptor_run */
	int spare;   /* a descriptor given up to turn one away, or -1 */
	pthread_mutex_t lock;   /* guards all below */
	pthread_cond_t is_idle; /* live has become NULL */
	struct worker *live, *done;
	uint64_t live_count;
	struct tally tally;
};

/* What to write to stop[1]. */
enum {
	ACCEPTOR_STOP = 's',  /* now; also from a signal handler */
	ACCEPTOR_GAMES = 'g', /* when no client asks any more */
};

/*
 * Borrows service; listener is acceptor_run's to close.  0, or the error that
 * kept it from starting; then there is nothing to destroy.
 */
int acceptor_init(struct acceptor *acceptor, struct service *service,
    int listener, uint64_t max_connections) MUST_CHECK;

/* Joins nothing: acceptor_run has. */
void acceptor_destroy(struct acceptor *acceptor);

/*
 * Serve until a byte arrives in the stop pipe, and return when every thread
 * has been joined.  False with errno set if accepting cannot go on.
 */
bool acceptor_run(struct acceptor *acceptor) MUST_CHECK;

#endif
