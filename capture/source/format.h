/* format.h - what the file formats share: records out of a cursor. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_FORMAT_H
#define CAPTURE_SOURCE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/source/frame.h"
#include "wire/cursor.h"

/* A stream parser's answers, and what kind of record an OK one was. */
enum record {
	RECORD_FRAME,   /* one frame taken; it borrows from the cursor */
	RECORD_OTHER,   /* something else taken */
	RECORD_PARTIAL, /* read more; nothing was consumed */
	RECORD_BAD,     /* damaged; nothing was consumed */
};

/* Byte order and integers of a file. */
static inline uint16_t file16(bool is_big, const uint8_t *p)
{
	return is_big ? load_be16(p) : load_le16(p);
}

static inline uint32_t file32(bool is_big, const uint8_t *p)
{
	return is_big ? load_be32(p) : load_le32(p);
}

/* The largest record Wireshark takes for a link type, bytes. */
uint32_t format_max_record(uint16_t link_type);

#endif
