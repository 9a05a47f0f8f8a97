/* acceptor.h - take connections in, until told to stop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_ACCEPTOR_H
#define SERVER_ACCEPTOR_H

#include <poll.h>
#include <signal.h>
#include "server/worker.h"

/* Who accepts, and who serves. */
enum acceptor_threads {
	ACCEPTOR_PER_CONNECTION, /* the main thread; a new thread for each */
	ACCEPTOR_POOL,           /* threads made beforehand do both */
	ACCEPTOR_ITERATIVE,      /* one thread does both for everybody */
};

/*
 * Threads: the main thread runs acceptor_run, starts the others, and joins
 * them.  Of a pool, each thread waits in accept at one door.  When none waits
 * any more and they take long the pool grows, up to the limit of connections;
 * later it shrinks.  An iterative server's other thread polls all doors.
 */
struct acceptor_plan {
	enum acceptor_threads threads;
	unsigned pool; /* threads that wait, at each door */
	struct worker_limits limits;
	int64_t stats_ms; /* between lines of statistics; 0: only when asked */
};

struct acceptor {
	struct acceptor_plan plan;
	struct service *service;
	struct workers workers;
	struct door *doors;
	uint32_t door_count;
	struct pollfd *polled; /* the main thread's; iterative: the other's */
	int stop[2];           /* a pipe: a byte wakes acceptor_run */
	atomic_int error;      /* an errno that ends the serving, or 0 */
	/* Held to change what is below, and while a pool's door waits not. */
	pthread_mutex_t lock;
	atomic_int spare;        /* given up to turn one away, or -1 */
	int64_t next_trouble_ms; /* no message about it before */
};

/* What to tell the main thread by workers_tell; signal handlers may. */
enum {
	ACCEPTOR_STOP = 1 << 0,   /* now */
	ACCEPTOR_GAMES = 1 << 1,  /* when no client asks any more */
	ACCEPTOR_STATS = 1 << 2,  /* print a line of statistics */
	ACCEPTOR_CROWD = 1 << 3,  /* at some door nobody waits any more */
	ACCEPTOR_FAILED = 1 << 4, /* accepting has: stop */
};

/* Interrupts who waits in accept; main gives it a handler that does nothing. */
enum { ACCEPTOR_WAKE_SIGNAL = SIGUSR2 };

/*
 * Borrows service and doors, which are acceptor_run's to close.  0, or the
 * error that kept it from starting; then there is nothing to destroy.
 */
int acceptor_init(struct acceptor *acceptor, struct service *service,
    const struct acceptor_plan *plan, struct door *doors,
    uint32_t door_count) MUST_CHECK;

/*
 * Joins nothing: acceptor_run has.  A message that a signal handler still
 * sends is lost, and nothing else.
 */
void acceptor_destroy(struct acceptor *acceptor);

/* Start the threads there are from the beginning; 0, or the error. */
int acceptor_start(struct acceptor *acceptor) MUST_CHECK;

/*
 * Serve until told to stop, and return when every thread has been joined.
 * False with errno set if accepting cannot go on.
 */
bool acceptor_run(struct acceptor *acceptor) MUST_CHECK;

/* May this one enter?  If not, it has been refused. */
bool acceptor_admit(struct acceptor *acceptor, int fd,
    const struct in6_addr *from) MUST_CHECK;

/* shortage.c: what to do without descriptors. */

/*
 * Put a descriptor aside, to be given up when there is no other.  False if
 * there is not one for a connection beside it.
 */
bool shortage_begin(struct acceptor *acceptor) MUST_CHECK;

void shortage_end(struct acceptor *acceptor);

/*
 * After accept has failed with error, an errno: make room if that is what it
 * lacked; what nobody knows is said now and then, and not asked for at once
 * again.  False if it can never work, and then the main thread knows.
 */
bool acceptor_recover(struct acceptor *acceptor, struct door *door, int error);

/*
 * Accept who is there without waiting, though the door waits; -1 with errno,
 * EAGAIN if nobody is.
 */
int acceptor_take(struct acceptor *acceptor, struct door *door) MUST_CHECK;

/*
 * May fd, just accepted, stay?  Not if its descriptor is the one put aside:
 * then it has been refused.
 */
bool shortage_spares(struct acceptor *acceptor, int fd) MUST_CHECK;

/* Are there descriptors for more threads to accept with? */
bool shortage_is_over(struct acceptor *acceptor) MUST_CHECK;

/*
 * poll(2), which refuses to look at more than a process may open: whose limit
 * has been lowered looks at one after the other, and may return 0 too early.
 */
int shortage_poll(struct pollfd *polled, nfds_t count,
    int timeout_ms) MUST_CHECK;

/* pool.c: threads that accept for themselves. */

/* Start them; 0, or the error if some could not be started. */
int pool_start(struct acceptor *acceptor) MUST_CHECK;

/* Note how many connections were taken: pool_adapt counts from here. */
void pool_look(struct acceptor *acceptor);

/*
 * Add threads where nobody waits and those there are stuck, let some go where
 * too many wait.  Returns when to look again: a deadline, or NET_FOREVER.
 */
int64_t pool_adapt(struct acceptor *acceptor) MUST_CHECK;

/* The pool is full at this door: refuse who is there. */
void pool_refuse(struct acceptor *acceptor, struct door *door);

/* One thread for all doors, whoever keeps it waiting; 0 or the error. */
int iterative_start(struct acceptor *acceptor) MUST_CHECK;

#endif
