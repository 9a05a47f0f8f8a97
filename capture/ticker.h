/* ticker.h - the figures so far, on standard error, while recording. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_TICKER_H
#define CAPTURE_TICKER_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/ledger/ledger.h"

/*
 * On a terminal: one line, rewritten and cut to its width.  Elsewhere: a line
 * each time.  But where a person may be typing to the command on the same
 * terminal: a line at the end only.
 */
struct ticker {
	int64_t began_ms, shown_ms;
	bool is_terminal, is_shared;
};

void ticker_begin(struct ticker *ticker, bool has_command);

/* Once a second; may be called more often. */
void ticker_show(struct ticker *ticker, const struct book *total);
void ticker_end(struct ticker *ticker, const struct book *total);

#endif
