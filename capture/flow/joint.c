/* joint.c - a flow's two parts, from two captures, become one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/joint.h"
#include <stdlib.h>
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/grow.h"

struct joint *joint_new(void)
{
	struct joint *joint =
	    must(calloc(1, sizeof(*joint)), "flows to be joined");

	joint->state.talking = joint->first_talking = -1;
	return joint;
}

void joint_free(struct joint *joint)
{
	if (joint == NULL)
		return;
	for (unsigned i = 0; i < 2; i++) {
		ranges_destroy(&joint->state.side[i].seen);
		free(joint->side[i].run);
	}
	free(joint);
}

/* Does it go on where the last one, which there is, ends, and alike? */
static bool goes_on(const struct joint_side *side, const struct joint_run *run)
{
	const struct joint_run *last = &side->run[side->runs - 1];

	return !last->has_old && !run->has_old && last->len == run->len &&
	       run->from == last->from + last->len * last->frames;
}

void joint_add_run(struct joint_side *side, const struct joint_run *run)
{
	unsigned i = side->runs;

	if (i > 0 && goes_on(side, run)) {
		side->run[i - 1].frames += run->frames;
		return;
	}
	while (i > 0 && side->run[i - 1].from > run->from)
		i--;
	if (i == JOINT_RUNS)
		return;
	if (side->runs == JOINT_RUNS)
		side->runs--;
	else if ((side->runs & (side->runs - 1)) == 0) /* a power of two */
		side->run = must(realloc(side->run,
				     (side->runs * 2 + 1) * sizeof(*side->run)),
		    "flows to be joined");
	memmove(&side->run[i + 1], &side->run[i],
	    (side->runs - i) * sizeof(*side->run));
	side->run[i] = *run;
	side->runs++;
}

static void note_run(struct joint_side *side, const struct ranges *seen,
    uint32_t seq, uint32_t len)
{
	struct range unseen;

	if (len == 0 || ranges_is_astray(seen, seq, len) ||
	    !ranges_unseen(seen, seq, len, &unseen))
		return;
	struct joint_run run = {
	    .from = unseen.from,
	    .len = (uint32_t)(unseen.to - unseen.from),
	    .frames = 1,
	};
	run.has_old = run.len < len;
	joint_add_run(side, &run);
}

void joint_note(struct joint *joint, const struct flow *flow, unsigned side,
    const struct segment *segment)
{
	const struct tcp_side *from = &flow->side[side];
	struct joint_side *noted = &joint->side[side];
	bool has_syn = segment->flags & TCP_SYN;
	uint32_t seq = segment->seq + has_syn;

	if (from->seen.next == 0 && (has_syn || segment->len > 0))
		noted->first = ranges_position(&from->seen, seq);
	note_run(noted, &from->seen, seq, segment->len);
	if ((segment->flags & TCP_RST) == 0 ||
	    !purpose_heeds_reset(flow, side, segment->seq))
		return;
	if (from->end != 0) {
		joint->has_sure_reset = true;
		return;
	}
	noted->has_blind_reset = true;
	noted->blind_reset = segment->seq;
}

void joint_close(struct joint *joint, struct flow *flow)
{
	joint->state = *flow;
	joint->state.owner = NULL;
	joint->state.dialogue = NULL;
	for (unsigned i = 0; i < 2; i++)
		flow->side[i].seen = (struct ranges){0};
}

bool joint_is_next(const struct joint *earlier, const struct joint *later)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct tcp_side *from = &later->state.side[i];
		struct segment syn = {
		    .seq = from->isn,
		    .flags = from->has_synack ? TCP_SYN | TCP_ACK : TCP_SYN,
		};

		if (from->has_syn &&
		    purpose_begins_next(&earlier->state, i, &syn))
			return true;
	}
	return false;
}

/* What can not be new any more: what was seen, and all below a SYN. */
static size_t list_old(const struct ranges *seen,
    struct range list[RANGES_MAX + 1])
{
	size_t count = ranges_list(seen, list);

	if (!seen->has_floor)
		return count;
	if (count > 0 && list[0].from == seen->base) {
		list[0].from = 0;
		return count;
	}
	memmove(&list[1], &list[0], count * sizeof(list[0]));
	list[0] = (struct range){0, seen->base};
	return count + 1;
}

/* The frames of a run that lie in what is old, as a whole or in part. */
static void count_old(const struct joint_run *run, uint64_t start,
    const struct range *old, size_t count, struct joint_moved *moved)
{
	uint64_t end = start + run->len * run->frames;
	uint64_t known = 0; /* frames before this one were counted */

	for (size_t i = 0; i < count; i++) {
		uint64_t from = old[i].from > start ? old[i].from : start;
		uint64_t to = old[i].to < end ? old[i].to : end;

		if (from >= to)
			continue;
		uint64_t touched = (to - 1 - start) / run->len + 1;
		uint64_t first = (from - start) / run->len;
		uint64_t whole = (from - start + run->len - 1) / run->len;

		first = first > known ? first : known;
		if (touched > first && !run->has_old)
			moved->touched += touched - first;
		known = touched > known ? touched : known;
		if ((to - start) / run->len > whole)
			moved->emptied += (to - start) / run->len - whole;
	}
}

static void join_runs(struct joint_side *side, const struct joint_side *later,
    uint64_t shift, const struct ranges *seen, struct joint_moved *moved)
{
	struct range old[RANGES_MAX + 1];
	size_t count = list_old(seen, old);

	for (unsigned i = 0; i < later->runs; i++) {
		struct joint_run run = later->run[i];

		run.from += shift;
		count_old(&run, run.from, old, count, moved);
		if (run.from >= seen->next)
			joint_add_run(side, &run);
	}
}

static void join_facts(struct tcp_side *to, const struct tcp_side *later,
    uint64_t shift)
{
	uint64_t end = later->seen.next != 0
			   ? later->end + shift
			   : ranges_position(&to->seen, (uint32_t)later->end);

	if (later->end != 0 && end > to->end) {
		to->end = end;
		ranges_anchor(&to->seen, end);
	}
	if (later->has_fin)
		purpose_note_fin(to, later->fin);
	if (to->has_syn || !later->has_syn)
		return;
	to->has_syn = true;
	to->has_synack = later->has_synack;
	to->isn = later->isn;
	to->shift = later->shift;
}

static void join_side(struct joint *joint, const struct joint *later,
    unsigned i, struct joint_moved *moved, uint64_t *given_up)
{
	struct tcp_side *to = &joint->state.side[i];
	const struct tcp_side *from = &later->state.side[i];
	struct joint_side *side = &joint->side[i];
	uint64_t first = later->side[i].first, shift = 0;

	if ((to->seen.next != 0 || to->end != 0) && from->seen.next != 0)
		shift = ranges_position(&to->seen, (uint32_t)first) - first;
	join_runs(side, &later->side[i], shift, &to->seen, moved);
	if (side->first == 0)
		side->first = first + shift;
	moved->bytes = ranges_join(&to->seen, &from->seen, shift, given_up);
	join_facts(to, from, shift);
}

/* Resets of the later part, judged by what the earlier one knew. */
static void join_resets(struct joint *joint, const struct joint *later)
{
	joint->has_sure_reset |= later->has_sure_reset;
	for (unsigned i = 0; i < 2; i++) {
		const struct joint_side *from = &later->side[i];

		if (!from->has_blind_reset ||
		    !purpose_heeds_reset(&joint->state, i, from->blind_reset))
			continue;
		if (joint->state.side[i].end != 0) {
			joint->has_sure_reset = true;
			continue;
		}
		joint->side[i].has_blind_reset = true;
		joint->side[i].blind_reset = from->blind_reset;
	}
	joint->state.is_reset = joint->has_sure_reset ||
				joint->side[0].has_blind_reset ||
				joint->side[1].has_blind_reset;
}

void joint_join(struct joint *joint, const struct joint *later,
    struct joint_moved moved[2], uint64_t *given_up)
{
	if (!joint->state.has_client && later->state.has_client) {
		joint->state.has_client = true;
		joint->state.client = later->state.client;
	}
	moved[0] = moved[1] = (struct joint_moved){0};
	join_resets(joint, later);
	for (unsigned i = 0; i < 2; i++)
		join_side(joint, later, i, &moved[i], given_up);
}
