/* purpose.h - why was a TCP segment sent, and what of it is new? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_PURPOSE_H
#define CAPTURE_FLOW_PURPOSE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/decode/brief.h"
#include "capture/flow/table.h"
#include "capture/ledger/account.h"

struct verdict {
	enum purpose purpose;
	uint32_t fresh;    /* payload bytes not seen before */
	bool tells_client; /* the segment says who the client is ... */
	uint8_t client;    /* ... this end */
	uint64_t given_up; /* holes in sequence space given up for it */
};

/*
 * Does this segment begin another connection on the flow's tuple?  A SYN does
 * that has another sequence number than the one known (RFC 9293 section
 * 3.6.1), and after the end of the connection such a SYN-ACK too.
 */
bool purpose_begins_next(const struct flow *flow, unsigned side,
    const struct segment *segment);

/* Judge one segment that `side` sent, and note it in the flow. */
void purpose_of_segment(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out);

/* The same without the short way for what is expected, to test that one. */
void purpose_by_rules(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out);

/* Judge a later IP fragment, which is payload and nothing else. */
void purpose_of_fragment(struct flow *flow, unsigned side,
    const struct segment *segment, struct verdict *out);

/*
 * Is a reset with this sequence number heeded?  One outside the window is not
 * (RFC 9293 section 3.10.7.4).  How much of the window is open is not
 * followed, only how far it can open.
 */
bool purpose_heeds_reset(const struct flow *flow, unsigned side, uint32_t seq);

/*
 * Note a FIN with this sequence number.  One below the SYN is of the
 * connection before, sent again: it is not noted.
 */
void purpose_note_fin(struct tcp_side *from, uint32_t fin);

/* Was the start, was the end of the connection seen? */
bool purpose_has_start(const struct flow *flow);
bool purpose_has_end(const struct flow *flow);

#endif
