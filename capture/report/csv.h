/* csv.h - flows, intervals and groups as CSV (RFC 4180). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_CSV_H
#define CAPTURE_REPORT_CSV_H

#include <stdbool.h>
#include <stdio.h>
#include "capture/report/report.h"

/*
 * A header line, then a line for each flow of the report, or for each of its
 * intervals or groups where it has these.  Lines end with CR LF.  With a name
 * the first column is `file`.  The header comes first only where has_header.
 */
void report_csv(FILE *out, const struct report *report, const char *name,
    bool has_header);

#endif
