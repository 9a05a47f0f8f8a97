/* regular.h - most frames, without the loop of decoders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_DECODE_REGULAR_H
#define CAPTURE_DECODE_REGULAR_H

#include "capture/decode/anatomy.h"

/*
 * If the frame is as most are, fill in *out just as anatomy_by_layers would;
 * only first[], later and the unused rows stay as they were.  False for all
 * others: then *out holds nothing.
 */
bool regular_take(const struct frame *frame, struct anatomy *out) MUST_CHECK;

#endif
