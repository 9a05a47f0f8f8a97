/* activation.h - listening sockets handed over by systemd. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_ACTIVATION_H
#define SERVER_ACTIVATION_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

enum { ACTIVATION_FIRST_FD = 3 };

/*
 * How many descriptors, from ACTIVATION_FIRST_FD on, this process was started
 * with, by LISTEN_PID and LISTEN_FDS (sd_listen_fds(3)).  Takes both out of
 * the environment and makes the descriptors close-on-exec.  Call once, before
 * there are threads.
 */
uint32_t activation_count(void);

/* Is fd a stream socket that listens, over IPv4 or IPv6? */
bool activation_is_listener(int fd) MUST_CHECK;

#endif
