/* shelf.h - flows that are over: out of the way until the report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_SHELF_H
#define CAPTURE_LEDGER_SHELF_H

#include <stdint.h>
#include "capture/ledger/rank.h"

/*
 * Flows are packed into memory.  What is more than the budget goes, in sorted
 * runs, to a temporary file in $TMPDIR or /tmp, which has no name and ends
 * with the program; at the end the runs are merged.
 */
struct shelf;

struct shelf_plan {
	enum column column; /* in which order they are wanted */
	size_t keep;        /* only so many of the first ones are wanted */
	size_t budget;      /* bytes, 1 MiB at least; SIZE_MAX: no file */
};

/* Never NULL: the program ends when memory is out.  NULL may be freed. */
struct shelf *shelf_new(const struct shelf_plan *plan);
void shelf_free(struct shelf *shelf);

/* Put a copy there; a joint that it has must be closed. */
void shelf_add(struct shelf *shelf, const struct owner *owner);

/* Put another shelf, sorted alike, behind this one, which then owns it. */
void shelf_absorb(struct shelf *shelf, struct shelf *other);

/* How many there were, the unwanted too; and how they are sorted. */
uint64_t shelf_count(const struct shelf *shelf);
enum column shelf_column(const struct shelf *shelf);

/* Why the file could not be written, as errno has it: flows are lost; or 0. */
int shelf_error(const struct shelf *shelf);

/* Where such a file is made. */
const char *shelf_folder(void);

/*
 * From the first one on, those wanted, and perhaps some behind them; valid
 * until the next call.  The caller may change its id.  NULL: no more.  Adding
 * is over.  Ends the program when the file cannot be read.
 */
void shelf_rewind(struct shelf *shelf);
struct owner *shelf_next(struct shelf *shelf);

#endif
