/* selection.h - which flows a report shows, and in which order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_SELECTION_H
#define CAPTURE_REPORT_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/groups.h"
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

struct selection {
	const struct owner **owner; /* the list is owned, the flows are not */
	size_t count, left;         /* in it, and left out by top */
};

/*
 * The flows of a ledger by a column, at most `top` of them.  Equal ones, and
 * those without payload by COLUMN_OVERHEAD, which has no figure for them,
 * stand in order of appearance, the latter last.  Ends the program when memory
 * is out.
 */
void selection_init(struct selection *selection, const struct ledger *ledger,
    enum column column, size_t top);
void selection_destroy(struct selection *selection);

/*
 * The same of groups, by a figure a book has; equal ones by name.  By
 * COLUMN_ID, those with the most overhead bytes stand first.
 */
struct group_selection {
	const struct group **group; /* the list is owned, the groups are not */
	size_t count, left;         /* in it, and left out by top */
};

/* Can groups be sorted by it? */
bool column_is_of_books(enum column column);

void group_selection_init(struct group_selection *selection,
    const struct groups *groups, enum column column, size_t top);
void group_selection_destroy(struct group_selection *selection);

#endif
