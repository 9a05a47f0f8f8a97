/* filter.h - which frames of a file are wanted, by libpcap's compiler. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_FILTER_H
#define CAPTURE_SOURCE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include "capture/source/frame.h"
#include "wire/cursor.h"

enum { FILTER_REASON_LEN = 256 };

/* One pcap-filter(7) expression, compiled for each link type it meets. */
struct filter;

/*
 * Takes an expression, borrowed, that makes sense for Ethernet or raw IP at
 * least; else NULL with a reason.  Free with filter_free.
 */
struct filter *filter_new(const char *expression,
    char reason[FILTER_REASON_LEN]) MUST_CHECK;
void filter_free(struct filter *filter);

/* Compile the expression for the link types of frames, in their order. */
void filter_prepare(struct filter *filter, const struct frame *frames,
    size_t count);

/*
 * Does the frame, one of those prepared, pass?  Where the expression makes no
 * sense for its link type, nothing passes, and filter_failure tells.  Several
 * threads may ask at once.
 */
bool filter_passes(const struct filter *filter, const struct frame *frame);

/* Keep the frames that pass, in order; how many those are. */
size_t filter_sift(const struct filter *filter, struct frame *frames,
    size_t count);

/* The first link type that the expression makes no sense for, or NULL. */
const char *filter_failure(const struct filter *filter);

#endif
