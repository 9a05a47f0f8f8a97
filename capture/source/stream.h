/* stream.h - a file or pipe as a window that slides over its bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_STREAM_H
#define CAPTURE_SOURCE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "wire/cursor.h"

/*
 * The bytes not yet parsed lie in window, in one piece.  Whoever parses moves
 * window.at; stream_fill brings more behind what is left, and may move it.
 * The buffer grows only when one record fills it whole, so its size follows
 * what is there, never what a length field claims.
 */
struct compressed;

struct stream {
	struct cursor window;
	uint8_t *buffer;
	size_t size;   /* of buffer, bytes */
	uint64_t base; /* offset in the file of buffer[0] */
	int fd;
	struct compressed *compressed; /* owned; NULL where the file is plain */
	uint8_t head[8]; /* the first bytes of a compressed file */
};

/*
 * False, errno set, if path ("-": standard input) cannot be opened.  What is
 * compressed (gzip, zstd, lz4, xz) is read as what is inside.
 */
bool stream_open(struct stream *stream, const char *path) MUST_CHECK;
void stream_close(struct stream *stream);

/* How many bytes came: 0 at the end, -1 where reading failed. */
ssize_t stream_fill(struct stream *stream) MUST_CHECK;

/* As read(2), but it waits where that would be EINTR or EAGAIN. */
ssize_t stream_read(int fd, void *to, size_t len) MUST_CHECK;

/* Bytes for whoever looks at them meanwhile; NULL and 0: none yet. */
struct buffer {
	uint8_t *bytes; /* owned: free */
	size_t size;
};

/*
 * Go on in *spare, with what is left of the window; *spare becomes the buffer
 * used so far, so that what borrows from it stays valid.  Ends the program
 * when memory is out.
 */
void stream_swap(struct stream *stream, struct buffer *spare);

/* Why the last call failed; borrowed. */
const char *stream_reason(const struct stream *stream);

/* The file offset of window.at. */
static inline uint64_t stream_offset(const struct stream *stream)
{
	return stream->base + (uint64_t)(stream->window.at - stream->buffer);
}

#endif
