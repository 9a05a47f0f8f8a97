/* posting.h - a frame taken apart and judged, as entries for the books. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_POSTING_H
#define CAPTURE_POSTING_H

#include "capture/decode/anatomy.h"
#include "capture/flow/purpose.h"
#include "capture/ledger/ledger.h"

/*
 * Write the entries of what the level counts, with the payload split into new
 * and repeated, and the kinds of TCP options.
 */
void posting_write(struct posting *posting, enum level level,
    const struct frame *frame, const struct anatomy *a,
    const struct verdict *verdict);

#endif
