/* compressed.h - gzip, zstd, lz4 and xz files, read as what is inside. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_COMPRESSED_H
#define CAPTURE_SOURCE_COMPRESSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "wire/cursor.h"

/* A compressed file being read: a row of frames of one kind. */
struct compressed;

/* Do the first bytes of a file say that it is compressed? */
bool compressed_is(const uint8_t *head, size_t len) MUST_CHECK;

/*
 * Read on from fd, whose first head_len bytes have been read already and say
 * that it is compressed.  NULL with errno set if there is no memory.
 */
struct compressed *compressed_open(int fd, const uint8_t *head,
    size_t head_len) MUST_CHECK;
void compressed_close(struct compressed *compressed);

/*
 * As read(2): 0 at the end; -1, after everything that could be decompressed,
 * where the file is cut short, damaged (check sums are checked) or followed
 * by what is no frame of it: see _reason.  Once failed, it goes on failing.
 */
ssize_t compressed_read(struct compressed *compressed, uint8_t *buffer,
    size_t size) MUST_CHECK;

/* Why reading failed; borrowed. */
const char *compressed_reason(const struct compressed *compressed);

#endif
