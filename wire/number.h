/* number.h - numbers as a user types and reads them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_NUMBER_H
#define WIRE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

/*
 * All digits and min <= *out <= max, or false and *out untouched: no sign, no
 * space, no unit, not empty.
 */
bool number_parse(const char *text, uint64_t min, uint64_t max,
    uint64_t *out) MUST_CHECK;

/* 3224 as "3,224"; with its NUL. */
struct number_text {
	char text[sizeof "18,446,744,073,709,551,615"];
};
struct number_text number_text(uint64_t value);

/* To three digits or more, and at most five decimals: 107.2, 1.04, 0.03437. */
struct number_text number_decimal(double value);

/* To one decimal; 0 and above. */
struct number_text number_tenths(double value);

/* "s", or for 1 nothing. */
const char *number_plural(uint64_t count);

#endif
