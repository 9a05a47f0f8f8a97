/* histogram.h - how long things took, to within 1 %. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_HISTOGRAM_H
#define CLIENT_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * Values are nanoseconds.  Below 256 each has a bucket; above, each power of
 * two is cut into 128 buckets of equal width, so a bucket is never wider than
 * 1/128 of what it holds.  Beyond HISTOGRAM_TOP values count as the top.
 *
 * Threads: any number may add at once; read when they have done.
 */
enum {
	HISTOGRAM_BITS = 7,
	HISTOGRAM_TOP_BITS = 38, /* 2^38 ns: 274 s */
	HISTOGRAM_BUCKETS = (HISTOGRAM_TOP_BITS - HISTOGRAM_BITS + 1)
			    << HISTOGRAM_BITS,
};
#define HISTOGRAM_TOP ((UINT64_C(1) << HISTOGRAM_TOP_BITS) - 1)

/* All zero is empty.  Large: keep it on the heap. */
struct histogram {
	_Atomic uint64_t max; /* exact */
	_Atomic uint64_t count[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);

uint64_t histogram_total(const struct histogram *h);

/*
 * The value that share of all values, 0 to 1, do not exceed: the middle of its
 * bucket, hence within 0.4 %, and never above the largest.  0 if empty.
 */
uint64_t histogram_at(const struct histogram *h, double share);

#endif
