/* clock.h - what time it is, by the time stamps of frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_CLOCK_H
#define CAPTURE_FLOW_CLOCK_H

#include <stdint.h>

/* One frame alone may be stamped wrong: it is as late as two in a row say. */
struct clock {
	uint64_t now_ns;   /* never goes back */
	uint64_t stamp_ns; /* of the last frame */
};

static inline void clock_reach(struct clock *clock, uint64_t time_ns)
{
	if (time_ns > clock->now_ns)
		clock->now_ns = time_ns;
}

static inline void clock_frame(struct clock *clock, uint64_t stamp_ns)
{
	uint64_t last = clock->stamp_ns;

	clock_reach(clock, stamp_ns < last ? stamp_ns : last);
	clock->stamp_ns = stamp_ns;
}

#endif
