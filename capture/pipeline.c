/* pipeline.c - the whole way of a packet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pipeline.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/fragments.h"
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"

enum {
	PROTO_TCP = 6,
	ETHERNET_MTU = 1500,
	/* IEEE 802.3: preamble 7, start 1, gap 12; FCS 4; least frame 64. */
	WIRE_AROUND = 20,
	WIRE_FCS = 4,
	WIRE_LEAST = 64,
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
	struct table table;
	struct fragments fragments;
	struct passage passage[PIPELINE_BATCH];
	struct posting posting;
	const struct owner *last_owner; /* of the last frame; or NULL */
};

struct pipeline *pipeline_new(enum level level, bool keeps_owners)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (pipeline == NULL)
		err(EXIT_FAILURE, "pipeline");
	ledger_init(&pipeline->ledger, level, keeps_owners);
	table_init(&pipeline->table);
	return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
	table_destroy(&pipeline->table);
	fragments_destroy(&pipeline->fragments);
	ledger_destroy(&pipeline->ledger);
	free(pipeline);
}

/* Step 1: what is each byte, and which five-tuple is it? */
static void take_apart(struct passage *passage, const struct frame *frame)
{
	const struct anatomy *a = &passage->anatomy;
	struct flow_key *key = &passage->key;

	passage->frame = frame;
	passage->flow = NULL;
	anatomy_of(frame, &passage->anatomy);
	passage->seq = a->seq;
	if (!a->has_ports)
		return;
	int order = memcmp(a->source, a->destination, sizeof(a->source));
	if (order == 0)
		order = (int)a->source_port - (int)a->destination_port;
	passage->side = order > 0;
	unsigned from = passage->side, to = !from;
	memcpy(key->address[from], a->source, sizeof(a->source));
	memcpy(key->address[to], a->destination, sizeof(a->destination));
	key->port[from] = a->source_port;
	key->port[to] = a->destination_port;
	key->protocol = a->protocol;
	key->ip_version = a->ip_version;
	passage->hash = table_hash(key);
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

	return (struct segment){passage->seq, a->ack, a->payload, a->tcp_flags};
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
			flow = table_renew(&pipeline->table, flow);
			is_new = true;
		}
	}
	if (is_new)
		open_owner(pipeline, flow);
	return flow;
}

static struct fragment_key fragment_key_of(const struct anatomy *a)
{
	struct fragment_key key = {
	    .id = a->fragment_id,
	    .protocol = a->protocol,
	    .ip_version = a->ip_version,
	};

	memcpy(key.source, a->source, sizeof(key.source));
	memcpy(key.destination, a->destination, sizeof(key.destination));
	return key;
}

/* A first fragment tells whose the later ones are. */
static void note_fragment(struct pipeline *pipeline,
    const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;
	struct fragment_origin origin = {
	    .key = fragment_key_of(a),
	    .flow = passage->flow,
	    .side = (uint8_t)passage->side,
	    .seq = a->seq - a->transport_bytes,
	};

	fragments_note(&pipeline->fragments, &origin);
}

static void follow_fragment(struct pipeline *pipeline, struct passage *passage)
{
	struct fragment_key key = fragment_key_of(&passage->anatomy);
	const struct fragment_origin *origin =
	    fragments_find(&pipeline->fragments, &key);

	if (origin == NULL) {
		pipeline->ledger.warnings[WARNING_LATER_FRAGMENT]++;
		return;
	}
	passage->flow = origin->flow;
	passage->side = origin->side;
	passage->seq = origin->seq + passage->anatomy.fragment_at;
}

/* Step 2: whose is it? */
static void find_whose(struct pipeline *pipeline, struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;

	if (a->has_ports)
		passage->flow = find_flow(pipeline, passage);
	if (a->is_first_fragment)
		note_fragment(pipeline, passage);
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

	if (flow != NULL && a->protocol == PROTO_TCP)
		verdict = judge_tcp(pipeline, passage);
	int8_t side = (int8_t)passage->side;
	if (flow != NULL && verdict.fresh > 0 && flow->talking != side) {
		if (flow->talking != -1 && flow->owner != NULL)
			flow->owner->turns++;
		flow->talking = side;
	}
	return verdict;
}

static void enter(struct posting *posting, enum account account, uint32_t bytes)
{
	if (bytes == 0)
		return;
	posting->entry[posting->entries++] = (struct entry){account, bytes};
	posting->bytes += bytes;
}

static bool is_counted(const struct anatomy *a, uint32_t i, enum level level)
{
	switch (level) {
	case LEVEL_TRANSPORT:
		return i >= a->transport_at;
	case LEVEL_IP:
		return a->part[i].is_inside_ip;
	case LEVEL_LINK:
	case LEVEL_WIRE:
	case LEVEL_COUNT:
		break;
	}
	return true;
}

/* What an Ethernet cable carries besides the frame in the capture. */
static uint32_t phy_bytes(const struct frame *frame)
{
	uint32_t fcs = frame->fcs_len > 0 ? 0 : WIRE_FCS;
	uint64_t len = (uint64_t)frame->length + fcs;

	return WIRE_AROUND + fcs +
	       (len < WIRE_LEAST ? (uint32_t)(WIRE_LEAST - len) : 0);
}

/* Step 4: write the entries, with the payload split into new and repeated. */
static void write_posting(struct posting *posting, enum level level,
    const struct passage *passage, const struct verdict *verdict)
{
	const struct anatomy *a = &passage->anatomy;
	uint32_t fresh = verdict->fresh;

	posting->entries = posting->options = 0;
	posting->bytes = 0;
	posting->purpose = verdict->purpose;
	posting->time_ns = passage->frame->time_ns;
	posting->payload = fresh;
	for (uint32_t i = 0; i < a->parts; i++) {
		const struct part *part = &a->part[i];

		if (!is_counted(a, i, level))
			continue;
		if (part->account != ACCOUNT_PAYLOAD) {
			enter(posting, part->account, part->bytes);
			continue;
		}
		enter(posting, ACCOUNT_PAYLOAD, fresh);
		enter(posting, ACCOUNT_REPEATED, part->bytes - fresh);
	}
	if (level == LEVEL_WIRE && a->is_ethernet)
		enter(posting, ACCOUNT_PHY, phy_bytes(passage->frame));
	posting->options = a->options;
	memcpy(posting->option, a->option, a->options * sizeof(a->option[0]));
}

/* What makes the capture lie. */
static void warn_of(struct ledger *ledger, const struct passage *passage)
{
	const struct anatomy *a = &passage->anatomy;
	uint64_t *warnings = ledger->warnings;

	warnings[WARNING_SNAPPED] += a->is_snapped;
	warnings[WARNING_OFFLOAD] +=
	    a->is_ethernet && !a->is_loopback && a->ip_bytes > ETHERNET_MTU;
	warnings[WARNING_LINK_TYPE] +=
	    !anatomy_knows(passage->frame->link_type);
}

static void pass(struct pipeline *pipeline, struct passage *passage)
{
	struct posting *posting = &pipeline->posting;

	find_whose(pipeline, passage);
	const struct flow *flow = passage->flow;
	struct verdict verdict = judge(pipeline, passage);
	write_posting(posting, pipeline->ledger.level, passage, &verdict);
	struct owner *owner = flow != NULL ? flow->owner : NULL;
	ledger_post(&pipeline->ledger, posting, flow != NULL, owner,
	    passage->side);
	pipeline->last_owner = owner;
	warn_of(&pipeline->ledger, passage);
}

void pipeline_post(struct pipeline *pipeline, const struct frame *frames,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct passage *passage = &pipeline->passage[i];

		take_apart(passage, &frames[i]);
		if (passage->anatomy.has_ports)
			table_prefetch(&pipeline->table, passage->hash);
	}
	for (size_t i = 0; i < count; i++)
		pass(pipeline, &pipeline->passage[i]);
}

struct pipeline_last pipeline_last(const struct pipeline *pipeline)
{
	return (struct pipeline_last){&pipeline->posting, pipeline->last_owner};
}

void pipeline_dropped(struct pipeline *pipeline, uint64_t frames)
{
	pipeline->ledger.warnings[WARNING_DROPPED] += frames;
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

static void count_ends(const struct flow *flow, void *arg)
{
	uint64_t *warnings = arg;

	if (flow->key.protocol != PROTO_TCP)
		return;
	warnings[WARNING_NO_START] += !purpose_has_start(flow);
	warnings[WARNING_NO_END] += !purpose_has_end(flow);
}

const struct ledger *pipeline_close(struct pipeline *pipeline)
{
	uint64_t *warnings = pipeline->ledger.warnings;

	warnings[WARNING_NO_START] = warnings[WARNING_NO_END] = 0;
	table_visit(&pipeline->table, count_ends, warnings);
	return &pipeline->ledger;
}

const struct ledger *pipeline_ledger(const struct pipeline *pipeline)
{
	return &pipeline->ledger;
}
