/* selection.h - which flows a report shows, and in which order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_SELECTION_H
#define CAPTURE_REPORT_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/groups.h"
#include "capture/ledger/ledger.h"
#include "capture/ledger/shelf.h"
#include "wire/cursor.h"

struct selection {
	struct shelf *flows; /* owned, or as the others in borrowed */
	bool owns_flows;
	uint64_t count, left; /* to be shown, and left out by top */
	uint64_t given;       /* so far */
};

/*
 * The flows on a shelf by a column, at most `top` of them.  Equal ones, and
 * those without payload by COLUMN_OVERHEAD, which has no figure for them,
 * stand in order of appearance, the latter last.  Flows that are sorted
 * otherwise go to another shelf, with so much memory.  The shelf is borrowed
 * until selection_destroy.  If it has, or gets, an error, *error says so, and
 * no flow is selected.  Ends the program when memory is out.
 */
void selection_init(struct selection *selection, struct shelf *flows,
    const struct shelf_plan *wanted, int *error);
void selection_destroy(struct selection *selection);

/* From the first one on; each is valid until the next; then NULL. */
void selection_rewind(struct selection *selection);
const struct owner *selection_next(struct selection *selection);

/*
 * The same of groups, by a figure a book has; equal ones by name.  By
 * COLUMN_ID, those with the most overhead bytes stand first.
 */
struct group_selection {
	const struct group **group; /* the list is owned, the groups are not */
	size_t count, left;         /* in it, and left out by top */
};

void group_selection_init(struct group_selection *selection,
    const struct groups *groups, enum column column, size_t top);
void group_selection_destroy(struct group_selection *selection);

#endif
