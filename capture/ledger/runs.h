/* runs.h - packed flows in sorted runs, read back as one sorted whole. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_RUNS_H
#define CAPTURE_LEDGER_RUNS_H

#include <stdint.h>
#include <sys/types.h>
#include "capture/ledger/rank.h"

/* A packed flow in memory. */
struct packed_flow {
	struct rank rank;
	size_t at; /* where it begins, bytes */
	uint32_t len;
};

/* In a file each run is flows in order, before each its length as a uint32_t.
 */
struct runs;

/* All runs are sorted by the column.  Never NULL.  Free with runs_free. */
struct runs *runs_new(enum column column);
void runs_free(struct runs *runs);

/*
 * Two kinds of runs: count places in data, and a stretch of a file, of which
 * `buffer` bytes are read at a time.  Both are borrowed.
 */
void runs_add_memory(struct runs *runs, const uint8_t *data,
    const struct packed_flow *place, size_t count);
void runs_add_file(struct runs *runs, int fd, off_t from, off_t to,
    size_t buffer);

/*
 * The next flow of all, valid until the next call; or NULL.  The program ends
 * when memory is out, or the file cannot be read.
 */
struct owner *runs_next(struct runs *runs);

#endif
