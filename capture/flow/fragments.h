/* fragments.h - which flow do later IP fragments belong to? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_FRAGMENTS_H
#define CAPTURE_FLOW_FRAGMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/table.h"

/*
 * What all fragments of one datagram share (RFC 791 section 3.2, RFC 8200
 * section 4.5); unused bytes are 0.
 */
struct fragment_key {
	uint8_t source[16], destination[16];
	uint32_t id;
	uint8_t protocol; /* as the fragmented header names it */
	uint8_t ip_version;
	uint8_t unused[2];
};

/* What the first fragment told of the others. */
struct fragment_origin {
	struct fragment_key key;
	struct continuation is;
	struct flow *flow;   /* borrowed; NULL if it belongs to none here */
	uint32_t worker;     /* whose flow it is of */
	uint32_t generation; /* of flow, when the fragment came */
	uint32_t seq;        /* TCP: of the datagram's byte 0, header and all */
	uint8_t side;        /* of the flow's key, which sent it */
};

/* So many first fragments are remembered, the last ones. */
enum { FRAGMENTS_MAX = 4096 };

struct fragments {
	struct fragments_memory *memory; /* owned; NULL until one is noted */
};

void fragments_destroy(struct fragments *fragments);

/* Ends the program when memory is out. */
void fragments_note(struct fragments *fragments,
    const struct fragment_origin *origin);

/* NULL if the first fragment is not known; valid until the next note. */
const struct fragment_origin *fragments_find(const struct fragments *fragments,
    const struct fragment_key *key);

#endif
