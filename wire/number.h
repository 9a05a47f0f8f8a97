/* number.h - numbers as a user types them. */
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

#endif
