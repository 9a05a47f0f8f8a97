/* child.h - the command that is played while capturing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "wire/cursor.h"

struct child {
	pid_t pid; /* 0: there is no command */
	bool has_ended;
	int exit_status; /* as a shell tells it; 128 + N for signal N */
};

/*
 * Start a command, NULL-terminated, with `out` for its standard output.
 * False, errno set, if the system refuses the process; a command that cannot
 * be run ends with 126 or 127.
 */
bool child_start(struct child *child, char *const command[],
    int out) MUST_CHECK;

/* Has it ended by now? */
bool child_poll(struct child *child);

/* Ask it to end (SIGTERM), and kill it when it has not by the grace time. */
void child_stop(struct child *child, int grace_ms);

#endif
