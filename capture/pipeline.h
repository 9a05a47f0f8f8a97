/* pipeline.h - the whole way of a packet: decode, flow, purpose, ledger. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PIPELINE_H
#define CAPTURE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include "capture/application/dialogue.h"
#include "capture/ledger/groups.h"
#include "capture/ledger/ledger.h"
#include "capture/ledger/shelf.h"
#include "capture/ledger/slices.h"
#include "capture/batch.h"
#include "capture/source/frame.h"

/* Frames posted at once: with 32 or 1024 a report takes longer. */
enum { PIPELINE_BATCH = 256 };

/* One ledger being kept, over any number of captures in order. */
struct pipeline;

/* What is wanted of it. */
struct pipeline_plan {
	enum level level;
	bool keeps_owners;       /* the figures of each flow */
	bool shelves_flows;      /* until the report: pipeline_flows */
	struct shelf_plan shelf; /* with shelves_flows: how */
	bool is_mergeable;       /* and what joins it with a later one */
	uint64_t flow_timeout_s; /* silent flows leave; 0: none does */
	uint64_t interval_ns;    /* the figures by time, or 0 */
	enum grouping grouping;  /* link and vlan: of frames; others: flows */
	struct port_range ports; /* where applications are looked for */
	/*
	 * Of several workers, of which each posts the flows that are its own;
	 * workers 0: one alone.  With several no figure is by time, link or
	 * VLAN, and no flow can be joined.
	 */
	uint32_t worker, workers;
	uint64_t seed; /* of hashes: the same for all */
};

/* Never NULL: the program ends when memory is out.  Free with _free. */
struct pipeline *pipeline_new(const struct pipeline_plan *plan);
void pipeline_free(struct pipeline *pipeline);

/* Post at most PIPELINE_BATCH frames, in capture order, as one worker. */
void pipeline_post(struct pipeline *pipeline, const struct frame *frames,
    size_t count);

/*
 * Post of a batch, after tuple_prepare, what is this worker's.  Others may
 * post theirs at the same time; every worker gets all batches, in order.
 */
void pipeline_post_share(struct pipeline *pipeline, const struct batch *batch);

/*
 * Count in all frames of a batch, after tuple_prepare, what was captured
 * twice.  It is one pipeline's of several workers', batches in order, and may
 * run beside pipeline_post_share, by another thread too.
 */
void pipeline_check(struct pipeline *pipeline, const struct batch *batch);

/* How the last frame posted was booked, if owners are kept, until the next. */
struct pipeline_last {
	const struct posting *posting;
	const struct owner *owner; /* of its flow; or NULL */
};
struct pipeline_last pipeline_last(const struct pipeline *pipeline);

/* Frames the capture says it lost, to be added to the warnings. */
void pipeline_dropped(struct pipeline *pipeline, uint64_t frames);

/* Add what another worker has posted, and no more; then only free it. */
void pipeline_absorb(struct pipeline *pipeline, struct pipeline *other);

/*
 * The books at the end, owned by the pipeline: nothing is posted any more.
 * Warnings that need the end of the capture (connections without start or
 * end) are counted now.
 */
const struct ledger *pipeline_close(struct pipeline *pipeline);

/*
 * After pipeline_close: all flows, or NULL unless they were to be shelved;
 * owned likewise.  Several workers sort them in order of appearance whatever
 * was asked for, as they do not know their ids before.
 */
struct shelf *pipeline_flows(const struct pipeline *pipeline);

/* After pipeline_close: the figures by time, or NULL; owned likewise. */
const struct slices *pipeline_slices(const struct pipeline *pipeline);

/* After pipeline_close: the books by group, or NULL; owned likewise. */
const struct groups *pipeline_groups(const struct pipeline *pipeline);

/* The books while they are being kept. */
const struct ledger *pipeline_ledger(struct pipeline *pipeline);

#endif
