/* keeping.h - what becomes of a flow's figures when it is over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_KEEPING_H
#define CAPTURE_KEEPING_H

#include "capture/ledger/groups.h"
#include "capture/ledger/ledger.h"
#include "capture/ledger/shelf.h"

/* Who wants them; all of it is borrowed. */
struct keeping {
	struct shelf *shelf; /* NULL: no flow will be shown */
	enum grouping grouping;
	struct groups *groups; /* by port or by host; or NULL */
};

/*
 * Add the figures of flows that are over, linked by `next`, to the sums of
 * the ledger and to whoever wants them, and free them.
 */
void keeping_take(const struct keeping *keeping, struct ledger *ledger,
    struct owner *over);

/* The same of all that are left in the ledger. */
void keeping_take_all(const struct keeping *keeping, struct ledger *ledger);

#endif
