/* judging.h - step three of a frame's way: why was it sent, what is new? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_JUDGING_H
#define CAPTURE_JUDGING_H

#include "capture/application/dialogue.h"
#include "capture/ledger/ledger.h"
#include "capture/whose.h"

/*
 * Say why the frame was sent and how much of its payload is new, and note it
 * in its flow.  What an application says on these ports, and what was missing,
 * is noted in the ledger.
 */
void judge(struct ledger *ledger, const struct port_range *ports,
    struct passage *passage);

#endif
