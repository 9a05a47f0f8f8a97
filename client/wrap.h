/* wrap.h - lines for a person, broken between words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_WRAP_H
#define CLIENT_WRAP_H

#include <stdio.h>

/*
 * Each prints one line and its line feed, broken where out is a terminal with
 * fewer columns: between words, and what follows is indented as text is.
 * Elsewhere the line stays whole, for programs to read.
 */
enum { WRAP_LEN = 1024 }; /* what is longer is cut off */

void wrap_print(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* On stderr, behind the program's name, as warnx does. */
void wrap_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* So wide, or 0: without an end.  Exposed for its test. */
void wrap_text(FILE *out, const char *text, unsigned columns);

#endif
