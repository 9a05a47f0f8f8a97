/* door.h - where connections come in, and what they bring with them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_DOOR_H
#define SERVER_DOOR_H

#include <netinet/in.h>
#include <stdatomic.h>
#include "server/session.h"

/*
 * A listening socket.  In the one-shot version each has its room.  seen and
 * is_crowded are the main thread's alone.
 */
struct door {
	int fd;
	struct room *room;    /* one-shot: where its commands are played */
	atomic_uint waiting;  /* threads in accept here; for a pool */
	atomic_uint threads;  /* of the pool that belong here */
	atomic_uint too_many; /* of those: so many shall go */
	atomic_uint accepted; /* connections so far, by the pool */
	unsigned seen;        /* of those, when the main thread last looked */
	atomic_bool is_crowding; /* the main thread knows: nobody waits */
	bool is_crowded;         /* ... they are stuck, and none can be added */
	atomic_bool is_refusing; /* a thread makes room for whoever waits */
};

/*
 * Get a listening socket ready: what it accepts has the switches, and a limit
 * on each write, SESSION_SEND_MS.  Accepting waits if it may wait.  -1 with
 * errno if the system refuses.
 */
int door_prepare(const struct door *door, const struct service *service,
    bool may_wait) MUST_CHECK;

/*
 * Accept one connection and its address (IPv4 as ::ffff:).  The caller's to
 * close; reading and writing wait there.  -1 with errno: EAGAIN where
 * nobody came.
 */
int door_accept(const struct door *door, const struct service *service,
    struct in6_addr *from) MUST_CHECK;

#endif
