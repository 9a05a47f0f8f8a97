/* ranges.h - which bytes of one direction of a connection have been seen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_RANGES_H
#define CAPTURE_FLOW_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "wire/cursor.h"

/*
 * The union of the sequence ranges seen: everything from base to next but for
 * the holes.  Positions are sequence numbers unwrapped to 64 bits.  Past
 * RANGES_MAX_HOLES the oldest hole is given up: its bytes, should they come
 * after all, then count as seen.
 */
enum { RANGES_MAX_HOLES = 64, RANGES_MAX = RANGES_MAX_HOLES + 1 };

/* The position of the sequence number 0, so that earlier ones are above 0. */
#define RANGES_ORIGIN (UINT64_C(1) << 40)

/* Sorted, disjoint; exists only while there are any, or a range is astray. */
struct holes;

struct ranges {
	/* base <= next; until the first byte next is 0, and base the anchor. */
	uint64_t base, next;
	struct holes *holes; /* owned, or NULL */
	bool has_floor;      /* nothing below base can be new: SYN was seen */
};

void ranges_destroy(struct ranges *ranges);

/* The holes as len bytes, borrowed; a copy of them, on the heap, will do. */
const void *ranges_holes(const struct ranges *ranges, size_t *len);

/* Start at the position behind a SYN: what lies below is never new. */
void ranges_start(struct ranges *ranges, uint32_t seq);

/* The position of a sequence number, the nearest to what was seen last. */
uint64_t ranges_position(const struct ranges *ranges, uint32_t seq);

/* No byte yet, but a segment that ends there: positions are those nearest. */
void ranges_anchor(struct ranges *ranges, uint64_t position);

/* The largest window there can be (RFC 7323 section 2.3), bytes. */
#define RANGES_MAX_WINDOW (UINT64_C(1) << 30)

/* Do len bytes from seq on reach further ahead than that? */
bool ranges_is_astray(const struct ranges *ranges, uint32_t seq, uint32_t len);

/*
 * Note len bytes from seq on; what is astray is new and not noted, unless the
 * next bytes follow on it: then much was missed.  Returns how many of them had
 * not been seen; *given_up grows by one for each hole given up.
 */
uint32_t ranges_add(struct ranges *ranges, uint32_t seq, uint32_t len,
    uint64_t *given_up);

/* Positions, from included, to excluded. */
struct range {
	uint64_t from, to;
};

/*
 * Note positions whatever they are; from < to.  Returns and counts as
 * ranges_add.
 */
uint64_t ranges_note(struct ranges *ranges, uint64_t from, uint64_t to,
    uint64_t *given_up);

/* What was seen, in order, never empty or touching.  Returns how many. */
size_t ranges_list(const struct ranges *ranges, struct range list[RANGES_MAX]);

/*
 * From the first to the last byte not seen of len bytes from seq on.  False
 * if all of them were.
 */
bool ranges_unseen(const struct ranges *ranges, uint32_t seq, uint32_t len,
    struct range *out) MUST_CHECK;

/*
 * Note all that a later capture saw, its positions moved by shift (modulo
 * 2^64).  Returns how many bytes of it had been seen.
 */
uint64_t ranges_join(struct ranges *ranges, const struct ranges *later,
    uint64_t shift, uint64_t *given_up);

#endif
