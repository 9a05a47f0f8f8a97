/* json.h - the pieces of JSON that more than one report is made of. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_JSON_H
#define CAPTURE_REPORT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include "capture/report/report.h"

/* Set a book's figures in an object: frames, bytes, what, why ... */
void json_set_book(json_t *out, const struct book *book);

/* A whole report; the caller owns it. */
json_t *json_of_report(const struct report *report);

/* Write value and a line feed, and free it.  False if out failed. */
bool json_write(FILE *out, json_t *value) MUST_CHECK;

#endif
