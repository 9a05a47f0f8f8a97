/* histogram.c - how long things took, to within 1 %. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/histogram.h"

enum { PER_POWER = 1 << HISTOGRAM_BITS };

static unsigned highest_bit(uint64_t value)
{
	unsigned bit = 0;

	while (value >>= 1)
		bit++;
	return bit;
}

/* How far the values of a bucket are shifted: its width is 1 << that. */
static unsigned shift_of(uint64_t ns)
{
	unsigned bit = highest_bit(ns);

	return bit < HISTOGRAM_BITS ? 0 : bit - HISTOGRAM_BITS;
}

/* Powers follow each other; the first has twice PER_POWER buckets. */
static unsigned bucket_of(uint64_t ns)
{
	unsigned shift = shift_of(ns);

	return (unsigned)((uint64_t)shift * PER_POWER + (ns >> shift));
}

/* The middle of a bucket: bucket_of turned round. */
static uint64_t middle_of(unsigned bucket)
{
	if (bucket < 2 * PER_POWER)
		return bucket;
	unsigned shift = bucket / PER_POWER - 1;
	uint64_t least = (uint64_t)(bucket - shift * PER_POWER) << shift;
	return least + (UINT64_C(1) << shift) / 2;
}

static void max_raise(struct histogram *h, uint64_t ns)
{
	uint64_t max = atomic_load_explicit(&h->max, memory_order_relaxed);

	while (ns > max && !atomic_compare_exchange_weak_explicit(&h->max, &max,
			       ns, memory_order_relaxed, memory_order_relaxed))
		continue;
}

void histogram_add(struct histogram *h, uint64_t ns)
{
	uint64_t value = ns > HISTOGRAM_TOP ? HISTOGRAM_TOP : ns;

	atomic_fetch_add_explicit(&h->count[bucket_of(value)], 1,
	    memory_order_relaxed);
	max_raise(h, ns);
}

uint64_t histogram_total(const struct histogram *h)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		total += atomic_load(&h->count[i]);
	return total;
}

uint64_t histogram_at(const struct histogram *h, double share)
{
	uint64_t total = histogram_total(h);
	uint64_t max = atomic_load(&h->max), seen = 0;
	/* It counts from 1 and rounds up; a double is off by less than that. */
	uint64_t rank = (uint64_t)(share * (double)total + 1 - 1e-6);

	if (rank == 0)
		rank = 1;
	if (rank >= total)
		return max;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && seen < rank; i++) {
		seen += atomic_load(&h->count[i]);
		if (seen < rank)
			continue;
		uint64_t middle = middle_of(i);
		return middle > max ? max : middle;
	}
	return max;
}
