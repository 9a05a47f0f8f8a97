/* order.h - in which order do threads come that all start at once? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_ORDER_H
#define RACE_ORDER_H

#include <stdint.h>
#include "wire/cursor.h"

/* An order: the numbers of all threads, from 0, as they came. */
struct order {
	const uint16_t *threads; /* borrows from struct orders */
	unsigned times;          /* it was seen */
};

struct orders {
	unsigned threads, rounds;
	uint16_t *lines;        /* rounds lines of threads numbers each */
	uint64_t *first;        /* [thread]: how often it came first */
	struct order *distinct; /* the most frequent first */
	unsigned distinct_count;
};

/*
 * Let all threads go at once, rounds times; each prints its number, all to
 * one stream in memory.  On 0 the caller frees with orders_destroy; otherwise
 * the error, and nothing to free.
 */
int orders_run(unsigned threads, unsigned rounds,
    struct orders *out) MUST_CHECK;
void orders_destroy(struct orders *orders);

#endif
