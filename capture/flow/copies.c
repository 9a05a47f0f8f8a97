/* copies.c - packets captured twice, as behind a mirror port. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/copies.h"
#include <assert.h>
#include <string.h>
#include "wire/cursor.h"

enum { IPV4_LEN = 20, KIND_SHIFT = 64 - 12 };
static_assert((COPIES_MEMORY & (COPIES_MEMORY - 1)) == 0, "a power of two");

static bool is_near(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) <= COPIES_APART;
}

static bool is_same(const struct copies_seen *seen,
    const struct copies_packet *packet, uint32_t captured)
{
	return seen->length == packet->length && seen->captured == captured &&
	       is_near(seen->time_ns, packet->time_ns) &&
	       memcmp(seen->at, packet->at, captured) == 0;
}

/* Identification, fragment, TTL, protocol and checksum (RFC 791). */
static uint64_t header_of(const struct copies_packet *packet)
{
	uint64_t header;

	memcpy(&header, packet->at + 4, sizeof(header));
	return header;
}

/* A multiplication by 2^64 over the golden ratio spreads the bits upwards. */
static unsigned kind_of(uint64_t header)
{
	return (unsigned)(header * UINT64_C(0x9e3779b97f4a7c15) >> KIND_SHIFT);
}

RARELY static bool find(const struct copies *copies, uint64_t header,
    const struct copies_packet *packet, uint32_t captured)
{
	for (unsigned i = 0; i < copies->used; i++)
		if (copies->packet[i].header == header &&
		    is_same(&copies->packet[i], packet, captured))
			return true;
	return false;
}

/* The place of the oldest. */
static struct copies_seen *make_room(struct copies *copies)
{
	struct copies_seen *place = &copies->packet[copies->next];

	if (copies->used == COPIES_MEMORY)
		copies->count[place->kind]--;
	else
		copies->used++;
	copies->next = (copies->next + 1) % COPIES_MEMORY;
	return place;
}

void copies_keep(struct copies *copies)
{
	for (; copies->borrowed > 0; copies->borrowed--) {
		unsigned i = (copies->next - copies->borrowed) % COPIES_MEMORY;
		struct copies_seen *seen = &copies->packet[i];

		memcpy(copies->kept[i], seen->at, seen->captured);
		seen->at = copies->kept[i];
	}
}

bool copies_has(struct copies *copies, const struct copies_packet *packet)
{
	uint32_t captured =
	    packet->captured < COPIES_BYTES ? packet->captured : COPIES_BYTES;

	if (captured < IPV4_LEN || packet->at[0] >> 4 != 4 ||
	    load_be16(packet->at + 4) == 0)
		return false;
	uint64_t header = header_of(packet);
	unsigned kind = kind_of(header);
	/* Mostly there is none of its kind, and nothing to search. */
	bool found =
	    copies->count[kind] > 0 && find(copies, header, packet, captured);
	struct copies_seen *place = make_room(copies);
	place->header = header;
	place->time_ns = packet->time_ns;
	place->captured = (uint16_t)captured;
	place->kind = (uint16_t)kind;
	place->length = packet->length;
	place->at = packet->at;
	copies->borrowed += copies->borrowed < COPIES_MEMORY;
	copies->count[kind]++;
	return found;
}
