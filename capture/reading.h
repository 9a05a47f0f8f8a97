/* reading.h - capture files into a report, with every failure said. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_READING_H
#define CAPTURE_READING_H

#include "capture/options.h"
#include "capture/pipeline.h"
#include "capture/report/report.h"
#include "capture/source/filter.h"

/* What subcommands that read files hold: the books and where they are from. */
struct reading {
	struct pipeline *pipeline;
	struct filter *filter;         /* owned; or NULL */
	struct report_file *file;      /* owned; one for each path */
	struct selection flows;        /* owned; empty if none are shown */
	struct group_selection groups; /* owned; likewise */
	struct report report;          /* borrows from all above */
	bool has_failed;               /* some file was not read to its end */
	bool has_read;                 /* some file was read at all */
};

/* Does the filter make sense?  If not, it is said on stderr. */
bool reading_can(const struct options *options) MUST_CHECK;

/*
 * Read files into one ledger, in order.  A file that cannot be read, or only
 * in part, is said on stderr with its offset, and the others go on.  False,
 * said on stderr, and nothing to destroy, if the filter makes no sense.
 */
bool reading_init(struct reading *reading, char *const path[], size_t paths,
    const struct options *options) MUST_CHECK;
void reading_destroy(struct reading *reading);

#endif
