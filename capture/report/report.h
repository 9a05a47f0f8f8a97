/* report.h - how a ledger is shown: text, JSON, two side by side. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_REPORT_H
#define CAPTURE_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "capture/ledger/ledger.h"
#include "capture/ledger/slices.h"
#include "capture/report/selection.h"
#include "capture/source/source.h"

/* One capture file that went into a ledger; borrows path. */
struct report_file {
	const char *path;
	struct source_info info; /* format NULL: it could not be opened */
	bool has_error;
	struct source_error error;
};

/* Of a ledger that is the sum of others. */
struct report_merged {
	uint64_t ledgers;
	uint64_t joined_flows; /* that crossed a border between them */
};

/* A ledger and where it came from; borrows all of it. */
struct report {
	const struct ledger *ledger;
	const struct report_file *file;
	size_t files;
	const char *filter;          /* NULL: every frame counts */
	struct selection *flows;     /* NULL: they are not shown */
	const struct slices *slices; /* NULL: not asked for */
	enum grouping grouping;
	const struct group_selection *groups; /* NULL: not asked for */
	const struct report_merged *merged;   /* NULL: it is of captures */
};

/* For people: one screen, then the flows if asked for. */
void report_text(FILE *out, const struct report *report);

/* The warnings, a line each: "Careful: ", whose, and what. */
void report_warnings(FILE *out, const struct ledger *ledger, const char *whose);

/* Schema wiretoll/1, docs/ledger.md.  False, errno set, if out failed. */
bool report_json(FILE *out, const struct report *report) MUST_CHECK;

/* The same work done two ways. */
void report_compare_text(FILE *out, const struct report *a,
    const struct report *b);
bool report_compare_json(FILE *out, const struct report *a,
    const struct report *b) MUST_CHECK;

#endif
