/* utf8.c - text of any bytes as UTF-8. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_in(uint8_t byte, uint8_t min, uint8_t max)
{
	return byte >= min && byte <= max;
}

/*
 * The length of the character at p, by RFC 3629 section 4; 0 if there is
 * none.  The NUL at the end is in no range, so nothing is read beyond it.
 */
static size_t character(const uint8_t *p)
{
	uint8_t min = 0x80, max = 0xbf;
	size_t len = p[0] < 0x80               ? 1
		     : is_in(p[0], 0xc2, 0xdf) ? 2
		     : is_in(p[0], 0xe0, 0xef) ? 3
		     : is_in(p[0], 0xf0, 0xf4) ? 4
					       : 0;

	if (p[0] == 0xe0)
		min = 0xa0; /* else overlong */
	else if (p[0] == 0xed)
		max = 0x9f; /* else half of a UTF-16 pair */
	else if (p[0] == 0xf0)
		min = 0x90;
	else if (p[0] == 0xf4)
		max = 0x8f; /* else beyond U+10FFFF */
	for (size_t i = 1; i < len; i++, min = 0x80, max = 0xbf)
		if (!is_in(p[i], min, max))
			return 0;
	return len;
}

size_t utf8_clean(char *out, size_t room, const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t used = 0;

	while (*text != '\0') {
		size_t len = character((const uint8_t *)text);
		const char *from = len > 0 ? text : replacement;
		size_t bytes = len > 0 ? len : sizeof(replacement) - 1;

		if (bytes > room - used)
			break;
		memcpy(out + used, from, bytes);
		used += bytes;
		text += len > 0 ? len : 1;
	}
	return used;
}
