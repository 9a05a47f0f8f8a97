/* book.h - one book read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PARSE_BOOK_H
#define CAPTURE_PARSE_BOOK_H

#include <jansson.h>
#include "capture/ledger/ledger.h"
#include "capture/parse/value.h"

/*
 * The figures of an object as json_of_book writes them; they balance, and no
 * number is above INT64_MAX.  False after a complaint.
 */
bool parse_book(const struct place *place, json_t *object,
    struct book *out) MUST_CHECK;

#endif
