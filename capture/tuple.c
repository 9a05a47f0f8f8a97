/* tuple.c - what is each byte of a frame, and which five-tuple is it? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/tuple.h"
#include <string.h>
#include "capture/decode/regular.h"
#include "capture/flow/clock.h"

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

/* What is each byte, which five-tuple is it, and whose is that? */
static void prepare(const struct share *share, struct passage *passage)
{
	brief_of(passage->frame, &passage->brief, passage->anatomy);
	passage->worker = 0;
	if (!passage->brief.has_ports)
		return;
	take_key(passage);
	passage->hash = flow_key_hash(&passage->key, share->seed);
	passage->worker = share_worker(share, passage->hash);
}

/* Do others have to see it too? */
static bool is_fragment(const struct passage *passage)
{
	return passage->brief.shape == SHAPE_NONE &&
	       (passage->anatomy->firsts > 0 ||
		   passage->anatomy->is_later_fragment);
}

void tuple_prepare(const struct share *share, struct batch *batch)
{
	struct clock clock = {0};

	for (size_t i = 0; i < batch->count; i++) {
		struct passage *passage = &batch->passage[i];

		passage->frame = &batch->frame[i];
		clock_frame(&clock, passage->frame->time_ns);
		passage->reached_ns = clock.now_ns;
		prepare(share, passage);
		batch->worker[i] = is_fragment(passage)
				       ? (uint8_t)BATCH_ALL
				       : (uint8_t)passage->worker;
	}
}

void tuple_again(const struct passage *passage, struct anatomy *anatomy,
    struct passage *out)
{
	*out = *passage;
	out->anatomy = anatomy;
	brief_of(out->frame, &out->brief, anatomy);
}
