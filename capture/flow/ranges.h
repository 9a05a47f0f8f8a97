/* ranges.h - which bytes of one direction of a connection have been seen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_RANGES_H
#define CAPTURE_FLOW_RANGES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The union of the sequence ranges seen: everything from base to next but for
 * the holes.  Positions are sequence numbers unwrapped to 64 bits.  Past
 * RANGES_MAX_HOLES the oldest hole is given up: its bytes, should they come
 * after all, then count as seen.
 */
enum { RANGES_MAX_HOLES = 64 };

struct holes; /* sorted, disjoint; exists only while there are any */

struct ranges {
	uint64_t base, next; /* base <= next; both 0 until the first byte */
	struct holes *holes; /* owned, or NULL */
	bool has_floor;      /* nothing below base can be new: SYN was seen */
	bool has_astray;     /* the last range was too far ahead to be true */
	uint32_t astray, astray_len; /* where it began, bytes */
};

void ranges_destroy(struct ranges *ranges);

/* Start at the position behind a SYN: what lies below is never new. */
void ranges_start(struct ranges *ranges, uint32_t seq);

/* The position of a sequence number, the nearest to what was seen last. */
uint64_t ranges_position(const struct ranges *ranges, uint32_t seq);

/*
 * Do len bytes from seq on reach further ahead than the largest window there
 * can be (RFC 7323 section 2.3: 2^30)?
 */
bool ranges_is_astray(const struct ranges *ranges, uint32_t seq, uint32_t len);

/*
 * Note len bytes from seq on; what is astray is new and not noted, unless the
 * next bytes follow on it: then much was missed.  Returns how many of them had
 * not been seen; *given_up grows by one for each hole given up.
 */
uint32_t ranges_add(struct ranges *ranges, uint32_t seq, uint32_t len,
    uint64_t *given_up);

#endif
