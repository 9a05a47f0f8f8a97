/* wrap.c - lines for a person, broken between words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/wrap.h"
#include <stdarg.h>
#include <string.h>
#include "client/terminal.h"

/* How much of text is one line: all, or up to the last space that fits. */
static size_t line_len(const char *text, size_t columns)
{
	size_t len = strlen(text), end = columns;

	if (len <= columns)
		return len;
	while (end > 0 && text[end] != ' ')
		end--;
	while (end > 0 && text[end - 1] == ' ')
		end--;
	return end > 0 ? end : strcspn(text, " "); /* a word that is longer */
}

void wrap_text(FILE *out, const char *text, unsigned columns)
{
	size_t indent = strspn(text, " ");
	size_t room = columns > indent ? columns - indent : columns;

	text += indent;
	do {
		size_t len = columns == 0 ? strlen(text) : line_len(text, room);

		fprintf(out, "%*s%.*s\n", (int)indent, "", (int)len, text);
		text += len;
		text += strspn(text, " ");
	} while (*text != '\0');
}

void wrap_print(FILE *out, const char *format, ...)
{
	char text[WRAP_LEN];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	wrap_text(out, text, terminal_columns(out));
}

void wrap_warn(const char *format, ...)
{
	char text[WRAP_LEN] = "treasure-client: ";
	size_t len = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + len, sizeof text - len, format, arguments);
	va_end(arguments);
	wrap_text(stderr, text, terminal_columns(stderr));
}
