/* table.c - flows found by their five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/table.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/flow/seed.h"
#include "capture/grow.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 1 << 10, CACHE_LINE = 64 };

static void *must(void *memory)
{
	if (memory == NULL)
		err(EXIT_FAILURE, "flow table");
	return memory;
}

void table_init(struct table *table)
{
	*table = (struct table){.slots = FIRST_SLOTS, .seed = seed_new()};
	table->slot = must(calloc(table->slots, sizeof(struct slot)));
}

static struct flow *flow_at(const struct table *table, uint32_t number)
{
	uint32_t i = number - 1;

	return &table->chunk[i / TABLE_CHUNK][i % TABLE_CHUNK];
}

void table_destroy(struct table *table)
{
	for (uint32_t i = 1; i <= table->used; i++) {
		struct flow *flow = flow_at(table, i);

		ranges_destroy(&flow->side[0].seen);
		ranges_destroy(&flow->side[1].seen);
	}
	for (size_t i = 0; i < table->chunks; i++)
		free(table->chunk[i]);
	free(table->chunk);
	free(table->slot);
}

uint32_t table_hash(const struct table *table, const struct flow_key *key)
{
	return (uint32_t)XXH3_64bits_withSeed(key, sizeof(*key), table->seed);
}

void table_prefetch(const struct table *table, uint32_t hash)
{
	__builtin_prefetch(&table->slot[hash & (table->slots - 1)]);
}

void table_prefetch_flow(const struct table *table, uint32_t hash)
{
	const struct slot *slot = &table->slot[hash & (table->slots - 1)];

	if (slot->flow == 0)
		return;
	const char *flow = (const char *)flow_at(table, slot->flow);
	for (size_t at = 0; at < sizeof(struct flow); at += CACHE_LINE)
		__builtin_prefetch(flow + at, 1);
}

static bool keys_equal(const struct flow_key *a, const struct flow_key *b)
{
	uint64_t x[4], y[4];
	uint32_t u, v;

	memcpy(x, a->address, sizeof(x));
	memcpy(y, b->address, sizeof(y));
	memcpy(&u, a->port, sizeof(u));
	memcpy(&v, b->port, sizeof(v));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) |
		   (u ^ v)) == 0 &&
	       a->protocol == b->protocol && a->ip_version == b->ip_version;
}

/* The tuple's slot, or the free one where it belongs. */
static struct slot *find_slot(const struct table *table,
    const struct flow_key *key, uint32_t hash)
{
	size_t i = hash & (table->slots - 1);

	for (;; i = (i + 1) & (table->slots - 1)) {
		struct slot *slot = &table->slot[i];

		if (slot->flow == 0 ||
		    (slot->hash == hash &&
			keys_equal(&flow_at(table, slot->flow)->key, key)))
			return slot;
	}
}

static void widen(struct table *table)
{
	size_t slots = table->slots * 2;
	struct slot *wider = must(calloc(slots, sizeof(*wider)));

	for (size_t i = 0; i < table->slots; i++) {
		struct slot slot = table->slot[i];
		size_t at = slot.hash & (slots - 1);

		if (slot.flow == 0)
			continue;
		while (wider[at].flow != 0)
			at = (at + 1) & (slots - 1);
		wider[at] = slot;
	}
	free(table->slot);
	table->slot = wider;
	table->slots = slots;
}

/* The place behind the last flow. */
static struct flow *flow_new(struct table *table, const struct flow_key *key,
    uint32_t hash)
{
	if (table->used == UINT32_MAX - 1)
		errx(EXIT_FAILURE, "flow table: more flows than it can hold");
	if (table->used == table->chunks * TABLE_CHUNK) {
		table->chunk = must(grow(table->chunk, table->chunks,
		    &table->chunks_room, sizeof(*table->chunk)));
		table->chunk[table->chunks++] = must(aligned_alloc(CACHE_LINE,
		    TABLE_CHUNK * sizeof(struct flow)));
	}
	struct flow *flow = flow_at(table, (uint32_t)++table->used);
	*flow = (struct flow){.key = *key, .hash = hash, .talking = -1};
	return flow;
}

struct flow *table_find(struct table *table, const struct flow_key *key,
    uint32_t hash, bool *is_new)
{
	struct slot *slot = find_slot(table, key, hash);

	*is_new = slot->flow == 0;
	if (!*is_new)
		return flow_at(table, slot->flow);
	struct flow *flow = flow_new(table, key, hash);
	*slot = (struct slot){hash, (uint32_t)table->used};
	if (table->used * 4 > table->slots * 3)
		widen(table);
	return flow;
}

void table_renew(struct flow *over)
{
	ranges_destroy(&over->side[0].seen);
	ranges_destroy(&over->side[1].seen);
	*over = (struct flow){
	    .key = over->key,
	    .hash = over->hash,
	    .generation = over->generation + 1,
	    .talking = -1,
	};
}

void table_visit(const struct table *table,
    void (*visit)(struct flow *flow, void *arg), void *arg)
{
	for (uint32_t i = 1; i <= table->used; i++)
		visit(flow_at(table, i), arg);
}
