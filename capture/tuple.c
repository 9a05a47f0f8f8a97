/* tuple.c - what is each byte of a frame, and which five-tuple is it? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/tuple.h"
#include <string.h>
#include "capture/decode/regular.h"

/* Is the source the higher of the two ends, by address and then by port? */
static bool is_higher(const uint8_t source[16], const uint8_t destination[16],
    const struct brief *brief)
{
	for (unsigned i = 0; i < 16; i += 8) {
		uint64_t from = load_be64(source + i);
		uint64_t to = load_be64(destination + i);

		if (from != to)
			return from > to;
	}
	return brief->source_port > brief->destination_port;
}

/* The tuple of a regular frame, out of its IPv4 header of 20 bytes. */
static void take_ipv4(struct passage *passage)
{
	const struct brief *brief = &passage->brief;
	const uint8_t *h = passage->frame->data + brief->ip_at;
	uint64_t source =
	    (uint64_t)load_be32(h + 12) << 16 | brief->source_port;
	uint64_t destination =
	    (uint64_t)load_be32(h + 16) << 16 | brief->destination_port;
	struct flow_key *key = &passage->key;
	unsigned from = source > destination;

	/* Neither branches nor places to write to hang on the direction,
	 * which none can foresee: else a report took a twentieth longer. */
	*key = (struct flow_key){
	    .port = {load_be16(h + 20 + 2 * from),
		load_be16(h + 22 - 2 * from)},
	    .protocol = h[9],
	    .ip_version = 4,
	};
	memcpy(key->address[0], h + 12 + 4 * from, 4);
	memcpy(key->address[1], h + 16 - 4 * from, 4);
	passage->side = (uint8_t)from;
}

/* The tuple of any frame. */
static void take_tuple(struct passage *passage, const uint8_t source[16],
    const uint8_t destination[16])
{
	const struct brief *brief = &passage->brief;
	struct flow_key *key = &passage->key;
	unsigned from = is_higher(source, destination, brief);

	memcpy(key->address[from], source, 16);
	memcpy(key->address[!from], destination, 16);
	key->port[from] = brief->source_port;
	key->port[!from] = brief->destination_port;
	passage->side = (uint8_t)from;
}

static void take_key(struct passage *passage)
{
	const struct brief *brief = &passage->brief;
	struct flow_key *key = &passage->key;

	if (brief->shape == SHAPE_NONE) {
		const struct anatomy *a = passage->anatomy;

		*key = (struct flow_key){.protocol = a->protocol,
		    .ip_version = a->ip_version};
		take_tuple(passage, a->source, a->destination);
	} else if (brief->shape & SHAPE_IPV6) {
		const uint8_t *h = passage->frame->data + brief->ip_at;

		*key = (struct flow_key){.protocol = h[6], .ip_version = 6};
		take_tuple(passage, h + 8, h + 24);
	} else {
		take_ipv4(passage);
	}
}

/* Step 1: what is each byte, and which five-tuple is it? */
static void prepare(const struct whose *whose, struct passage *passage,
    const struct frame *frame)
{
	passage->frame = frame;
	passage->flow = NULL;
	passage->is_mine = whose->share.worker == 0;
	brief_of(frame, &passage->brief, passage->anatomy);
	if (!passage->brief.has_ports)
		return;
	take_key(passage);
	passage->hash = table_hash(&whose->table, &passage->key);
	passage->is_mine =
	    whose_worker(whose, passage->hash) == whose->share.worker;
	if (passage->is_mine)
		table_prefetch(&whose->table, passage->hash);
}

void tuple_prepare(const struct whose *whose, struct passage *passage,
    const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		prepare(whose, &passage[i], &frames[i]);
	for (size_t i = 0; i < count; i++)
		if (passage[i].brief.has_ports && passage[i].is_mine)
			passage[i].flow =
			    table_prefetch_flow(&whose->table, passage[i].hash);
}
