/* utf8.h - text of any bytes as UTF-8. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_UTF8_H
#define CAPTURE_SOURCE_UTF8_H

#include <stddef.h>

/*
 * Copy text without its NUL: whole characters, as many as fit into room
 * bytes.  Each byte that belongs to none (RFC 3629) becomes U+FFFD.  Returns
 * the bytes written; out is not NUL-terminated.
 */
size_t utf8_clean(char *out, size_t room, const char *text);

#endif
