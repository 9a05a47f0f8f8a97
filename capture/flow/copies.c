/* copies.c - packets captured twice, as behind a mirror port. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/copies.h"
#include "wire/cursor.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { IPV4_LEN = 20 };

static bool is_near(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) <= COPIES_APART;
}

static bool find(const struct copies *copies, uint64_t hash, uint64_t time_ns)
{
	/* Mostly there is none of its kind, and nothing to search. */
	if (copies->count[hash % COPIES_KINDS] == 0)
		return false;
	for (unsigned i = 0; i < copies->used; i++)
		if (copies->packet[i].hash == hash &&
		    is_near(copies->packet[i].time_ns, time_ns))
			return true;
	return false;
}

static void remember(struct copies *copies, uint64_t hash, uint64_t time_ns)
{
	unsigned place = copies->next;

	if (copies->used == COPIES_MEMORY)
		copies->count[copies->packet[place].hash % COPIES_KINDS]--;
	else
		copies->used++;
	copies->packet[place].hash = hash;
	copies->packet[place].time_ns = time_ns;
	copies->count[hash % COPIES_KINDS]++;
	copies->next = (place + 1) % COPIES_MEMORY;
}

bool copies_has(struct copies *copies, const struct copies_packet *packet)
{
	uint32_t len =
	    packet->captured < COPIES_BYTES ? packet->captured : COPIES_BYTES;

	if (len < IPV4_LEN || packet->at[0] >> 4 != 4 ||
	    load_be16(packet->at + 4) == 0)
		return false;
	uint64_t hash = XXH3_64bits_withSeed(packet->at, len, packet->length);
	bool found = find(copies, hash, packet->time_ns);
	remember(copies, hash, packet->time_ns);
	return found;
}
