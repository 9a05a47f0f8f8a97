/* value.h - members of JSON objects, checked, and where one was wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PARSE_VALUE_H
#define CAPTURE_PARSE_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

/* What was wrong, as text without control characters: "place: reason". */
struct complaint {
	char text[320];
};

/* A place in a document: the member of a place, or an item of an array. */
struct place {
	const struct place *outer;   /* NULL: the document */
	const char *key;             /* or NULL: */
	size_t index;                /* in an array */
	struct complaint *complaint; /* where to complain */
};

/* The member or item of a place; it borrows the place. */
struct place place_member(const struct place *outer, const char *key);
struct place place_item(const struct place *outer, size_t index);

/* Say what is wrong there; returns false. */
bool place_complain(const struct place *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Each takes a member that has to be there out of the object at this place.
 * False after a complaint; *out is borrowed from the object.
 */
bool value_get(const struct place *place, json_t *object, const char *key,
    json_type type, json_t **out) MUST_CHECK;
bool value_text(const struct place *place, json_t *object, const char *key,
    const char **out) MUST_CHECK;
bool value_bool(const struct place *place, json_t *object, const char *key,
    bool *out) MUST_CHECK;

/*
 * A count up to max.  INT64_MAX stands for what could not be written: it is
 * refused.
 */
bool value_count(const struct place *place, json_t *object, const char *key,
    uint64_t max, uint64_t *out) MUST_CHECK;

/* An integer from min to max. */
bool value_is_integer(const struct place *place, json_t *value, int64_t min,
    int64_t max) MUST_CHECK;

/* A number of 32 bits, or null: then *has is false. */
bool value_seq(const struct place *place, json_t *object, const char *key,
    bool *has, uint32_t *out) MUST_CHECK;

/* Text, or null: then *out is NULL. */
bool value_text_or_null(const struct place *place, json_t *object,
    const char *key, const char **out) MUST_CHECK;

/* A time as show_time writes it: nanoseconds since 1970. */
bool value_time(const struct place *place, const char *text,
    uint64_t *out) MUST_CHECK;

#endif
