/* rank.h - what flows are sorted by. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_RANK_H
#define CAPTURE_LEDGER_RANK_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/ledger/ledger.h"
#include "wire/cursor.h"

/* What flows are sorted by; figures with the largest first. */
#define COLUMNS(X)                                                             \
	X(ID, "id")                                                            \
	X(PROTOCOL, "protocol")                                                \
	X(CLIENT, "client")                                                    \
	X(SERVER, "server")                                                    \
	X(START, "start")                                                      \
	X(END, "end")                                                          \
	X(DURATION, "duration")                                                \
	X(TURNS, "turns")                                                      \
	X(FRAMES, "frames")                                                    \
	X(BYTES, "bytes")                                                      \
	X(PAYLOAD, "payload")                                                  \
	X(REPEATED, "repeated")                                                \
	X(OVERHEAD_BYTES, "overhead_bytes")                                    \
	X(OVERHEAD, "overhead")

enum column {
#define X(id, name) COLUMN_##id,
	COLUMNS(X)
#undef X
	    COLUMN_COUNT
};

/* False if no column has that name. */
bool column_parse(const char *name, enum column *out) MUST_CHECK;
const char *column_name(enum column column);

/* Is it a figure that a book has? */
bool column_is_of_books(enum column column);
double column_of_book(const struct book *book, enum column column);

/* Where a flow stands by some column; zeros behind a shorter text. */
struct rank {
	double figure;    /* the larger first */
	uint8_t text[16]; /* then the lesser first; a time as 8 bytes */
	uint16_t port;    /* then the lesser */
	uint64_t frame;   /* then in order of appearance */
};

/*
 * Those without payload have no figure by COLUMN_OVERHEAD, and stand last.
 * No two flows of a ledger have the same rank.
 */
struct rank rank_of(const struct owner *owner, enum column column);

/* Below 0 if a stands before b. */
int rank_compare(const struct rank *a, const struct rank *b);

#endif
