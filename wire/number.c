/* number.c - numbers as a user types and reads them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/number.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		uint64_t digit = (uint64_t)(*text - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

struct number_text number_text(uint64_t value)
{
	struct number_text out;
	char digits[sizeof out.text];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, value);
	char *at = out.text;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return out;
}

/* Beyond 2^53 tenths mean nothing. */
struct number_text number_tenths(double value)
{
	if (value >= 9e14)
		value = 9e14;
	uint64_t tenths = (uint64_t)(value * 10 + 0.5);
	struct number_text out = number_text(tenths / 10);
	size_t len = strlen(out.text);

	snprintf(out.text + len, sizeof out.text - len, ".%" PRIu64,
	    tenths % 10);
	return out;
}

struct number_text number_decimal(double value)
{
	struct number_text out;

	if (value >= 9.995)
		return number_tenths(value);
	snprintf(out.text, sizeof out.text, "%.*f",
	    value >= 0.9995   ? 2
	    : value >= 0.0995 ? 3
			      : 5,
	    value);
	return out;
}

const char *number_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}
