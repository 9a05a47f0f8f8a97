/* table.c - flows found by their five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/table.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/flow/seed.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 1 << 10 };

static void *must(void *memory)
{
	if (memory == NULL)
		err(EXIT_FAILURE, "flow table");
	return memory;
}

void table_init(struct table *table)
{
	*table = (struct table){.slots = FIRST_SLOTS, .seed = seed_new()};
	table->slot = must(calloc(table->slots, sizeof(struct flow *)));
}

static void flow_free(struct flow *flow)
{
	if (flow == NULL)
		return;
	ranges_destroy(&flow->side[0].seen);
	ranges_destroy(&flow->side[1].seen);
	free(flow);
}

void table_destroy(struct table *table)
{
	for (size_t i = 0; i < table->slots; i++)
		flow_free(table->slot[i]);
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

/* The tuple's slot, or the free one where it belongs. */
static struct flow **find_slot(const struct table *table,
    const struct flow_key *key, uint32_t hash)
{
	size_t i = hash & (table->slots - 1);

	for (;; i = (i + 1) & (table->slots - 1)) {
		struct flow *flow = table->slot[i];

		if (flow == NULL ||
		    (flow->hash == hash &&
			memcmp(&flow->key, key, sizeof(*key)) == 0))
			return &table->slot[i];
	}
}

static void widen(struct table *table)
{
	struct table bigger = *table;

	bigger.slots *= 2;
	bigger.slot = must(calloc(bigger.slots, sizeof(struct flow *)));
	for (size_t i = 0; i < table->slots; i++) {
		struct flow *flow = table->slot[i];

		if (flow != NULL)
			*find_slot(&bigger, &flow->key, flow->hash) = flow;
	}
	free(table->slot);
	*table = bigger;
}

static struct flow *flow_new(const struct flow_key *key, uint32_t hash)
{
	struct flow *flow = must(malloc(sizeof(*flow)));

	*flow = (struct flow){.key = *key, .hash = hash, .talking = -1};
	return flow;
}

struct flow *table_find(struct table *table, const struct flow_key *key,
    uint32_t hash, bool *is_new)
{
	struct flow **slot = find_slot(table, key, hash);

	*is_new = *slot == NULL;
	if (!*is_new)
		return *slot;
	struct flow *flow = *slot = flow_new(key, hash);
	table->used++;
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
	for (size_t i = 0; i < table->slots; i++)
		if (table->slot[i] != NULL)
			visit(table->slot[i], arg);
}
