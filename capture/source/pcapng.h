/* pcapng.h - the block format, any sections, interfaces and byte order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_PCAPNG_H
#define CAPTURE_SOURCE_PCAPNG_H

#include <stddef.h>
#include "capture/source/format.h"

/*
 * A file is a row of blocks (draft-ietf-opsawg-pcapng), integers in the byte
 * order that the section header's magic tells:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------------------------------------------------------+
 *    |                          block type                           |
 *    +---------------------------------------------------------------+
 *    |                      block total length                       |
 *    +---------------------------------------------------------------+
 *    /          body, then options, padded to 32 bits each           /
 *    +---------------------------------------------------------------+
 *    |                      block total length                       |
 *    +---------------------------------------------------------------+
 */
enum pcapng_block {
	PCAPNG_INTERFACE = 1,
	PCAPNG_PACKET = 2, /* obsolete */
	PCAPNG_SIMPLE = 3,
	PCAPNG_STATISTICS = 5,
	PCAPNG_ENHANCED = 6,
	PCAPNG_SECTION = 0x0A0D0D0A,
};

enum {
	PCAPNG_BYTE_ORDER_MAGIC = 0x1A2B3C4D,
	PCAPNG_MIN_BLOCK = 12,         /* type, length, length */
	PCAPNG_MAX_INTERFACES = 65536, /* of a section */
};

/* Options, by block. */
enum pcapng_option {
	PCAPNG_END_OF_OPTIONS = 0,
	PCAPNG_COMMENT = 1,
	PCAPNG_SHB_APPLICATION = 4,
	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_TIME_RESOLUTION = 9,
	PCAPNG_IF_FILTER = 11,
	PCAPNG_IF_FCS_LEN = 13,
	PCAPNG_IF_TIME_OFFSET = 14,
	PCAPNG_ISB_RECEIVED = 4,
	PCAPNG_ISB_DROPPED = 5,
	PCAPNG_ISB_OS_DROPPED = 7,
	PCAPNG_EPB_FLAGS = 2, /* bits 5 to 8: bytes of FCS, 0 is unknown */
	PCAPNG_EPB_DROPPED = 4,
};

struct pcapng_interface {
	uint16_t link_type;
	uint32_t snap_len;       /* bytes; 0 is no limit */
	uint8_t time_resolution; /* as if_tsresol: 10^-n, or 2^-n with bit 7 */
	uint8_t fcs_len;         /* bytes */
	int64_t time_offset;     /* seconds to add to each time stamp */
	/* Frames lost, as its latest statistics say: by it, by the system. */
	uint64_t if_dropped, os_dropped;
	uint64_t packet_dropped; /* as its packets say, added up */
};

/* What the current section has declared. */
struct pcapng_format {
	bool is_big;
	struct pcapng_interface *interface; /* owned */
	size_t interfaces, room;
	uint32_t max_packet; /* bytes, of any interface so far */
	uint64_t dropped;    /* in the sections before */
};

void pcapng_destroy(struct pcapng_format *format);

/*
 * Frames lost so far.  Statistics and packets tell of the same losses, so of
 * each interface the greater sum counts.  It stops at INT64_MAX.
 */
uint64_t pcapng_dropped(const struct pcapng_format *format);

/*
 * Take one block: RECORD_FRAME fills *out, RECORD_OTHER has been noted in
 * *format or stepped over.  *reason is set with RECORD_BAD; static storage.
 */
enum record pcapng_block_take(struct pcapng_format *format, struct cursor *in,
    struct frame *out, const char **reason) MUST_CHECK;

#endif
