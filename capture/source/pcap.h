/* pcap.h - the classic capture format, both byte orders, us and ns. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_PCAP_H
#define CAPTURE_SOURCE_PCAP_H

#include "capture/source/format.h"

/*
 * The file header (draft-ietf-opsawg-pcap); integers in the writer's order,
 * which the magic tells (0xa1b2c3d4: microseconds, 0xa1b23c4d: nanoseconds,
 * 0xa1b2cd34: microseconds and longer records).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------------------------------------------------------+
 *    |                         magic number                          |
 *    +-------------------------------+-------------------------------+
 *    |         major version         |         minor version         |
 *    +-------------------------------+-------------------------------+
 *    |                           reserved                            |
 *    +---------------------------------------------------------------+
 *    |                           reserved                            |
 *    +---------------------------------------------------------------+
 *    |                          snap length                          |
 *    +-------+-+-+-------------------+-------------------------------+
 *    |  FCS  |R|P|      ignored      |           link type           |
 *    +-------+-+-+-------------------+-------------------------------+
 *
 * Where P is 1, each frame ends with an FCS of so many times 16 bits.
 *
 * Before each frame stand four 32-bit integers: seconds, fraction, captured
 * length, original length.
 */
struct pcap_format {
	bool is_big;
	bool is_nano;
	bool swaps_lengths;    /* written before version 2.3, or by DG/UX */
	bool may_swap_lengths; /* written in version 2.3 */
	uint8_t record_len;    /* bytes before each frame, 16 or 24 */
	uint16_t link_type;
	uint8_t fcs_len;
	uint32_t max_record; /* bytes; more is damage */
};

/* Take the file header.  RECORD_OTHER fills *out. */
enum record pcap_header(struct cursor *in, struct pcap_format *out,
    const char **reason) MUST_CHECK;

/* Take one record.  *reason is set with RECORD_BAD; static storage. */
enum record pcap_record(const struct pcap_format *format, struct cursor *in,
    struct frame *out, const char **reason) MUST_CHECK;

/*
 * Take up to max records; how many.  *end is RECORD_FRAME if there was room
 * for no more, or what the next one is.
 */
size_t pcap_records(const struct pcap_format *format, struct cursor *in,
    struct frame *frames, size_t max, enum record *end,
    const char **reason) MUST_CHECK;

#endif
