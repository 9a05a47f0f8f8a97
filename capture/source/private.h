/* private.h - a network of one's own: a namespace with loopback only. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_PRIVATE_H
#define CAPTURE_SOURCE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include "wire/cursor.h"

enum { PRIVATE_REASON_LEN = 512 };

/*
 * Move this process, and what it starts from now on, into a user and network
 * namespace of its own (Linux, user_namespaces(7)): no privilege needed,
 * user and group stay as they were.  Loopback is up, without segmentation
 * offload; nothing else is there.  The process must have one thread.  False
 * with a reason, and what to do instead, where the kernel forbids it.
 */
bool private_enter(char reason[PRIVATE_REASON_LEN]) MUST_CHECK;

/*
 * End what the commands started here left running: nobody else could reach
 * it any more.  Returns how many processes that were.
 */
size_t private_stop_leftovers(void);

#endif
