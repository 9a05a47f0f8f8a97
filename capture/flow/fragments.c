/* fragments.c - which flow do later IP fragments belong to? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/fragments.h"
#include <stdlib.h>
#include <string.h>
#include "capture/flow/seed.h"
#define XXH_INLINE_ALL
#include <xxhash.h>
#include "capture/grow.h"

enum { NONE = UINT16_MAX };

/*
 * A ring of the last ones, each in the chain of those with its hash, newest
 * first: so which are known does not depend on the seed.
 */
struct fragments_memory {
	uint64_t seed;
	uint16_t next, used;           /* where in the ring the next goes */
	uint16_t first[FRAGMENTS_MAX]; /* of each chain, or NONE */
	struct {
		uint16_t older, chain;
		struct fragment_origin origin;
	} ring[FRAGMENTS_MAX];
};

void fragments_destroy(struct fragments *fragments)
{
	free(fragments->memory);
}

static struct fragments_memory *memory_new(void)
{
	struct fragments_memory *memory =
	    must(malloc(sizeof(*memory)), "fragments");

	memory->seed = seed_new();
	memory->next = memory->used = 0;
	memset(memory->first, 0xff, sizeof(memory->first));
	return memory;
}

static uint16_t chain_of(const struct fragments_memory *memory,
    const struct fragment_key *key)
{
	return XXH3_64bits_withSeed(key, sizeof(*key), memory->seed) %
	       FRAGMENTS_MAX;
}

/* Take the oldest, which is last in its chain, out of it. */
static void forget(struct fragments_memory *memory, uint16_t place)
{
	uint16_t *link = &memory->first[memory->ring[place].chain];

	while (*link != place)
		link = &memory->ring[*link].older;
	*link = NONE;
}

void fragments_note(struct fragments *fragments,
    const struct fragment_origin *origin)
{
	if (fragments->memory == NULL)
		fragments->memory = memory_new();
	struct fragments_memory *memory = fragments->memory;
	uint16_t place = memory->next, chain = chain_of(memory, &origin->key);

	if (memory->used == FRAGMENTS_MAX)
		forget(memory, place);
	else
		memory->used++;
	memory->ring[place].origin = *origin;
	memory->ring[place].chain = chain;
	memory->ring[place].older = memory->first[chain];
	memory->first[chain] = place;
	memory->next = (uint16_t)((place + 1) % FRAGMENTS_MAX);
}

const struct fragment_origin *fragments_find(const struct fragments *fragments,
    const struct fragment_key *key)
{
	const struct fragments_memory *memory = fragments->memory;

	if (memory == NULL)
		return NULL;
	for (uint16_t i = memory->first[chain_of(memory, key)]; i != NONE;
	     i = memory->ring[i].older)
		if (memcmp(&memory->ring[i].origin.key, key, sizeof(*key)) == 0)
			return &memory->ring[i].origin;
	return NULL;
}
