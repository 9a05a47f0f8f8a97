/* child.h - the command that is played while capturing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "wire/cursor.h"

enum {
	CHILD_PATH_LEN = 4096,
	/* As a shell tells that a command cannot be run, or is not there. */
	CHILD_NOT_RUN = 126,
	CHILD_NOT_FOUND = 127,
};

struct child {
	pid_t pid; /* 0: there is no command */
	bool has_ended;
	int exit_status; /* as a shell tells it; 128 + N for signal N */
};

/*
 * Where the command is that a shell would run by this name.  False with errno
 * set: EACCES if there is such a file, but none to execute, else ENOENT.
 */
bool child_find(const char *name, char path[CHILD_PATH_LEN]) MUST_CHECK;

/*
 * Run the file at path as command, NULL-terminated, with `out` for its
 * standard output.  False with errno set if the system refuses the process or
 * the file; then nothing runs.
 */
bool child_start(struct child *child, const char *path, char *const command[],
    int out) MUST_CHECK;

/* Of a command that could not be started, by its errno: 126 or 127. */
int child_status(int why);

/*
 * Has it ended by now?  Takes in, too, what other children have ended: a
 * subreaper gets those whose parent has gone.
 */
bool child_poll(struct child *child) MUST_CHECK;

/*
 * Ask it to end (SIGTERM), and kill it when it has not by the grace time, or
 * when the user insists: at once if *stopping counts more than one signal.
 */
void child_stop(struct child *child, int grace_ms,
    const volatile sig_atomic_t *stopping);

#endif
