/* copies.h - packets captured twice, as behind a mirror port. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_COPIES_H
#define CAPTURE_FLOW_COPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	COPIES_MEMORY = 64,       /* packets remembered */
	COPIES_BYTES = 128,       /* of each that are looked at */
	COPIES_APART = 100000000, /* ns between a packet and its copy */
	COPIES_KINDS = 4096,      /* of what tells packets apart */
};

/* The last packets. */
struct copies {
	struct copies_seen {
		uint64_t header; /* eight bytes that differ from most others' */
		uint64_t time_ns;
		uint32_t length;
		uint16_t captured, kind; /* kind: of header */
		const uint8_t *at; /* borrowed, or what is kept of it below */
	} packet[COPIES_MEMORY];
	unsigned next, used;
	unsigned borrowed;           /* the last so many of them */
	uint8_t count[COPIES_KINDS]; /* of packets, by the kind of header */
	uint8_t kept[COPIES_MEMORY][COPIES_BYTES];
};

/* A packet, from its IP header on. */
struct copies_packet {
	const uint8_t *at;
	uint32_t captured, length; /* bytes readable, bytes */
	uint64_t time_ns;
};

/*
 * Is the IPv4 packet the copy of one among the last?  Its length and first
 * bytes must be the same, TTL and all, and its time near.  IPv6, or an
 * identification of 0, cannot tell a copy from the same thing said again:
 * neither is looked at.  The packet is borrowed until copies_keep.
 */
bool copies_has(struct copies *copies, const struct copies_packet *packet);

/* Nothing is borrowed any longer. */
void copies_keep(struct copies *copies);

#endif
