/* judging.c - step three of a frame's way: why was it sent, what is new? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/judging.h"
#include "capture/flow/joint.h"
#include "capture/listening.h"

static void learn_client(struct flow *flow, const struct verdict *verdict)
{
	if (!verdict->tells_client || flow->has_client)
		return;
	flow->has_client = true;
	flow->client = verdict->client;
	if (flow->owner != NULL)
		flow->owner->client = flow->client;
}

static bool is_later_fragment(const struct passage *passage)
{
	return passage->brief.shape == SHAPE_NONE &&
	       passage->anatomy->is_later_fragment;
}

static void judge_tcp(struct ledger *ledger, const struct port_range *ports,
    struct passage *passage)
{
	const struct segment *segment = &passage->brief.segment;
	struct verdict *verdict = &passage->verdict;
	struct flow *flow = passage->flow;
	struct joint *joint = whose_joint(flow);

	if (joint != NULL)
		joint_note(joint, flow, passage->side, segment);
	if (is_later_fragment(passage))
		purpose_of_fragment(flow, passage->side, segment, verdict);
	else
		purpose_of_segment(flow, passage->side, segment, verdict);
	learn_client(flow, verdict);
	if (!flow->is_unheard && verdict->fresh > 0)
		listening_hear(ledger, ports, flow, passage->side,
		    &passage->brief, verdict);
	ledger->warnings[WARNING_HOLES] += verdict->given_up;
}

/* It speaks, perhaps after the other, perhaps as the first. */
RARELY static void note_turn(struct flow *flow, int8_t side)
{
	if (flow->talking == side)
		return;
	if (flow->talking != -1)
		flow->owner->turns++;
	else if (flow->owner->joint != NULL)
		flow->owner->joint->first_talking = side;
}

/* A side sends something new. */
static void note_talk(struct flow *flow, int8_t side)
{
	if (flow->owner != NULL)
		note_turn(flow, side);
	flow->talking = side;
}

void judge(struct ledger *ledger, const struct port_range *ports,
    struct passage *passage)
{
	uint32_t payload = passage->brief.segment.len;
	struct flow *flow = passage->flow;

	if (flow != NULL && flow->key.protocol == PROTO_TCP &&
	    (!is_later_fragment(passage) || payload > 0))
		judge_tcp(ledger, ports, passage);
	else
		passage->verdict = (struct verdict){
		    .purpose = payload > 0 ? PURPOSE_DATA : PURPOSE_CONTROL,
		    .fresh = payload,
		};
	if (flow != NULL && passage->verdict.fresh > 0)
		note_talk(flow, (int8_t)passage->side);
}
