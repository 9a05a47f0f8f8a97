/* recording.h - an interface into a file and a ledger, while it is played. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_RECORDING_H
#define CAPTURE_RECORDING_H

#include <signal.h>
#include <stdbool.h>
#include "capture/pipeline.h"
#include "capture/source/source.h"
#include "capture/source/live.h"
#include "capture/source/write.h"

/* What is asked for; borrows all texts. */
struct recording_plan {
	struct live_plan live;
	const char *path;     /* NULL: no file; "-": standard output */
	const char *comment;  /* for the file: the command line */
	char *const *command; /* NULL-terminated; NULL: until stopped */
	bool is_private;
	bool is_live;      /* tell what it costs, once a second */
	bool keeps_ledger; /* for a report at the end */
};

/* What came of it. */
struct recording {
	struct pipeline *pipeline; /* NULL unless a ledger is kept; owned */
	struct source_info info;
	char interface[64];
	struct live_counts counts;
	/*
	 * The command's, 0 without one; 126 or 127 if it could not be
	 * started, EXIT_USAGE if the filter is none.
	 */
	int exit_status;
	bool has_begun;  /* frames were captured; else a reason was said */
	bool has_failed; /* capturing or writing did, and it was said */
};

/*
 * Capture until the command has ended and its last frames are in, or until
 * *stopping, which counts the user's signals: after the first, what the kernel
 * has is taken; from the second on nothing is waited for, and a write that is
 * stuck is given up.  A file is at most a second behind.  Messages go to
 * stderr. One recording at a time: whatever ends the process while it lasts,
 * also exit() from within, ends the command and what that left running.
 */
void recording_make(const struct recording_plan *plan,
    const volatile sig_atomic_t *stopping, struct recording *out);

void recording_destroy(struct recording *recording);

#endif
