/* json.h - JSON written member by member, and the pieces reports share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_JSON_H
#define CAPTURE_REPORT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include "capture/report/report.h"
#include "wire/cursor.h"

/* From now on the program ends when memory for JSON is out. */
void json_secure(void);

/*
 * A document on its way out, so that no more than one member of it is in
 * memory.  The program ends when memory is out.
 */
struct json_out {
	FILE *file;
	unsigned depth; /* brackets open */
	bool is_first;  /* nothing stands behind the innermost one yet */
};

void json_begin(struct json_out *json, FILE *file);
/* A line feed; false, errno set, if the file failed. */
bool json_end(struct json_out *json) MUST_CHECK;

/*
 * An object '{' or array '[' with its end, and a value, which is taken.  key
 * is NULL inside an array and outside of everything.
 */
void json_open(struct json_out *json, const char *key, char bracket);
void json_close(struct json_out *json, char bracket);
void json_put(struct json_out *json, const char *key, json_t *value);

/* A number of anything; what no signed number holds is the largest. */
json_t *json_count(uint64_t value);

/* A path as text: what is not UTF-8 in it becomes '?'. */
json_t *json_path(const char *path);

/* A book's figures as an object: frames, bytes, what, why ... */
json_t *json_of_book(const struct book *book);

/* All members of a report. */
void json_put_report(struct json_out *json, const struct report *report);

#endif
