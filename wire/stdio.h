/* stdio.h - the three standard descriptors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_STDIO_H
#define WIRE_STDIO_H

#include <stdbool.h>
#include "wire/cursor.h"

/*
 * Call first thing in main.  A program can be started with descriptor 0, 1 or
 * 2 closed; what it opens next would then be taken for its input, output or
 * messages.  Puts /dev/null on each that is closed, opened the other way
 * round: reading and writing there still fail with EBADF, so that lost output
 * is noticed.  False with errno set if that cannot be done.
 */
bool stdio_secure(void) MUST_CHECK;

#endif
