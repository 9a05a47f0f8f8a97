/* line.c - lines of input, however long somebody makes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/line.h"

bool line_read(FILE *in, struct line *out)
{
	int c = getc(in);

	if (c == EOF)
		return false;
	out->len = 0;
	out->is_cut = false;
	for (; c != EOF && c != '\n'; c = getc(in)) {
		if (out->len < sizeof out->text)
			out->text[out->len++] = (char)c;
		else
			out->is_cut = true;
	}
	return ferror(in) == 0;
}
