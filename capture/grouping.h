/* grouping.h - who or what a frame belongs to, by name. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_GROUPING_H
#define CAPTURE_GROUPING_H

#include "capture/decode/anatomy.h"
#include "capture/ledger/groups.h"

/*
 * The link or the VLAN of a frame: "ETHERNET 0" for its link type and the
 * number of its interface in the file, "100", "100.200" (outermost first), or
 * "untagged".
 */
void grouping_of_frame(enum grouping grouping, const struct frame *frame,
    const struct anatomy *a, char name[GROUP_NAME_LEN]);

/*
 * Add a flow that is over, by port or by host: "tcp/12345" is the server's
 * port, and holds both directions; a host's holds what it sent.
 */
void grouping_of_flow(enum grouping grouping, const struct owner *owner,
    struct groups *groups);

/* Then all that was of no flow. */
void grouping_of_rest(const struct ledger *ledger, struct groups *groups);

#endif
