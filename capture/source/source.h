/* source.h - frames from a capture file, in batches. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_SOURCE_H
#define CAPTURE_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/source/frame.h"
#include "capture/source/stream.h"
#include "wire/cursor.h"

/*
 * A capture being read: pcap or pcapng, told apart by the first bytes.  It is
 * read once from front to back, so a pipe will do.  Memory: one buffer of up
 * to twice the size of the largest record present.
 */
struct source;

/* What is known of a capture so far; the counts are whole at its end. */
struct source_info {
	const char *format; /* "pcap", "pcapng"; static storage */
	uint64_t frames;
	uint64_t bytes;             /* sum of the frames' lengths on the wire */
	uint64_t dropped;           /* frames it says it lost, to INT64_MAX */
	bool has_time;              /* of any frame */
	uint64_t first_ns, last_ns; /* since 1970; earliest and latest */
	uint16_t link_types[16];    /* in order of appearance, then no more */
	size_t link_type_count;
};

/* Where and why reading stopped early. */
struct source_error {
	char reason[160];
	bool has_offset; /* false: the file could not even be opened */
	uint64_t offset; /* of the record in the (uncompressed) file, bytes */
};

/* Count one frame. */
void source_info_add(struct source_info *info, const struct frame *frame);

enum {
	SOURCE_MAX_RECORD = 262144,  /* bytes, as libpcap and Wireshark */
	SOURCE_MAX_BLOCK = 16777216, /* a pcapng block that is no packet */
};

/*
 * Open a file, or standard input for "-".  NULL, with *error filled, if it
 * cannot be read or is not a capture.  Close with source_close.
 */
struct source *source_open(const char *path,
    struct source_error *error) MUST_CHECK;

/*
 * The same, and be shown each record or block as it is taken, file header
 * included: its bytes, and its frame (as the file has it) or NULL if it holds
 * none.  Both are borrowed, as frames are.
 */
typedef void source_see(void *arg, const uint8_t *record, size_t len,
    const struct frame *frame);
struct source *source_open_seen(const char *path, source_see *see, void *arg,
    struct source_error *error) MUST_CHECK;
void source_close(struct source *source);

/*
 * Up to max frames; they borrow from the source until the next call.  0 is
 * the end: then source_failure tells whether it came too early.
 */
size_t source_read(struct source *source, struct frame *frames,
    size_t max) MUST_CHECK;

/*
 * Let the frames of the last call go on borrowing, from *used now, which the
 * caller frees; the source takes what *used held before to read on.  Ends the
 * program when memory is out.
 */
void source_swap(struct source *source, struct buffer *used);

/* Why reading ended before the capture did, or NULL if it did not. */
const struct source_error *source_failure(const struct source *source);

const struct source_info *source_info(const struct source *source);

#endif
