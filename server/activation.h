/* activation.h - listening sockets handed over by systemd. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_ACTIVATION_H
#define SERVER_ACTIVATION_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

enum { ACTIVATION_FIRST_FD = 3, ACTIVATION_MAX = 1000 };

/*
 * How many descriptors, from ACTIVATION_FIRST_FD on, this process was started
 * with, by LISTEN_PID and LISTEN_FDS (sd_listen_fds(3)); 0 if they are not for
 * this process.  Takes both out of the environment and makes the descriptors
 * close-on-exec.  Call once, before there are threads.  False if LISTEN_FDS is
 * no number up to ACTIVATION_MAX.
 */
bool activation_count(uint32_t *out) MUST_CHECK;

/* Is fd a stream socket that listens, over IPv4 or IPv6? */
bool activation_is_listener(int fd) MUST_CHECK;

#endif
