/* brief.h - what the steps behind the decoder ask of a frame. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_DECODE_BRIEF_H
#define CAPTURE_DECODE_BRIEF_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/decode/anatomy.h"

/* A TCP segment's header fields (RFC 9293 section 3.1), host byte order. */
struct segment {
	uint32_t seq, ack;
	uint32_t len; /* payload, bytes; of other protocols, too */
	uint8_t flags;
	uint8_t window_shift; /* with SYN (RFC 7323 section 2.2) */
};

/*
 * How a regular frame is built, in bits.  Frames of one shape differ in the
 * lengths of their payload and their padding only.
 */
enum shape {
	SHAPE_VLAN = 1,
	SHAPE_IPV6 = 2,
	SHAPE_UDP = 4,        /* else TCP ... */
	SHAPE_TIMESTAMPS = 8, /* ... with NOP, NOP, timestamps */
	SHAPE_PADDED = 16,    /* behind the IP packet */
	SHAPES = 32,
	SHAPE_NONE = UINT8_MAX, /* not regular */
};

struct brief {
	uint8_t shape;  /* of enum shape, which then says it all */
	bool has_ports; /* as the anatomy's, as all below */
	uint16_t source_port, destination_port;
	uint32_t ip_at, ip_bytes;
	struct segment segment;
	const uint8_t *payload_at;
	uint32_t payload_captured;
};

/* Out of an anatomy. */
void brief_of_anatomy(const struct anatomy *anatomy, struct brief *out);

#endif
