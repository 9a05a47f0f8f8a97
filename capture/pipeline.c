/* pipeline.c - the whole way of a packet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pipeline.h"
#include <stdlib.h>
#include <string.h>
#include "capture/decode/regular.h"
#include "capture/flow/copies.h"
#include "capture/grouping.h"
#include "capture/grow.h"
#include "capture/judging.h"
#include "capture/keeping.h"
#include "capture/mine.h"
#include "capture/posting.h"
#include "capture/shapes.h"
#include "capture/tuple.h"
#include "capture/whose.h"

enum { ETHERNET_MTU = 1500 };

struct pipeline {
	struct ledger ledger;
	struct port_range ports;
	bool has_slices;
	struct slices slices;
	enum grouping grouping;
	struct groups groups;
	struct shelf *shelf; /* NULL: no flow will be shown */
	struct keeping keeping;
	bool is_closed;
	struct whose whose;
	struct copies copies;
	struct batch batch; /* of frames that came alone */
	struct mine mine;
	bool counts_shapes; /* only totals are wanted */
	struct shapes shapes;
	struct posting posting;
	const struct owner *last_owner; /* of the last frame; or NULL */
};

static bool groups_frames(const struct pipeline *pipeline)
{
	return pipeline->grouping == GROUPING_LINK ||
	       pipeline->grouping == GROUPING_VLAN;
}

/* What becomes of the figures of flows. */
static void plan_keeping(struct pipeline *pipeline,
    const struct pipeline_plan *plan)
{
	struct shelf_plan shelf = plan->shelf;

	if (plan->workers > 1 && shelf.column != COLUMN_ID) {
		/* selection.c sorts them again, and has the other half. */
		shelf = (struct shelf_plan){
		    .column = COLUMN_ID,
		    .keep = SIZE_MAX,
		    .budget = shelf.budget / 2,
		};
	}
	if (plan->workers > 1)
		shelf.budget /= plan->workers;
	if (plan->shelves_flows)
		pipeline->shelf = shelf_new(&shelf);
	pipeline->keeping = (struct keeping){
	    .shelf = pipeline->shelf,
	    .grouping = plan->grouping,
	};
	if (plan->grouping != GROUPING_NONE && !groups_frames(pipeline))
		pipeline->keeping.groups = &pipeline->groups;
}

struct pipeline *pipeline_new(const struct pipeline_plan *plan)
{
	struct pipeline *pipeline =
	    must(calloc(1, sizeof(*pipeline)), "pipeline");

	ledger_init(&pipeline->ledger, plan->level, plan->keeps_owners);
	pipeline->ports = plan->ports;
	pipeline->has_slices = plan->interval_ns > 0;
	slices_init(&pipeline->slices, plan->interval_ns);
	struct share share = {
	    .worker = plan->worker,
	    .workers = plan->workers > 0 ? plan->workers : 1,
	    .seed = plan->seed,
	};
	whose_init(&pipeline->whose, plan->flow_timeout_s, &share);
	pipeline->whose.is_mergeable = plan->is_mergeable;
	pipeline->grouping = plan->grouping;
	groups_init(&pipeline->groups, pipeline->whose.table.seed);
	plan_keeping(pipeline, plan);
	pipeline->counts_shapes = !plan->keeps_owners &&
				  !pipeline->has_slices &&
				  !groups_frames(pipeline);
	return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
	whose_destroy(&pipeline->whose);
	ledger_destroy(&pipeline->ledger);
	slices_destroy(&pipeline->slices);
	groups_destroy(&pipeline->groups);
	batch_destroy(&pipeline->batch);
	shelf_free(pipeline->shelf);
	free(pipeline);
}

static bool is_copy(struct pipeline *pipeline, const struct passage *passage)
{
	const struct brief *brief = &passage->brief;
	const struct frame *frame = passage->frame;
	uint32_t captured = frame->captured - brief->ip_at;
	struct copies_packet packet = {
	    .at = frame->data + brief->ip_at,
	    .captured = captured < brief->ip_bytes ? captured : brief->ip_bytes,
	    .length = brief->ip_bytes,
	    .time_ns = frame->time_ns,
	};

	return copies_has(&pipeline->copies, &packet);
}

/* An Ethernet packet larger than any cable's; the host's own may be so. */
static bool is_offloaded(const struct passage *passage)
{
	if (passage->brief.ip_bytes <= ETHERNET_MTU)
		return false;
	if (passage->brief.shape != SHAPE_NONE)
		return !regular_is_loopback(passage->frame);
	const struct anatomy *a = passage->anatomy;
	return (a->is_ethernet || a->is_cooked_ethernet) && !a->is_loopback;
}

/* What makes the capture lie. */
static void warn_of(struct pipeline *pipeline, const struct passage *passage)
{
	const struct frame *frame = passage->frame;
	uint64_t *warnings = pipeline->ledger.warnings;

	warnings[WARNING_SNAPPED] += frame->captured < frame->length;
	warnings[WARNING_OFFLOAD] += is_offloaded(passage);
	if (passage->brief.shape == SHAPE_NONE)
		warnings[WARNING_LINK_TYPE] +=
		    !anatomy_knows(passage->frame->link_type);
}

/* A copy is known by what came before it, whosever that was. */
void pipeline_check(struct pipeline *pipeline, const struct batch *batch)
{
	uint64_t copies = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->passage[i].brief.ip_bytes > 0)
			copies += is_copy(pipeline, &batch->passage[i]);
	copies_keep(&pipeline->copies);
	pipeline->ledger.warnings[WARNING_DUPLICATED] += copies;
}

static void post_to_group(struct pipeline *pipeline,
    const struct passage *passage)
{
	char name[GROUP_NAME_LEN];

	if (passage->brief.shape != SHAPE_NONE)
		regular_write(passage->frame, &passage->brief,
		    passage->anatomy);
	grouping_of_frame(pipeline->grouping, passage->frame, passage->anatomy,
	    name);
	book_post(&groups_find(&pipeline->groups, name)->book,
	    &pipeline->posting);
}

static void write_posting(struct pipeline *pipeline,
    const struct passage *passage)
{
	const struct verdict *verdict = &passage->verdict;
	const struct frame *frame = passage->frame;
	const struct brief *brief = &passage->brief;
	enum level level = pipeline->ledger.level;

	if (brief->shape == SHAPE_NONE) {
		posting_write(&pipeline->posting, level, frame,
		    passage->anatomy, verdict);
		return;
	}
	struct shape_sum one = {
	    .frames = 1,
	    .fresh = verdict->fresh,
	    .repeated = brief->segment.len - verdict->fresh,
	    .length = frame->length,
	    .phy = posting_phy(frame),
	};
	posting_write_shape(&pipeline->posting, level, brief->shape,
	    verdict->purpose, &one);
	pipeline->posting.time_ns = frame->time_ns;
}

/* Step four: into the books. */
static void book(struct pipeline *pipeline, const struct passage *passage)
{
	struct posting *posting = &pipeline->posting;
	struct flow *flow = passage->flow;

	if (pipeline->counts_shapes && passage->brief.shape != SHAPE_NONE) {
		shapes_post(&pipeline->shapes, pipeline->ledger.level,
		    passage->frame, &passage->brief, &passage->verdict);
		return;
	}
	write_posting(pipeline, passage);
	struct owner *owner = flow != NULL ? flow->owner : NULL;
	ledger_post(&pipeline->ledger, posting, flow != NULL, owner,
	    passage->side);
	pipeline->last_owner = owner;
	if (groups_frames(pipeline))
		post_to_group(pipeline, passage);
	if (pipeline->has_slices)
		slices_post(&pipeline->slices, posting);
}

static void pass(struct pipeline *pipeline, struct passage *passage)
{
	whose_find(&pipeline->whose, &pipeline->ledger, passage);
	if (!passage->is_mine)
		return;
	judge(&pipeline->ledger, &pipeline->ports, passage);
	book(pipeline, passage);
	warn_of(pipeline, passage);
}

/* Of flows that are over. */
static void let_go(struct pipeline *pipeline)
{
	keeping_take(&pipeline->keeping, &pipeline->ledger,
	    pipeline->whose.over);
	pipeline->whose.over = NULL;
}

void pipeline_post_share(struct pipeline *pipeline, const struct batch *batch)
{
	struct whose *whose = &pipeline->whose;

	if (batch->count == 0)
		return;
	whose_begin(whose, batch);
	size_t count = mine_take(&pipeline->mine, &whose->share, batch);
	for (size_t at = 0; at < count; at += MINE_TOGETHER) {
		size_t left = count - at;
		size_t n = left < MINE_TOGETHER ? left : MINE_TOGETHER;
		struct passage **some =
		    mine_prepare(&pipeline->mine, whose, at, n);

		for (size_t i = 0; i < n; i++)
			pass(pipeline, some[i]);
		whose_sweep(whose);
		let_go(pipeline);
	}
	whose_end(whose, batch);
}

void pipeline_post(struct pipeline *pipeline, const struct frame *frames,
    size_t count)
{
	struct batch *batch = &pipeline->batch;

	if (batch->room == 0) /* who shares a ring's needs none */
		batch_init(batch, PIPELINE_BATCH, false);
	batch->frame = frames;
	batch->count = count;
	tuple_prepare(&pipeline->whose.share, batch);
	pipeline_check(pipeline, batch);
	pipeline_post_share(pipeline, batch);
}

struct pipeline_last pipeline_last(const struct pipeline *pipeline)
{
	return (struct pipeline_last){&pipeline->posting, pipeline->last_owner};
}

void pipeline_dropped(struct pipeline *pipeline, uint64_t frames)
{
	uint64_t *dropped = &pipeline->ledger.warnings[WARNING_DROPPED];
	uint64_t room = INT64_MAX - *dropped;

	*dropped += frames < room ? frames : room;
}

/* What was counted apart goes into the books, and what never ended is over. */
static void end_posting(struct pipeline *pipeline)
{
	shapes_settle(&pipeline->shapes, &pipeline->ledger);
	whose_count_ends(&pipeline->whose, &pipeline->ledger);
	keeping_take_all(&pipeline->keeping, &pipeline->ledger);
}

void pipeline_absorb(struct pipeline *pipeline, struct pipeline *other)
{
	uint64_t *left = pipeline->whose.left;
	uint64_t *warnings = other->ledger.warnings;

	end_posting(other);
	left[WARNING_NO_START] += warnings[WARNING_NO_START];
	left[WARNING_NO_END] += warnings[WARNING_NO_END];
	warnings[WARNING_NO_START] = warnings[WARNING_NO_END] = 0;
	ledger_absorb(&pipeline->ledger, &other->ledger);
	if (other->keeping.groups != NULL)
		groups_absorb(&pipeline->groups, &other->groups);
	if (other->shelf != NULL)
		shelf_absorb(pipeline->shelf, other->shelf);
	other->shelf = NULL;
}

const struct ledger *pipeline_close(struct pipeline *pipeline)
{
	if (pipeline->is_closed)
		return &pipeline->ledger;
	pipeline->is_closed = true;
	end_posting(pipeline);
	ledger_sum(&pipeline->ledger);
	slices_close(&pipeline->slices);
	if (pipeline->keeping.groups != NULL)
		grouping_of_rest(&pipeline->ledger, &pipeline->groups);
	return &pipeline->ledger;
}

struct shelf *pipeline_flows(const struct pipeline *pipeline)
{
	return pipeline->shelf;
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
	shapes_settle(&pipeline->shapes, &pipeline->ledger);
	ledger_sum(&pipeline->ledger);
	return &pipeline->ledger;
}
