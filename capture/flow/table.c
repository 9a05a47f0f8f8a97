/* table.c - flows found by their five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/table.h"
#include <assert.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/flow/seed.h"
#include "capture/grow.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	FIRST_SLOTS = 1 << 10,
	FULL_NUM = 3, /* of FULL_DEN slots at most are in use, ... */
	FULL_DEN = 4,
	MORE_NUM = 4, /* ... before there are MORE_NUM for MORE_DEN */
	MORE_DEN = 3,
};
static_assert(sizeof(void *) > 8 ||
		  sizeof(struct flow) + sizeof(struct slot) * FULL_DEN *
					    MORE_NUM / FULL_NUM / MORE_DEN <=
		      TABLE_FLOW_BYTES,
    "a flow and its slots are not too large");

void table_init(struct table *table, uint64_t seed)
{
	*table = (struct table){
	    .slots = FIRST_SLOTS,
	    .seed = seed != 0 ? seed : seed_new(),
	};
	table->slot =
	    must(calloc(table->slots, sizeof(struct slot)), "flow table");
}

/* A free place has the next one in `last`. */
static bool is_free(const struct flow *flow)
{
	return flow->key.ip_version == 0;
}

void table_destroy(struct table *table)
{
	for (uint32_t i = 1; i <= table->places; i++) {
		struct flow *flow = table_flow(table, i);

		if (is_free(flow))
			continue;
		ranges_destroy(&flow->side[0].seen);
		ranges_destroy(&flow->side[1].seen);
	}
	for (size_t i = 0; i < table->chunks; i++)
		free(table->chunk[i]);
	free(table->chunk);
	free(table->slot);
}

static uint32_t load32(const void *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/*
 * An IPv4 tuple without all the zeros.  It is read in the pieces in which it
 * was just written: the processor waits for a store that a larger load spans.
 */
static uint64_t hash_ipv4(const struct flow_key *key, uint64_t seed)
{
	uint64_t packed[2] = {
	    (uint64_t)load32(key->address[0]) << 32 | load32(key->address[1]),
	    (uint64_t)key->port[0] << 48 | (uint64_t)key->port[1] << 32 |
		key->protocol,
	};

	return XXH3_64bits_withSeed(packed, sizeof(packed), seed);
}

uint32_t flow_key_hash(const struct flow_key *key, uint64_t seed)
{
	if (key->ip_version == 4)
		return (uint32_t)hash_ipv4(key, seed);
	return (uint32_t)XXH3_64bits_withSeed(key, sizeof(*key), seed);
}

/* The tuple's slot, or the free one where it belongs. */
static struct slot *find_slot(const struct table *table,
    const struct flow_key *key, uint32_t hash)
{
	size_t i = table_home(table, hash);

	for (;; i = table_next(table, i)) {
		struct slot *slot = &table->slot[i];

		if (slot->flow == 0 ||
		    (slot->hash == hash &&
			table_is(table_flow(table, slot->flow), key)))
			return slot;
	}
}

/* The first free slot for a hash. */
static struct slot *free_place(const struct table *table, uint32_t hash)
{
	size_t i = table_home(table, hash);

	while (table->slot[i].flow != 0)
		i = table_next(table, i);
	return &table->slot[i];
}

static void widen(struct table *table)
{
	size_t slots = table->slots;
	struct slot *slot = table->slot;

	table->slots = slots * MORE_NUM / MORE_DEN;
	table->slot = must(calloc(table->slots, sizeof(*slot)), "flow table");
	for (size_t i = 0; i < slots; i++)
		if (slot[i].flow != 0)
			*free_place(table, slot[i].hash) = slot[i];
	free(slot);
}

/* The place behind the last one. */
static uint32_t place_new(struct table *table)
{
	if (table->places == UINT32_MAX - 1)
		errx(EXIT_FAILURE, "flow table: more flows than it can hold");
	if (table->places == table->chunks * TABLE_CHUNK) {
		table->chunk =
		    must(grow(table->chunk, table->chunks, &table->chunks_room,
			     sizeof(*table->chunk)),
			"flow table");
		table->chunk[table->chunks++] =
		    must(aligned_alloc(CACHE_LINE,
			     TABLE_CHUNK * sizeof(struct flow)),
			"flow table");
	}
	table_flow(table, ++table->places)->generation = 0;
	return table->places;
}

static uint32_t flow_new(struct table *table, const struct flow_key *key)
{
	uint32_t place = table->free;

	if (place == 0)
		place = place_new(table);
	else
		table->free = table_flow(table, place)->last;
	struct flow *flow = table_flow(table, place);
	*flow = (struct flow){
	    .key = *key,
	    .generation = flow->generation,
	    .talking = -1,
	};
	return place;
}

struct flow *table_find(struct table *table, const struct flow_key *key,
    uint32_t hash, bool *is_new)
{
	struct slot *slot = find_slot(table, key, hash);

	*is_new = slot->flow == 0;
	if (!*is_new)
		return table_flow(table, slot->flow);
	uint32_t place = flow_new(table, key);
	*slot = (struct slot){hash, place};
	table->used++;
	if (table->used * FULL_DEN > table->slots * FULL_NUM)
		widen(table);
	return table_flow(table, place);
}

void table_renew(struct flow *over)
{
	ranges_destroy(&over->side[0].seen);
	ranges_destroy(&over->side[1].seen);
	*over = (struct flow){
	    .key = over->key,
	    .generation = over->generation + 1,
	    .talking = -1,
	};
}

/* How far a search has gone from one slot to another. */
static size_t way(const struct table *table, size_t from, size_t to)
{
	return to >= from ? to - from : to + table->slots - from;
}

/* Those behind it move up, so that a search does not end too early. */
static void free_slot(struct table *table, size_t i)
{
	size_t next = i;

	for (;;) {
		next = table_next(table, next);
		if (table->slot[next].flow == 0)
			break;
		size_t home = table_home(table, table->slot[next].hash);
		if (way(table, home, next) < way(table, i, next))
			continue;
		table->slot[i] = table->slot[next];
		i = next;
	}
	table->slot[i].flow = 0;
}

static void take_out(struct table *table, uint32_t place)
{
	struct flow *flow = table_flow(table, place);
	const struct slot *slot =
	    find_slot(table, &flow->key, table_hash(table, &flow->key));

	free_slot(table, (size_t)(slot - table->slot));
	table->used--;
	ranges_destroy(&flow->side[0].seen);
	ranges_destroy(&flow->side[1].seen);
	flow->generation++;
	flow->key.ip_version = 0;
	flow->last = table->free;
	table->free = place;
}

void table_sweep(struct table *table, uint32_t count,
    bool (*leaves)(struct flow *flow, void *arg), void *arg)
{
	for (; count > 0 && table->places > 0; count--) {
		table->swept =
		    table->swept < table->places ? table->swept + 1 : 1;
		struct flow *flow = table_flow(table, table->swept);
		if (!is_free(flow) && leaves(flow, arg))
			take_out(table, table->swept);
	}
}

void table_visit(const struct table *table,
    void (*visit)(struct flow *flow, void *arg), void *arg)
{
	for (uint32_t i = 1; i <= table->places; i++)
		if (!is_free(table_flow(table, i)))
			visit(table_flow(table, i), arg);
}
