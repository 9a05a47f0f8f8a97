/* tuple.h - step one of a frame's way: its bytes and its five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_TUPLE_H
#define CAPTURE_TUPLE_H

#include "capture/whose.h"

/*
 * Take frames apart and ask the cache for their slots, then for their flows.
 * passage[i].anatomy is set.
 */
void tuple_prepare(const struct whose *whose, struct passage *passage,
    const struct frame *frames, size_t count);

#endif
