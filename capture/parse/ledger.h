/* ledger.h - a ledger read back from JSON, schema wiretoll/1. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PARSE_LEDGER_H
#define CAPTURE_PARSE_LEDGER_H

#include <stddef.h>
#include "capture/ledger/ledger.h"
#include "capture/parse/value.h"
#include "capture/report/report.h"

/* All of it that can be added. */
struct parsed {
	struct ledger ledger;
	struct report_file *file; /* owned, and their paths on the heap */
	size_t files;
	struct report_merged merged; /* {1, 0} of captures */
};

/*
 * Read len bytes of text.  Every number is checked, and the books balance.
 * The text is taken member by member, a flow at a time, so that memory stays
 * near what the ledger needs.  False after a complaint, with its line in
 * *line and nothing to destroy.  Call json_secure before.
 */
bool parse_ledger(const char *text, size_t len, struct parsed *out,
    struct complaint *complaint, size_t *line) MUST_CHECK;
void parsed_destroy(struct parsed *parsed);

/* The list of files it was made of, from the member `files`. */
bool parse_files(const struct place *place, json_t *files,
    struct parsed *out) MUST_CHECK;

#endif
