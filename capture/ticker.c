/* ticker.c - the figures so far, on standard error, while recording. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ticker.h"
#include <err.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "capture/report/show.h"
#include "wire/net.h"

enum { PERIOD_MS = 1000, LINE_LEN = 700 };

void ticker_begin(struct ticker *ticker, bool has_command)
{
	bool is_terminal = isatty(STDERR_FILENO);

	*ticker = (struct ticker){
	    .began_ms = net_now_ms(),
	    .is_terminal = is_terminal,
	    .is_shared = is_terminal && has_command && isatty(STDIN_FILENO),
	};
	ticker->shown_ms = ticker->began_ms;
}

/* The columns of the terminal, of which the last may wrap; else all. */
static int width(const struct ticker *ticker)
{
	struct winsize size = {0};

	if (!ticker->is_terminal ||
	    ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return LINE_LEN;
	return size.ws_col - 1;
}

/* What matters most comes first: the end may be cut. */
static void print(const struct ticker *ticker, const struct book *total,
    const char *before, const char *after)
{
	char line[LINE_LEN];

	snprintf(line, sizeof(line),
	    "%5.1f s  %s overhead per payload byte  %s frames  %s bytes  "
	    "%s payload",
	    (double)(ticker->shown_ms - ticker->began_ms) / 1000,
	    show_overhead(total).text, show_count(total->frames).text,
	    show_count(total->bytes).text,
	    show_count(total->what[ACCOUNT_PAYLOAD].bytes).text);
	fprintf(stderr, "%s%.*s%s", before, width(ticker), line, after);
}

void ticker_show(struct ticker *ticker, const struct book *total)
{
	int64_t now = net_now_ms();

	if (ticker->is_shared || now - ticker->shown_ms < PERIOD_MS)
		return;
	ticker->shown_ms = now;
	print(ticker, total, ticker->is_terminal ? "\r" : "",
	    ticker->is_terminal ? "\033[K" : "\n");
}

void ticker_end(struct ticker *ticker, const struct book *total)
{
	bool is_rewritten = ticker->is_terminal && !ticker->is_shared;

	ticker->shown_ms = net_now_ms();
	print(ticker, total, is_rewritten ? "\r" : "",
	    is_rewritten ? "\033[K\n" : "\n");
}
