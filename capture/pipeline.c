/* pipeline.c - the whole way of a packet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pipeline.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/copies.h"
#include "capture/flow/fragments.h"
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"
#include "capture/grouping.h"
#include "capture/listening.h"
#include "capture/posting.h"

enum {
	PROTO_TCP = 6,
	ETHERNET_MTU = 1500,
};

/* A frame on its way: what is known of it after each step. */
struct passage {
	const struct frame *frame;
	struct anatomy anatomy;
	struct flow_key key;
	uint32_t hash;     /* of key, with anatomy.has_ports */
	struct flow *flow; /* whose it is, or NULL */
	unsigned side;     /* which end of the flow's key sent it */
	uint32_t seq;      /* TCP: sequence number of its first byte */
};

struct pipeline {
	struct ledger ledger;
	struct port_range ports;
	bool has_slices;
	struct slices slices;
	enum grouping grouping;
	struct groups groups;
	struct table table;
	struct fragments fragments;
	struct copies copies;
	struct passage passage[PIPELINE_BATCH];
	struct posting posting;
	/* Of connections whose tuple has gone on to the next: what is missing
	 */
	uint64_t over[WARNING_COUNT];
};

struct pipeline *pipeline_new(const struct pipeline_plan *plan)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (pipeline == NULL)
		err(EXIT_FAILURE, "pipeline");
	ledger_init(&pipeline->ledger, plan->level, plan->keeps_owners);
	pipeline->ports = plan->ports;
	pipeline->has_slices = plan->interval_ns > 0;
	slices_init(&pipeline->slices, plan->interval_ns);
	table_init(&pipeline->table);
	pipeline->grouping = plan->grouping;
	groups_init(&pipeline->groups, pipeline->table.seed);
	return pipeline;
}

static void end_listening(struct flow *flow, void *arg)
{
	(void)arg;
	listening_end(flow);
}

void pipeline_free(struct pipeline *pipeline)
{
	table_visit(&pipeline->table, end_listening, NULL);
	table_destroy(&pipeline->table);
	fragments_destroy(&pipeline->fragments);
	ledger_destroy(&pipeline->ledger);
	slices_destroy(&pipeline->slices);
	groups_destroy(&pipeline->groups);
	free(pipeline);
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

/* Step 1: what is each byte, and which five-tuple is it? */
static void take_apart(const struct table *table, struct passage *passage,
    const struct frame *frame)
{
	const struct anatomy *a = &passage->anatomy;
	struct flow_key *key = &passage->key;

	passage->frame = frame;
	passage->flow = NULL;
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
	passage->hash = table_hash(table, key);
}

static void open_owner(struct pipeline *pipeline, struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	struct owner *owner = ledger_open(&pipeline->ledger);

	/* Until a SYN says better, the higher port is the client's. */
	flow->client = key->port[1] > key->port[0];
	flow->owner = owner;
	if (owner == NULL)
		return;
	owner->ip_version = key->ip_version;
	owner->protocol = anatomy_protocol_name(key->protocol);
	owner->client = flow->client;
	for (unsigned i = 0; i < 2; i++) {
		memcpy(owner->end[i].address, key->address[i],
		    sizeof(key->address[i]));
		owner->end[i].port = key->port[i];
	}
}

static struct segment segment_of(const struct passage *passage)
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

/* What is missing of one connection. */
static void count_ends(struct flow *flow, void *arg)
{
	uint64_t *warnings = arg;

	if (flow->key.protocol != PROTO_TCP)
		return;
	warnings[WARNING_NO_START] += !purpose_has_start(flow);
	warnings[WARNING_NO_END] += !purpose_has_end(flow);
}

/* By its ports. */
static struct flow *find_flow(struct pipeline *pipeline,
    const struct passage *passage)
{
	bool is_new;
	struct flow *flow =
	    table_find(&pipeline->table, &passage->key, passage->hash, &is_new);

	if (!is_new && passage->key.protocol == PROTO_TCP) {
		struct segment segment = segment_of(passage);

		if (purpose_begins_next(flow, passage->side, &segment)) {
			count_ends(flow, pipeline->over);
			listening_end(flow);
			table_renew(flow);
			is_new = true;
		}
	}
	if (is_new)
		open_owner(pipeline, flow);
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
static void note_fragments(struct pipeline *pipeline,
    const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	for (uint32_t i = 0; i < a->firsts; i++) {
		struct fragment_origin origin = {
		    .key = key_of(&a->first[i]),
		    .is = anatomy_continuation(a, i),
		    .flow = passage->flow,
		    .side = (uint8_t)passage->side,
		};

		if (passage->flow != NULL)
			origin.generation = passage->flow->generation;
		origin.seq = a->seq + ((a->tcp_flags & TCP_SYN) != 0) -
			     origin.is.payload_at;
		fragments_note(&pipeline->fragments, &origin);
	}
}

static void follow_fragment(struct pipeline *pipeline, struct passage *passage)
{
	const struct fragment *later = &passage->anatomy.later;
	struct fragment_key key = key_of(later);
	const struct fragment_origin *origin =
	    fragments_find(&pipeline->fragments, &key);
	uint64_t *missing = &pipeline->ledger.warnings[WARNING_LATER_FRAGMENT];

	if (origin == NULL) {
		(*missing)++;
		return;
	}
	anatomy_continue(&passage->anatomy, &origin->is);
	if (origin->flow == NULL)
		return;
	/* The tuple may have gone on to the next connection since. */
	if (origin->flow->generation != origin->generation) {
		(*missing)++;
		return;
	}
	passage->flow = origin->flow;
	passage->side = origin->side;
	passage->seq = origin->seq + (later->at > origin->is.payload_at
					     ? later->at
					     : origin->is.payload_at);
}

/* Step 2: whose is it? */
static void find_whose(struct pipeline *pipeline, struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	if (a->has_ports)
		passage->flow = find_flow(pipeline, passage);
	note_fragments(pipeline, passage);
	if (a->is_later_fragment)
		follow_fragment(pipeline, passage);
}

static void learn_client(struct flow *flow, const struct verdict *verdict)
{
	if (!verdict->tells_client || flow->has_client)
		return;
	flow->has_client = true;
	flow->client = verdict->client;
	if (flow->owner != NULL)
		flow->owner->client = flow->client;
}

static struct verdict judge_tcp(struct pipeline *pipeline,
    const struct passage *passage)
{
	struct segment segment = segment_of(passage);
	struct verdict verdict =
	    passage->anatomy.is_later_fragment
		? purpose_of_fragment(passage->flow, passage->side, &segment)
		: purpose_of_segment(passage->flow, passage->side, &segment);

	learn_client(passage->flow, &verdict);
	listening_hear(&pipeline->ledger, &pipeline->ports, passage->flow,
	    passage->side, passage->seq, &passage->anatomy, &verdict);
	pipeline->ledger.warnings[WARNING_HOLES] += verdict.given_up;
	return verdict;
}

/* Step 3: why was it sent, and what of its payload is new? */
static struct verdict judge(struct pipeline *pipeline,
    const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;
	struct flow *flow = passage->flow;
	struct verdict verdict = {
	    .purpose = a->payload > 0 ? PURPOSE_DATA : PURPOSE_CONTROL,
	    .fresh = a->payload,
	};

	bool is_judged = !a->is_later_fragment || a->payload > 0;
	if (flow != NULL && flow->key.protocol == PROTO_TCP && is_judged)
		verdict = judge_tcp(pipeline, passage);
	int8_t side = (int8_t)passage->side;
	if (flow != NULL && verdict.fresh > 0 && flow->talking != side) {
		if (flow->talking != -1 && flow->owner != NULL)
			flow->owner->turns++;
		flow->talking = side;
	}
	return verdict;
}

static bool is_copy(struct pipeline *pipeline, const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;
	const struct frame *frame = passage->frame;
	uint32_t captured = frame->captured - a->ip_at;
	struct copies_packet packet = {
	    .at = frame->data + a->ip_at,
	    .captured = captured < a->ip_bytes ? captured : a->ip_bytes,
	    .length = a->ip_bytes,
	    .time_ns = frame->time_ns,
	};

	return copies_has(&pipeline->copies, &packet);
}

/* What makes the capture lie. */
static void warn_of(struct pipeline *pipeline, const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;
	uint64_t *warnings = pipeline->ledger.warnings;

	warnings[WARNING_SNAPPED] += a->is_snapped;
	warnings[WARNING_OFFLOAD] +=
	    a->is_ethernet && !a->is_loopback && a->ip_bytes > ETHERNET_MTU;
	warnings[WARNING_LINK_TYPE] +=
	    !anatomy_knows(passage->frame->link_type);
	if (a->ip_bytes > 0)
		warnings[WARNING_DUPLICATED] += is_copy(pipeline, passage);
}

static void post_to_group(struct pipeline *pipeline,
    const struct passage *passage)
{
	char name[GROUP_NAME_LEN];

	grouping_of_frame(pipeline->grouping, passage->frame, &passage->anatomy,
	    name);
	book_post(&groups_find(&pipeline->groups, name)->book,
	    &pipeline->posting);
}

static bool groups_frames(const struct pipeline *pipeline)
{
	return pipeline->grouping == GROUPING_LINK ||
	       pipeline->grouping == GROUPING_VLAN;
}

static void pass(struct pipeline *pipeline, struct passage *passage)
{
	struct posting *posting = &pipeline->posting;

	find_whose(pipeline, passage);
	const struct flow *flow = passage->flow;
	struct verdict verdict = judge(pipeline, passage);
	/* Step 4: into the books. */
	posting_write(posting, pipeline->ledger.level, passage->frame,
	    &passage->anatomy, &verdict);
	ledger_post(&pipeline->ledger, posting, flow != NULL,
	    flow != NULL ? flow->owner : NULL, passage->side);
	if (groups_frames(pipeline))
		post_to_group(pipeline, passage);
	if (pipeline->has_slices)
		slices_post(&pipeline->slices, posting);
	warn_of(pipeline, passage);
}

void pipeline_post(struct pipeline *pipeline, const struct frame *frames,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct passage *passage = &pipeline->passage[i];

		take_apart(&pipeline->table, passage, &frames[i]);
		if (passage->anatomy.has_ports)
			table_prefetch(&pipeline->table, passage->hash);
	}
	for (size_t i = 0; i < count; i++)
		if (pipeline->passage[i].anatomy.has_ports)
			table_prefetch_flow(&pipeline->table,
			    pipeline->passage[i].hash);
	for (size_t i = 0; i < count; i++)
		pass(pipeline, &pipeline->passage[i]);
}

void pipeline_dropped(struct pipeline *pipeline, uint64_t frames)
{
	uint64_t *dropped = &pipeline->ledger.warnings[WARNING_DROPPED];
	uint64_t room = INT64_MAX - *dropped;

	*dropped += frames < room ? frames : room;
}

/* Keep the frames that pass, in order; how many those are. */
static size_t sift(struct filter *filter, struct frame *frames, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (filter_passes(filter, &frames[i]))
			frames[kept++] = frames[i];
	return kept;
}

void pipeline_post_file(struct pipeline *pipeline, struct source *source,
    struct filter *filter)
{
	struct frame frames[PIPELINE_BATCH];
	size_t n;

	while ((n = source_read(source, frames, PIPELINE_BATCH)) > 0)
		pipeline_post(pipeline, frames,
		    filter == NULL ? n : sift(filter, frames, n));
	pipeline_dropped(pipeline, source_info(source)->dropped);
}

const struct ledger *pipeline_close(struct pipeline *pipeline)
{
	uint64_t *warnings = pipeline->ledger.warnings;

	ledger_sum(&pipeline->ledger);
	warnings[WARNING_NO_START] = pipeline->over[WARNING_NO_START];
	warnings[WARNING_NO_END] = pipeline->over[WARNING_NO_END];
	table_visit(&pipeline->table, count_ends, warnings);
	slices_close(&pipeline->slices);
	if (pipeline->grouping != GROUPING_NONE && !groups_frames(pipeline))
		grouping_of_flows(pipeline->grouping, &pipeline->ledger,
		    &pipeline->groups);
	return &pipeline->ledger;
}

const struct slices *pipeline_slices(const struct pipeline *pipeline)
{
	return pipeline->has_slices ? &pipeline->slices : NULL;
}

const struct groups *pipeline_groups(const struct pipeline *pipeline)
{
	return pipeline->grouping == GROUPING_NONE ? NULL : &pipeline->groups;
}

const struct ledger *pipeline_ledger(struct pipeline *pipeline)
{
	ledger_sum(&pipeline->ledger);
	return &pipeline->ledger;
}
