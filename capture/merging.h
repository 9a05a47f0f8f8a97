/* merging.h - ledgers into one report, with every failure said. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_MERGING_H
#define CAPTURE_MERGING_H

#include "capture/ledger/join.h"
#include "capture/options.h"
#include "capture/report/report.h"

/* What merge holds: the sum of the ledgers, and where they are from. */
struct merging {
	struct join join;
	struct report_file *file; /* owned, with their paths */
	size_t files, files_room;
	size_t *ends; /* owned; how many flows there were after each ledger */
	struct report_merged merged;
	struct shelf *shelf;    /* owned; of the flows; or NULL */
	struct selection flows; /* owned; empty if none are shown */
	struct report report;   /* borrows from all above */
};

/*
 * Add ledgers, in order.  False, said on stderr, and nothing to destroy, if
 * one of them cannot be read or added.
 */
bool merging_init(struct merging *merging,
    const struct options *options) MUST_CHECK;
void merging_destroy(struct merging *merging);

#endif
