/* document.h - a large JSON object, one value of it at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PARSE_DOCUMENT_H
#define CAPTURE_PARSE_DOCUMENT_H

#include "capture/parse/value.h"

/* at <= len; value: where the last value begins, to tell its line. */
struct document {
	const char *text; /* borrowed */
	size_t len, at, value;
	struct place root;
};

/* Skip white space; is this character next?  Then it is passed. */
bool document_passes(struct document *document, char what);

/* One whole JSON value, to be released; NULL after a complaint. */
json_t *document_value(struct document *document) MUST_CHECK;

/*
 * Call take with each member's key (to be kept no longer than the call), its
 * value being next in the text, up to the closing bracket.  False after a
 * complaint, take's own as well.
 */
bool document_each_member(struct document *document,
    bool (*take)(struct document *document, const char *key, void *arg),
    void *arg) MUST_CHECK;

/* Is there nothing but white space left? */
bool document_is_over(struct document *document) MUST_CHECK;

/* Line of the last value, from 1 on. */
size_t document_line(const struct document *document);

#endif
