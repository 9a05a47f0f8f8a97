/* worker.h - threads that serve connections. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "server/census.h"
#include "server/door.h"
#include "wire/thread.h"

/*
 * Threads: a worker's thread alone uses its session; the main thread starts
 * workers.  Each that ends joins the one that ended before it, so that no more
 * than one waits for the main thread.  The lock guards the lists, the tally,
 * and whether a worker's connection may be shut down by others; a worker gives
 * it up under the lock before closing it.  It is never held with the guard's
 * lock.
 */
struct workers;
struct acceptor;

/* A thread, and the connection it serves. */
struct worker {
	struct workers *workers;
	struct door *door; /* where its connections come from */
	bool accepts;      /* it waits there for itself */
	struct session *session;
	struct in6_addr from;   /* of the connection */
	bool is_serving;        /* guarded by workers->lock */
	bool has_slot;          /* likewise: --max-connections counts it */
	atomic_bool is_leaving; /* it reads no more commands */
	pthread_t thread;
	struct worker *previous, *next;
};

/* Why a connection is refused. */
enum refusal {
	REFUSED_CONNECTIONS, /* --max-connections */
	REFUSED_ADDRESS,     /* --max-per-address */
	REFUSED_DESCRIPTORS,
	REFUSED_THREADS,
	REFUSED_MEMORY,
};

enum { REFUSALS = REFUSED_MEMORY + 1 };

/* Between messages about the same lack. */
enum { WORKERS_MESSAGE_MS = 60 * 1000 };

/* What came in. */
struct tally {
	uint64_t connections; /* served, or still being so */
	uint64_t begun;       /* those, those without a seat, and serving */
	uint64_t turned_away; /* no seat, or refused */
	uint64_t commands, refused, foreign;
	uint64_t serving; /* connections now */
	uint64_t threads; /* now */
};

struct worker_limits {
	uint64_t connections, per_address; /* at once; per_address 0: any */
};

struct workers {
	struct service *service;
	struct acceptor *acceptor; /* whose they are */
	uint64_t max_connections;
	uint64_t processors;  /* on line; if nobody knows, any number */
	atomic_uint told;     /* messages for the main thread, acceptor.h */
	int tell_fd;          /* a byte there wakes it */
	struct census census; /* has its own lock, taken alone */
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t has_changed; /* serving, live or slots has become less */
	int64_t next_patience_ms;   /* no wait for room before */
	struct worker *live;
	struct worker *done; /* the last that ended, or NULL */
	struct tally tally;  /* but for what is being served */
	uint64_t slots; /* threads that serve, or may: the rest are ending */
	uint64_t untold[REFUSALS];         /* refused since the last message */
	int64_t next_message_ms[REFUSALS]; /* no message before */
};

/* 0, or the error that kept it from starting. */
int workers_init(struct workers *workers, struct service *service,
    const struct worker_limits *limits, int tell_fd) MUST_CHECK;
void workers_destroy(struct workers *workers);

/* What a worker is to begin with. */
struct worker_task {
	thread_main *run; /* run(worker), which ends with worker_end */
	struct door *door;
	bool accepts;
	int fd;               /* the connection, unless it accepts */
	struct in6_addr from; /* its other end */
};

/*
 * Start a thread.  0, or the error that kept it from starting (ENOMEM: no
 * memory).
 */
int worker_start(struct workers *workers,
    const struct worker_task *task) MUST_CHECK;

/* In the worker's thread: serve fd, from worker->from, and close it. */
void worker_serve(struct worker *worker, int fd, struct room *room);
void worker_end(struct worker *worker); /* the thread's last act */

/* Join the thread that is over, and with it all before it. */
void workers_reap(struct workers *workers);

/* End all sessions and threads; returns when they have been joined. */
void workers_stop(struct workers *workers);

/*
 * Refuse a connection by a reset, -1 if there is none to close; says so now
 * and then.
 */
void workers_refuse(struct workers *workers, int fd, enum refusal why);

/* Interrupt so many of the threads that wait in accept at this door. */
void workers_wake(struct workers *workers, const struct door *door,
    unsigned count);

/*
 * Interrupt those whose clients have been silent for service->idle_ms.
 * Returns when to look again: a deadline, or NET_FOREVER.
 */
int64_t workers_wake_silent(struct workers *workers) MUST_CHECK;

/* Is there room for one more thread, by --max-connections? */
bool workers_have_room(struct workers *workers) MUST_CHECK;

/*
 * Likewise, after a moment if need be: who closes first and comes again at once
 * may be here before its old connection's thread has seen the end.  While it
 * waited in vain a moment ago it does not wait: a crowd costs nobody time.
 */
bool workers_await_room(struct workers *workers) MUST_CHECK;

/* All that came in so far. */
struct tally workers_tally(struct workers *workers);

/* Send the main thread a message; signal handlers may, too. */
void workers_tell(struct workers *workers, unsigned message);

#endif
