/* write.h - frames into a pcapng file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_WRITE_H
#define CAPTURE_SOURCE_WRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "capture/source/frame.h"
#include "wire/cursor.h"

/*
 * One section, one interface (capture/source/pcapng.h has the blocks), in
 * this machine's byte order, time stamps in nanoseconds.
 */
struct writer {
	FILE *file;
	char *buffer; /* of the file, owned */
	bool is_stdout;
};

/* What the file says of itself; borrowed for the call, NULL where unknown. */
struct writer_head {
	const char *application; /* "wiretoll 0.1.0" */
	const char *comment;     /* the command line */
	const char *interface;
	const char *filter;
	uint16_t link_type;
	uint32_t snap_len; /* bytes */
};

/*
 * Each returns false with errno set if the file cannot be written; what was
 * written before stays.  path "-" is standard output.  Opening leaves an
 * older file as it is; emptying it, which beginning does first, does not. Texts
 * are written as UTF-8, up to 1,024 bytes; what is not UTF-8 becomes U+FFFD.
 */
bool writer_open(struct writer *writer, const char *path) MUST_CHECK;
bool writer_empty(const struct writer *writer) MUST_CHECK;
bool writer_begin(struct writer *writer,
    const struct writer_head *head) MUST_CHECK;
bool writer_frame(struct writer *writer, const struct frame *frame) MUST_CHECK;

/* Let readers see all frames so far. */
bool writer_flush(struct writer *writer) MUST_CHECK;

/* The closing statistics: frames that passed the filter, frames lost. */
bool writer_end(struct writer *writer, uint64_t time_ns, uint64_t received,
    uint64_t dropped) MUST_CHECK;

/* Always gives the descriptor back, also when it returns false. */
bool writer_close(struct writer *writer) MUST_CHECK;

/* After a failure: give it back without writing what is still buffered. */
void writer_abandon(struct writer *writer);

#endif
