/* command.h - wiretoll's subcommands. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_COMMAND_H
#define CAPTURE_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include "wire/cursor.h"

/* Exit statuses, of all programs. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/*
 * A subcommand: argv[0] is "wiretoll" and its name.  It prints its own
 * messages and returns an exit status.  *stopping counts the signals by which
 * the user wants an end; from the second on, a blocked call fails with EINTR.
 */
typedef int command_function(int argc, char *argv[],
    const volatile sig_atomic_t *stopping);

command_function cmd_annotate, cmd_capture, cmd_compare, cmd_extcap, cmd_merge,
    cmd_report;

/* Usage lines, as the man page's SYNOPSIS has them. */
extern const char cmd_annotate_usage[], cmd_capture_usage[],
    cmd_compare_usage[];
extern const char cmd_extcap_usage[], cmd_merge_usage[], cmd_report_usage[];

/* Print usage to stdout (after -h) or stderr, and return the exit status. */
int command_usage(const char *usage, bool is_help);

/* Flush stdout: EXIT_DONE, or EXIT_FAILED with a message. */
int command_flush(void) MUST_CHECK;

#endif
