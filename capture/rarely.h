/* rarely.h - a mark for what few frames need. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_RARELY_H
#define CAPTURE_RARELY_H

/*
 * Before a function that few frames need: it is kept out of its caller, which
 * then saves no registers for it.  All of them together bring a thirtieth of
 * a report's instructions.
 */
#define RARELY __attribute__((noinline, cold))

#endif
