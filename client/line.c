/* line.c - lines of input, however long somebody makes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/line.h"
#include <errno.h>
#include <poll.h>

/* Also where somebody has left the input non-blocking: it is shared. */
static int next(FILE *in)
{
	int c = getc(in);

	while (c == EOF && ferror(in) != 0 &&
	       (errno == EAGAIN || errno == EWOULDBLOCK)) {
		struct pollfd pfd = {.fd = fileno(in), .events = POLLIN};

		clearerr(in);
		(void)poll(&pfd, 1, -1);
		c = getc(in);
	}
	return c;
}

bool line_read(FILE *in, struct line *out)
{
	int c = next(in);

	if (c == EOF)
		return false;
	out->len = 0;
	out->is_cut = false;
	for (; c != EOF && c != '\n'; c = next(in)) {
		if (out->len < sizeof out->text)
			out->text[out->len++] = (char)c;
		else
			out->is_cut = true;
	}
	return ferror(in) == 0;
}
