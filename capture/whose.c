/* whose.c - which flow is a frame of? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/whose.h"
#include <string.h>
#include "capture/flow/joint.h"
#include "capture/listening.h"

enum {
	PROTO_TCP = 6,
	TICK_SHIFT = 27, /* a tick has 2^27 ns: 0.13 s */
};

static const uint64_t second_ns = 1000000000;

static uint32_t ticks(uint64_t ns)
{
	return (uint32_t)(ns >> TICK_SHIFT);
}

void whose_init(struct whose *whose, uint64_t timeout_s,
    const struct whose_share *share)
{
	*whose = (struct whose){
	    .share = *share,
	    .timeout = UINT32_MAX,
	    .linger = UINT32_MAX,
	};
	table_init(&whose->table, share->seed);
	if (timeout_s == 0)
		return;
	if (timeout_s > WHOSE_TIMEOUT_MAX_S)
		timeout_s = WHOSE_TIMEOUT_MAX_S;
	whose->timeout = ticks(timeout_s * second_ns);
	whose->linger = ticks(WHOSE_LINGER_S * second_ns);
	if (whose->linger > whose->timeout)
		whose->linger = whose->timeout;
}

static void end_listening(struct flow *flow, void *arg)
{
	(void)arg;
	listening_end(flow);
}

void whose_destroy(struct whose *whose)
{
	table_visit(&whose->table, end_listening, NULL);
	table_destroy(&whose->table);
	fragments_destroy(&whose->fragments);
}

static uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

/* Is the source the higher of the two ends, by address and then by port? */
static bool is_higher(const struct anatomy *a)
{
	for (unsigned i = 0; i < sizeof(a->source); i += 8) {
		uint64_t source = load_be64(a->source + i);
		uint64_t destination = load_be64(a->destination + i);

		if (source != destination)
			return source > destination;
	}
	return a->source_port > a->destination_port;
}

struct segment passage_segment(const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	return (struct segment){
	    .seq = passage->seq,
	    .ack = a->ack,
	    .len = a->payload,
	    .flags = a->tcp_flags,
	    .window_shift = a->window_shift,
	};
}

/* By the upper bits of the hash: the table takes the lower ones. */
static uint32_t worker_of(const struct whose *whose, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * whose->share.workers >> 32);
}

/* Step 1: what is each byte, and which five-tuple is it? */
void whose_prepare(const struct whose *whose, struct passage *passage,
    const struct frame *frame)
{
	const struct anatomy *a = &passage->anatomy;
	struct flow_key *key = &passage->key;

	passage->frame = frame;
	passage->flow = NULL;
	passage->is_mine = whose->share.worker == 0;
	anatomy_of(frame, &passage->anatomy);
	passage->seq = a->seq;
	if (!a->has_ports)
		return;
	passage->side = is_higher(a);
	unsigned from = passage->side, to = !from;
	memcpy(key->address[from], a->source, sizeof(a->source));
	memcpy(key->address[to], a->destination, sizeof(a->destination));
	key->port[from] = a->source_port;
	key->port[to] = a->destination_port;
	key->protocol = a->protocol;
	key->ip_version = a->ip_version;
	passage->hash = table_hash(&whose->table, key);
	passage->is_mine =
	    worker_of(whose, passage->hash) == whose->share.worker;
	if (passage->is_mine)
		table_prefetch(&whose->table, passage->hash);
}

void whose_fetch(const struct whose *whose, const struct passage *passage)
{
	if (passage->anatomy.has_ports && passage->is_mine)
		table_prefetch_flow(&whose->table, passage->hash);
}

static void open_owner(const struct whose *whose, struct ledger *ledger,
    struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	struct owner *owner = ledger_open(ledger);

	/* Until a SYN says better, the higher port is the client's. */
	flow->client = key->port[1] > key->port[0];
	flow->owner = owner;
	if (owner == NULL)
		return;
	owner->first_frame = whose->frames;
	owner->ip_version = key->ip_version;
	owner->protocol = anatomy_protocol_name(key->protocol);
	owner->client = flow->client;
	if (whose->is_mergeable)
		owner->joint = joint_new();
	for (unsigned i = 0; i < 2; i++) {
		memcpy(owner->end[i].address, key->address[i],
		    sizeof(key->address[i]));
		owner->end[i].port = key->port[i];
	}
}

struct joint *whose_joint(const struct flow *flow)
{
	return flow->owner == NULL ? NULL : flow->owner->joint;
}

/* A flow is over: what is missing of it? */
static void end_flow(struct flow *flow, void *arg)
{
	uint64_t *warnings = arg;

	if (flow->key.protocol == PROTO_TCP) {
		warnings[WARNING_NO_START] += !purpose_has_start(flow);
		warnings[WARNING_NO_END] += !purpose_has_end(flow);
	}
	if (whose_joint(flow) != NULL)
		joint_close(whose_joint(flow), flow);
}

/*
 * Has it been silent for too long?  Never mind whether it was taken out since:
 * so it makes no difference when the table is swept.
 */
static bool has_left(const struct whose *whose, const struct flow *flow)
{
	uint32_t silent = ticks(whose->now_ns) - flow->last;

	if (whose->frames <= WHOSE_PATIENCE || silent > INT32_MAX)
		return false; /* or it was stamped ahead of time */
	return silent > whose->timeout ||
	       (silent > whose->linger && purpose_has_end(flow));
}

static bool begins_next(const struct whose *whose, const struct flow *flow,
    const struct passage *passage)
{
	if (has_left(whose, flow))
		return true;
	if (passage->key.protocol != PROTO_TCP)
		return false;
	struct segment segment = passage_segment(passage);
	return purpose_begins_next(flow, passage->side, &segment);
}

/* By its ports. */
static struct flow *find_flow(struct whose *whose, struct ledger *ledger,
    const struct passage *passage)
{
	bool is_new;
	struct flow *flow =
	    table_find(&whose->table, &passage->key, passage->hash, &is_new);

	if (!is_new && begins_next(whose, flow, passage)) {
		end_flow(flow, whose->left);
		listening_end(flow);
		table_renew(flow);
		is_new = true;
	}
	if (is_new)
		open_owner(whose, ledger, flow);
	return flow;
}

static struct fragment_key key_of(const struct fragment *fragment)
{
	struct fragment_key key = {
	    .id = fragment->id,
	    .protocol = fragment->protocol,
	    .ip_version = fragment->ip_version,
	};

	memcpy(key.source, fragment->source, sizeof(key.source));
	memcpy(key.destination, fragment->destination, sizeof(key.destination));
	return key;
}

/* A first fragment tells what the later ones are, and whose. */
static void note_fragments(struct whose *whose, const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	for (uint32_t i = 0; i < a->firsts; i++) {
		struct fragment_origin origin = {
		    .key = key_of(&a->first[i]),
		    .is = anatomy_continuation(a, i),
		    .flow = passage->flow,
		    .side = (uint8_t)passage->side,
		};

		if (a->has_ports)
			origin.worker = worker_of(whose, passage->hash);
		if (passage->flow != NULL)
			origin.generation = passage->flow->generation;
		origin.seq = a->seq + ((a->tcp_flags & TCP_SYN) != 0) -
			     origin.is.payload_at;
		fragments_note(&whose->fragments, &origin);
	}
}

static void follow_fragment(struct whose *whose, struct ledger *ledger,
    struct passage *passage)
{
	const struct fragment *later = &passage->anatomy.later;
	struct fragment_key key = key_of(later);
	const struct fragment_origin *origin =
	    fragments_find(&whose->fragments, &key);
	uint64_t *missing = &ledger->warnings[WARNING_LATER_FRAGMENT];

	passage->is_mine =
	    whose->share.worker == (origin == NULL ? 0 : origin->worker);
	if (!passage->is_mine)
		return;
	if (origin == NULL) {
		(*missing)++;
		return;
	}
	anatomy_continue(&passage->anatomy, &origin->is);
	if (origin->flow == NULL)
		return;
	/* The tuple may have gone on to the next connection since. */
	if (origin->flow->generation != origin->generation ||
	    has_left(whose, origin->flow)) {
		(*missing)++;
		return;
	}
	passage->flow = origin->flow;
	passage->side = origin->side;
	passage->seq = origin->seq + (later->at > origin->is.payload_at
					     ? later->at
					     : origin->is.payload_at);
}

/* One frame alone may be stamped wrong: two are believed. */
static void note_time(struct whose *whose, uint64_t time_ns)
{
	uint64_t both = time_ns < whose->stamp_ns ? time_ns : whose->stamp_ns;

	if (both > whose->now_ns)
		whose->now_ns = both;
	whose->stamp_ns = time_ns;
	whose->frames++;
}

/* Its stamp may be ahead of the time, which waits for a second one. */
static void note_frame(const struct whose *whose, const struct passage *passage)
{
	uint64_t stamp = passage->frame->time_ns;

	passage->flow->last =
	    ticks(stamp > whose->now_ns ? stamp : whose->now_ns);
}

void whose_find(struct whose *whose, struct ledger *ledger,
    struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	note_time(whose, passage->frame->time_ns);
	if (a->has_ports && passage->is_mine)
		passage->flow = find_flow(whose, ledger, passage);
	note_fragments(whose, passage);
	if (a->is_later_fragment)
		follow_fragment(whose, ledger, passage);
	if (passage->flow != NULL)
		note_frame(whose, passage);
}

static bool leaves(struct flow *flow, void *arg)
{
	struct whose *whose = arg;

	if (!has_left(whose, flow))
		return false;
	end_flow(flow, whose->left);
	listening_end(flow);
	return true;
}

/* Two places a frame, so that a new flow a frame cannot outrun it. */
void whose_sweep(struct whose *whose, uint32_t frames)
{
	if (whose->timeout != UINT32_MAX && whose->frames > WHOSE_PATIENCE)
		table_sweep(&whose->table, 2 * frames, leaves, whose);
}

void whose_count_ends(struct whose *whose, struct ledger *ledger)
{
	uint64_t *warnings = ledger->warnings;

	warnings[WARNING_NO_START] = whose->left[WARNING_NO_START];
	warnings[WARNING_NO_END] = whose->left[WARNING_NO_END];
	table_visit(&whose->table, end_flow, warnings);
}
