/* ticker.c - the figures so far, on standard error, while recording. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ticker.h"
#include <err.h>
#include <stdio.h>
#include <string.h>
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
		return LINE_LEN - 1;
	return size.ws_col < LINE_LEN ? size.ws_col - 1 : LINE_LEN - 1;
}

/* One more column behind what is in the line, if all of it fits. */
static void add(char *line, size_t room, const char *number, const char *unit)
{
	size_t len = strlen(line);

	/* What did not fit leaves the line as it was. */
	if ((size_t)snprintf(line + len, room - len, "  %s %s", number, unit) >=
	    room - len)
		line[len] = '\0';
}

/* What matters most comes first: a number that was cut would look whole. */
static void print(const struct ticker *ticker, const struct book *total,
    const char *before, const char *after)
{
	char line[LINE_LEN];
	size_t room = (size_t)width(ticker) + 1;

	snprintf(line, room, "%5.1f s",
	    (double)(ticker->shown_ms - ticker->began_ms) / 1000);
	add(line, room, show_overhead(total).text, "overhead per payload byte");
	add(line, room, show_count(total->frames).text, "frames");
	add(line, room, show_count(total->bytes).text, "bytes");
	add(line, room, show_count(total->what[ACCOUNT_PAYLOAD].bytes).text,
	    "payload");
	fprintf(stderr, "%s%s%s", before, line, after);
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
