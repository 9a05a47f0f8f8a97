/* terminal.h - borrow the terminal for a screen, and give it back. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_TERMINAL_H
#define CLIENT_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "wire/cursor.h"

/*
 * Signals that end the program give the terminal back first, by a crash
 * (SIGSEGV, SIGABRT, ...) as well as from outside (SIGINT, SIGTERM, SIGHUP,
 * SIGQUIT), and then do what they always do.  So this module has state of its
 * own, and there is one terminal.
 */

/* Why there is no screen: one sentence without a full stop, or NULL. */
const char *terminal_open(void) MUST_CHECK;

/* Columns of the terminal that out writes to, or 0 where it is none. */
unsigned terminal_columns(FILE *out);

/* As it was before; also without a screen. */
void terminal_close(void);

/*
 * The next key as ncurses names it, or ERR if there is none yet.  What a key
 * sends that ncurses does not know is one TERMINAL_UNKNOWN, not an Escape and
 * letters.
 */
enum { TERMINAL_UNKNOWN = 0, TERMINAL_ESCAPE = 27 };
int terminal_key(void);

/* Without a screen: note the signals that end a game, and no longer. */
void terminal_watch(void);
void terminal_unwatch(void);

/*
 * The first SIGINT, SIGTERM or SIGHUP that came between terminal_open and
 * terminal_close, or terminal_watch and terminal_unwatch, while the program was
 * not busy, or 0.  One that comes while it is busy, or is the second, ends it
 * at once.
 */
int terminal_signal(void);
void terminal_set_busy(bool is_busy);

/* Pause for so long, whatever interrupts it; false once there was a signal. */
bool terminal_pause(int64_t ms) MUST_CHECK;

#endif
