/* net.h - TCP sockets with deadlines, IPv4 and IPv6. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_NET_H
#define WIRE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include "wire/cursor.h"
#include "wire/endpoint.h"
#include "wire/switches.h"

/*
 * Every function that returns a descriptor or a count returns -1 with errno
 * set when it fails, and one that returns a bool, false; the descriptor belongs
 * to the caller, is close-on-exec and non-blocking.  A call that does not end
 * by its deadline fails with ETIMEDOUT.  Deadlines are points on
 * CLOCK_MONOTONIC in milliseconds; NET_FOREVER never comes.
 */
#define NET_FOREVER INT64_MAX
enum { NET_MS_PER_S = 1000, NET_NS_PER_MS = 1000000 };

/* Now, on that clock, and ms milliseconds from now. */
int64_t net_now_ms(void);

/* Now or a few milliseconds ago: a fraction of the price. */
int64_t net_lately_ms(void);
int64_t net_deadline(int64_t ms);

/*
 * Listen on a numeric address (port 0: any free port).  When getaddrinfo is
 * what failed, errno is EADDRNOTAVAIL.
 */
int net_listen(const struct net_endpoint *at, int backlog) MUST_CHECK;

/* The port a listening socket has; 0 with errno if fd is none. */
uint16_t net_port(int fd);

/*
 * Somebody who waits and may want to stop: lasts is asked at the beginning of a
 * wait and then every 250 ms.  Once it says no, the wait fails with ECANCELED.
 */
struct net_patience {
	bool (*lasts)(void *context);
	void *context;
};

/* As long as fd is not ready for events, by poll's names; NULL: all patience.
 */
bool net_wait(int fd, short events, int64_t deadline,
    const struct net_patience *patience) MUST_CHECK;

/* How to connect; all zero is the usual way. */
struct net_route {
	struct net_switches switches;
	const char *source; /* from this numeric address; NULL: any */
	const struct net_patience *patience; /* borrowed, or NULL */
	/*
	 * Borrowed, or NULL.  Set if the connection was reset as soon as it was
	 * made: then it is returned, to be read about and closed.
	 */
	bool *was_reset;
};

/*
 * Connect to the first of the host's addresses that answers; each gets its
 * share of the time.  Looking up a name is not covered by the deadline: it
 * takes as long as the system's resolver does.  errno is ENOENT
 * when the host has no address, EAGAIN when none can be looked up now,
 * EADDRNOTAVAIL when no local port is left.
 * With --fastopen the connection may begin only with the first write: do not
 * read before.
 */
int net_connect_by(const struct net_route *route, const struct net_endpoint *to,
    int64_t deadline) MUST_CHECK;

/* The same, the usual way. */
int net_connect(const struct net_endpoint *to, int64_t deadline) MUST_CHECK;

/* Accept one connection, with TCP_NODELAY set. */
int net_accept(int listener) MUST_CHECK;

/*
 * Read what is there, up to len bytes; 0 is the end of the stream.  These two
 * end by the deadline on a socket that blocks, too.
 */
ssize_t net_read(int fd, uint8_t *buf, size_t len, int64_t deadline) MUST_CHECK;

/* Write all len bytes, in one send while the socket's buffer has room. */
bool net_write(int fd, const uint8_t *buf, size_t len,
    int64_t deadline) MUST_CHECK;

/*
 * net_read and net_write within ms milliseconds from now, or NET_FOREVER,
 * without looking at the clock as long as there is nothing to wait for.  On a
 * socket that blocks, writing waits by its own limit, SO_SNDTIMEO, which has to
 * be as long (none for NET_FOREVER), and reading until a signal comes: EINTR.
 */
ssize_t net_read_within(int fd, uint8_t *buf, size_t len,
    int64_t ms) MUST_CHECK;
bool net_write_within(int fd, const uint8_t *buf, size_t len,
    int64_t ms) MUST_CHECK;

/*
 * Close fd by a reset: the peer can tell it from an end of the stream.  What
 * was not yet sent is lost.
 */
void net_reset(int fd);

/*
 * As net_write, for bytes that end the stream: what is left of them leaves in
 * one segment with the FIN, where the system can do that.  Nothing can be
 * written after it.
 */
bool net_write_last(int fd, const uint8_t *buf, size_t len,
    int64_t deadline) MUST_CHECK;

#endif
