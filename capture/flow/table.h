/* table.h - whose is a frame: flows found by their five-tuple. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_TABLE_H
#define CAPTURE_FLOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "capture/flow/ranges.h"
#include "wire/cursor.h"

struct owner;    /* ledger's: where a flow's figures go */
struct dialogue; /* application's: what both ends say */

/*
 * Protocol, innermost addresses and ports.  The lower endpoint stands first,
 * so both directions have the same key; unused bytes are 0.
 */
struct flow_key {
	uint8_t address[2][16];
	uint16_t port[2];
	uint8_t protocol;   /* IANA number */
	uint8_t ip_version; /* 4 or 6 */
};

/* What one end of a TCP connection has sent (RFC 9293 section 3.3). */
struct tcp_side {
	struct ranges seen;
	uint64_t end;      /* position behind all it sent, SYN and FIN too */
	uint32_t isn;      /* with has_syn */
	uint32_t fin;      /* sequence number of its FIN, with has_fin */
	uint32_t last_ack; /* with has_ack */
	uint8_t probes;    /* of it that wait for an answer */
	uint8_t shift;     /* its window scale, with has_syn */
	bool has_syn : 1, has_synack : 1, has_fin : 1, has_ack : 1;
	bool is_syn_acked : 1;    /* by the other side */
	uint8_t unacked_fins : 3; /* its FINs that wait for the other's ACK */
};

/* 176 bytes: all but the sides in one line of a cache, if it starts there. */
struct flow {
	struct flow_key key;
	int8_t talking;  /* which end sent new payload last, or -1 */
	bool client : 1; /* which end of the key: 0 or 1 */
	bool is_reset : 1;
	bool is_unheard : 1; /* no application was found for it */
	bool has_client : 1; /* `client` was told by a SYN or SYN-ACK */
	uint32_t last;       /* when a frame came last, in the table's ticks */
	uint32_t generation; /* how many connections had this place before */
	struct owner *owner; /* borrowed; may be NULL */
	struct dialogue *dialogue; /* the pipeline's; may be NULL */
	struct tcp_side side[2];
};

struct slot {
	uint32_t hash;
	uint32_t flow; /* which, from 1 on; 0: the slot is free */
};

/*
 * Flows lie in chunks, in order of appearance, and never move.  Slots are
 * small, so that a search stays in them until the hash fits: with pointers
 * to flows for slots a report took 1.4 times as long.
 */
struct table {
	struct slot *slot; /* owned; open addressing */
	size_t slots, used;
	struct flow **chunk; /* owned, TABLE_CHUNK flows each */
	size_t chunks, chunks_room;
	uint32_t places; /* in the chunks that were ever used, from 1 on */
	uint32_t free;   /* the first free one of them, or 0 */
	uint32_t swept;  /* up to where table_sweep has come */
	uint64_t seed;   /* of the hash */
};

enum {
	TABLE_CHUNK = 1024,
	TABLE_FLOW_BYTES = 192, /* a flow and its slots at most, of 64 bits */
	CACHE_LINE = 64,
};

/* A seed of 0: one of its own. */
void table_init(struct table *table, uint64_t seed);
void table_destroy(struct table *table);

uint32_t flow_key_hash(const struct flow_key *key, uint64_t seed);

static inline uint32_t table_hash(const struct table *table,
    const struct flow_key *key)
{
	return flow_key_hash(key, table->seed);
}

/*
 * Where a search begins, by the upper bits of the hash, so that there may be
 * any number of slots; and where it goes on.
 */
static inline size_t table_home(const struct table *table, uint32_t hash)
{
	return (size_t)((uint64_t)hash * table->slots >> 32);
}

static inline size_t table_next(const struct table *table, size_t i)
{
	return i + 1 == table->slots ? 0 : i + 1;
}

/* Ask the cache for the slot that table_prefetch_flow will look at. */
static inline void table_prefetch(const struct table *table, uint32_t hash)
{
	__builtin_prefetch(&table->slot[table_home(table, hash)]);
}

/* The flow of a number, as slots have it. */
static inline struct flow *table_flow(const struct table *table,
    uint32_t number)
{
	uint32_t i = number - 1;

	return &table->chunk[i / TABLE_CHUNK][i % TABLE_CHUNK];
}

/*
 * Ask for the flow that table_find will need.  It is likely, but not sure, to
 * be the tuple's: table_is asks.  NULL: there is none yet.
 */
static inline struct flow *table_prefetch_flow(const struct table *table,
    uint32_t hash)
{
	size_t i = table_home(table, hash);

	/* The first two without a branch, which none can foresee. */
	i += table->slot[i].hash != hash;
	i = i == table->slots ? 0 : i;
	while (table->slot[i].flow != 0 && table->slot[i].hash != hash)
		i = table_next(table, i);
	if (table->slot[i].flow == 0)
		return NULL;
	struct flow *flow = table_flow(table, table->slot[i].flow);
	for (size_t at = 0; at < sizeof(*flow); at += CACHE_LINE)
		__builtin_prefetch((const char *)flow + at, 1);
	return flow;
}

/* Eight bytes, whatever their order. */
static inline uint64_t table_load(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Is this the current flow of a tuple? */
static inline bool table_is(const struct flow *flow, const struct flow_key *key)
{
	const struct flow_key *own = &flow->key;
	uint64_t differs = 0;

	for (unsigned i = 0; i < 2; i++)
		for (unsigned at = 0; at < sizeof(own->address[i]); at += 8)
			differs |= table_load(own->address[i] + at) ^
				   table_load(key->address[i] + at);
	return differs == 0 && own->port[0] == key->port[0] &&
	       own->port[1] == key->port[1] && own->protocol == key->protocol &&
	       own->ip_version == key->ip_version;
}

/*
 * The current flow of a tuple; *is_new says that it was made by this call.
 * It stays in place until table_destroy.  Ends the program when memory is
 * out.
 */
struct flow *table_find(struct table *table, const struct flow_key *key,
    uint32_t hash, bool *is_new);

/* Forget all but the tuple: the next connection on it takes this place. */
void table_renew(struct flow *over);

/*
 * Look at the next count places, round and round, and take out the flows that
 * leaves says have left.  A pointer to one stays valid, but its generation
 * changes.
 */
void table_sweep(struct table *table, uint32_t count,
    bool (*leaves)(struct flow *flow, void *arg), void *arg);

/* Call visit for the current flow of each tuple. */
void table_visit(const struct table *table,
    void (*visit)(struct flow *flow, void *arg), void *arg);

#endif
