/* join.h - ledgers made apart are added to one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_JOIN_H
#define CAPTURE_LEDGER_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/flow/table.h"
#include "capture/ledger/ledger.h"
#include "wire/cursor.h"

/* The sum of the ledgers so far. */
struct join {
	struct ledger ledger;
	struct table last;     /* the last flow of each tuple; as its
				  generation, the last ledger it is in */
	uint32_t ledgers;      /* added so far */
	uint64_t joined_flows; /* that went on in a later ledger */
};

enum join_result {
	JOIN_DONE,
	JOIN_LACKING,   /* *lacking cannot be joined, and has to be */
	JOIN_TOO_LARGE, /* a sum is above INT64_MAX */
};

/* Undo with join_destroy. */
void join_init(struct join *join, enum level level);
void join_destroy(struct join *join);

/*
 * Add a later ledger of the same level, which keeps its owners and balances.
 * They are taken, and all that is left is to be destroyed.  After a failure
 * the sum is of no use; *lacking, of either ledger, is borrowed from the sum.
 */
enum join_result join_add(struct join *join, struct ledger *later,
    const struct owner **lacking) MUST_CHECK;

/* The sum, when all were added; owned by join. */
const struct ledger *join_close(struct join *join);

#endif
