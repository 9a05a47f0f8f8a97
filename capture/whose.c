/* whose.c - which flow is a frame of? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/whose.h"
#include <string.h>
#include "capture/flow/joint.h"
#include "capture/listening.h"

enum {
	TICK_SHIFT = 27, /* a tick has 2^27 ns: 0.13 s */
};

static const uint64_t second_ns = 1000000000;

static uint32_t ticks(uint64_t ns)
{
	return (uint32_t)(ns >> TICK_SHIFT);
}

void whose_init(struct whose *whose, uint64_t timeout_s,
    const struct share *share)
{
	*whose = (struct whose){
	    .share = *share,
	    .timeout = UINT32_MAX,
	    .linger = UINT32_MAX,
	};
	table_init(&whose->table, share->seed);
	whose->share.seed = whose->table.seed;
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

/* RFC 1112 section 4, RFC 4291 section 2.7. */
static bool is_multicast(uint8_t ip_version, const uint8_t *address)
{
	return ip_version == 6 ? address[0] == 0xff
			       : (address[0] & 0xf0) == 0xe0;
}

/*
 * Until a SYN says better, the higher port is the client's; of two that are the
 * same, that of who speaks first.  No
 * multicast group is one: of DHCPv6, whose client has the lower, it would be.
 */
static bool guess_client(const struct flow_key *key, unsigned speaks)
{
	if (is_multicast(key->ip_version, key->address[0]))
		return true;
	if (is_multicast(key->ip_version, key->address[1]))
		return false;
	if (key->port[0] == key->port[1])
		return speaks;
	return key->port[1] > key->port[0];
}

static void open_owner(struct whose *whose, struct ledger *ledger,
    struct flow *flow, unsigned speaks)
{
	const struct flow_key *key = &flow->key;
	struct owner *owner = ledger_open(ledger);

	whose->opened++;
	flow->client = guess_client(key, speaks);
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

/* One that is over before the capture is. */
static void retire(struct whose *whose, struct flow *flow)
{
	struct owner *owner = flow->owner;

	end_flow(flow, whose->left);
	listening_end(flow);
	if (owner == NULL)
		return;
	owner->next = whose->over;
	whose->over = owner;
}

/*
 * Has it been silent for too long?  Never mind whether it was taken out since:
 * so it makes no difference when the table is swept.
 */
static bool has_left(const struct whose *whose, const struct flow *flow)
{
	uint32_t silent = ticks(whose->clock.now_ns) - flow->last;

	if (silent <= whose->linger || whose->frames <= WHOSE_PATIENCE ||
	    silent > INT32_MAX)
		return false; /* or it was stamped ahead of time */
	return silent > whose->timeout ||
	       (silent > whose->linger && purpose_has_end(flow));
}

RARELY static bool is_next(const struct flow *flow,
    const struct passage *passage)
{
	return passage->key.protocol == PROTO_TCP &&
	       purpose_begins_next(flow, passage->side,
		   &passage->brief.segment);
}

static bool begins_next(const struct whose *whose, const struct flow *flow,
    const struct passage *passage)
{
	return has_left(whose, flow) ||
	       ((passage->brief.segment.flags & TCP_SYN) != 0 &&
		   is_next(flow, passage));
}

/* One that was not there, or begins on the tuple of another. */
RARELY static struct flow *open_flow(struct whose *whose, struct ledger *ledger,
    const struct passage *passage)
{
	bool is_new;
	struct flow *flow =
	    table_find(&whose->table, &passage->key, passage->hash, &is_new);

	if (!is_new && begins_next(whose, flow, passage)) {
		retire(whose, flow);
		table_renew(flow);
		is_new = true;
	}
	if (is_new)
		open_owner(whose, ledger, flow, passage->side);
	return flow;
}

/* By its ports. */
static struct flow *find_flow(struct whose *whose, struct ledger *ledger,
    const struct passage *passage)
{
	struct flow *flow = passage->flow;

	if (flow != NULL && table_is(flow, &passage->key) &&
	    !begins_next(whose, flow, passage))
		return flow;
	return open_flow(whose, ledger, passage);
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
	const struct anatomy *a = passage->anatomy;

	for (uint32_t i = 0; i < a->firsts; i++) {
		struct fragment_origin origin = {
		    .key = key_of(&a->first[i]),
		    .is = anatomy_continuation(a, i),
		    .flow = passage->flow,
		    .side = passage->side,
		    .worker = passage->worker,
		};

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
	const struct fragment *later = &passage->anatomy->later;
	struct fragment_key key = key_of(later);
	const struct fragment_origin *origin =
	    fragments_find(&whose->fragments, &key);
	uint64_t *missing = &ledger->warnings[WARNING_LATER_FRAGMENT];

	if (origin != NULL)
		passage->worker = origin->worker;
	passage->is_mine = passage->worker == whose->share.worker;
	if (!passage->is_mine)
		return;
	if (origin == NULL) {
		(*missing)++;
		return;
	}
	anatomy_continue(passage->anatomy, &origin->is);
	brief_of_anatomy(passage->anatomy, &passage->brief);
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
	passage->brief.segment.seq =
	    origin->seq + (later->at > origin->is.payload_at
				  ? later->at
				  : origin->is.payload_at);
}

void whose_begin(struct whose *whose, const struct batch *batch)
{
	clock_frame(&whose->clock, batch->frame[0].time_ns);
}

void whose_end(struct whose *whose, const struct batch *batch)
{
	const struct passage *last = &batch->passage[batch->count - 1];

	clock_reach(&whose->clock, last->reached_ns);
	whose->clock.stamp_ns = last->frame->time_ns;
	whose->before += batch->count;
}

/* Its stamp may be ahead of the time, which waits for a second one. */
static void note_frame(const struct whose *whose, const struct passage *passage)
{
	uint64_t stamp = passage->frame->time_ns;

	passage->flow->last =
	    ticks(stamp > whose->clock.now_ns ? stamp : whose->clock.now_ns);
}

/* What is not regular may be a fragment. */
RARELY static void join_fragments(struct whose *whose, struct ledger *ledger,
    struct passage *passage)
{
	note_fragments(whose, passage);
	if (passage->anatomy->is_later_fragment)
		follow_fragment(whose, ledger, passage);
}

void whose_find(struct whose *whose, struct ledger *ledger,
    struct passage *passage)
{
	clock_reach(&whose->clock, passage->reached_ns);
	whose->frames = whose->before + passage->nth;
	if (passage->brief.has_ports && passage->is_mine)
		passage->flow = find_flow(whose, ledger, passage);
	if (passage->brief.shape == SHAPE_NONE)
		join_fragments(whose, ledger, passage);
	if (passage->flow != NULL)
		note_frame(whose, passage);
}

static bool leaves(struct flow *flow, void *arg)
{
	struct whose *whose = arg;

	if (!has_left(whose, flow))
		return false;
	retire(whose, flow);
	return true;
}

/* Two places a new flow, so that new flows cannot outrun it. */
void whose_sweep(struct whose *whose)
{
	if (whose->timeout != UINT32_MAX && whose->frames > WHOSE_PATIENCE)
		table_sweep(&whose->table, 2 * whose->opened, leaves, whose);
	whose->opened = 0;
}

void whose_count_ends(struct whose *whose, struct ledger *ledger)
{
	uint64_t *warnings = ledger->warnings;

	warnings[WARNING_NO_START] = whose->left[WARNING_NO_START];
	warnings[WARNING_NO_END] = whose->left[WARNING_NO_END];
	table_visit(&whose->table, end_flow, warnings);
}
