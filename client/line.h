/* line.h - lines of input, however long somebody makes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "wire/cursor.h"

enum { LINE_TEXT_LEN = 64 };

struct line {
	char text[LINE_TEXT_LEN]; /* without the line feed, and no NUL */
	size_t len;
	bool is_cut; /* there was more, which has been read and forgotten */
};

/*
 * The next line; the last one may lack its line feed.  False at the end of
 * the input, or where it cannot be read: ferror tells, and errno.
 */
bool line_read(FILE *in, struct line *out) MUST_CHECK;

#endif
