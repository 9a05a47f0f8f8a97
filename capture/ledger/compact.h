/* compact.h - a book that holds only the accounts, purposes and options met. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_COMPACT_H
#define CAPTURE_LEDGER_COMPACT_H

#include <stdint.h>

struct book;
struct posting;
struct tally;

/*
 * A direction of a flow meets some fifteen of the hundred figures of a book:
 * 17 bytes for each of them instead of 1,400 for all.  All zero is empty.
 */
struct compact_book {
	uint64_t frames, bytes;
	struct tally *tally; /* owned; in order of appearance */
	uint8_t *kind;       /* what each is of; behind them, in one piece */
	uint8_t count, room;
};

void compact_destroy(struct compact_book *book);

/* Post one frame.  Ends the program when memory is out. */
void compact_post(struct compact_book *book, const struct posting *posting);

/* Replace what it holds.  Ends the program when memory is out. */
void compact_pack(struct compact_book *book, const struct book *from);

/* Empty it, but keep its room. */
void compact_clear(struct compact_book *book);

/*
 * Add a figure of a kind that it has not yet; kinds and figures are those of
 * another book.  Ends the program when memory is out.
 */
void compact_add(struct compact_book *book, uint8_t kind,
    const struct tally *tally);

/* Write it out in full. */
void compact_expand(const struct compact_book *book, struct book *out);

#endif
