/* private.h - a network of one's own: a namespace with loopback only. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_PRIVATE_H
#define CAPTURE_SOURCE_PRIVATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "wire/cursor.h"

enum { PRIVATE_REASON_LEN = 512, PRIVATE_CHILDREN_MAX = 1024 };

/* Whom to leave alone at the end, and whom we have asked to end. */
struct private
{
	pid_t before[PRIVATE_CHILDREN_MAX], asked[PRIVATE_CHILDREN_MAX];
	size_t before_count, asked_count;
};

enum private_left {
	PRIVATE_NONE_LEFT,
	PRIVATE_ENDED,  /* there were some */
	PRIVATE_HIDDEN, /* there are some, but /proc does not tell which */
};

/*
 * Move this process, and what it starts from now on, into a user and network
 * namespace of its own (Linux, user_namespaces(7)): no privilege needed,
 * user and group stay as they were.  Loopback is up, without segmentation
 * offload; nothing else is there.  The process must have one thread.  False
 * with a reason, and what to do instead, where the kernel forbids it.
 */
bool private_enter(struct private *own,
    char reason[PRIVATE_REASON_LEN]) MUST_CHECK;

/*
 * End what the commands started here left running, as nobody else could reach
 * it any more: SIGTERM once, SIGKILL after 2 seconds, or at once if *stopping
 * counts more than one signal.  Children this process had before
 * private_enter are left alone.
 */
enum private_left private_stop_leftovers(struct private *own,
    const volatile sig_atomic_t *stopping) MUST_CHECK;

#endif
