/* options.h - what the subcommands that read captures are asked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/application/dialogue.h"
#include "capture/ledger/account.h"
#include "capture/report/selection.h"
#include "wire/cursor.h"

/* The subcommands that read. */
enum reader { READER_REPORT, READER_COMPARE, READER_MERGE, READER_ANNOTATE };

enum output { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_CSV };

struct options {
	enum level level;
	const char *filter; /* borrowed; NULL: everything */
	enum output output;
	bool is_help;      /* -h: all else is unset */
	char *const *path; /* borrowed from argv */
	size_t paths;

	/* Of report and merge. */
	bool is_whole; /* one of these */
	bool shows_flows;
	bool is_mergeable; /* flows with what joins them with later ones */
	bool is_each;      /* a report for each capture */
	enum column sort;  /* of flows or groups */
	size_t top;        /* of these at the most */
	size_t memory;     /* bytes for flows that are over */
	enum grouping grouping;
	unsigned jobs;           /* 0: as many as are worth it */
	uint64_t flow_timeout_s; /* 0: no flow leaves */
	uint64_t interval_ns;    /* 0: no slices of time */
	struct port_range ports; /* of applications; 0: their own */
};

/*
 * Of those the options that this reader has.  False after wrong usage,
 * which was said on stderr.
 */
bool options_parse(int argc, char *argv[], enum reader reader,
    struct options *out) MUST_CHECK;

#endif
