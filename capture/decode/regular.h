/* regular.h - most frames, without the loop of decoders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_DECODE_REGULAR_H
#define CAPTURE_DECODE_REGULAR_H

#include "capture/decode/brief.h"

/* Lengths of headers, bytes. */
enum {
	REGULAR_ETHERNET = 14,
	REGULAR_VLAN = 4,
	REGULAR_IPV4 = 20, /* without options */
	REGULAR_IPV6 = 40, /* without extensions */
	REGULAR_UDP = 8,
	REGULAR_TCP = 20, /* without options */
	REGULAR_TIMESTAMPS = 12,
};

/* The parts of the options of SHAPE_TIMESTAMPS. */
enum { REGULAR_OPTIONS = 3 };
extern const struct option_part regular_options[REGULAR_OPTIONS];

/*
 * If the frame is as most are, fill in *out.  False for all others; then *out
 * holds nothing.  With other TCP options than timestamps it is regular but
 * has no shape, and the window scale is still to be found.
 */
bool regular_find(const struct frame *frame, struct brief *out) MUST_CHECK;

/* Does a regular frame go from nowhere to nowhere, as on a loopback? */
bool regular_is_loopback(const struct frame *frame);

/*
 * Its whole anatomy, just as anatomy_by_layers says it; only first[], later
 * and the unused rows stay as they were.
 */
void regular_write(const struct frame *frame, const struct brief *brief,
    struct anatomy *out);

/* Both in one. */
bool regular_take(const struct frame *frame, struct anatomy *out) MUST_CHECK;

/*
 * The brief of any frame; *anatomy is filled in only where there is no shape.
 * docs/performance.md says what that saves.
 */
static inline void brief_of(const struct frame *frame, struct brief *out,
    struct anatomy *anatomy)
{
	bool is_regular = regular_find(frame, out);

	if (is_regular && out->shape != SHAPE_NONE)
		return;
	if (is_regular)
		regular_write(frame, out, anatomy);
	else
		anatomy_by_layers(frame, anatomy);
	brief_of_anatomy(anatomy, out);
}

#endif
