/* json_joint.c - what joins a flow with a later one, as JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/json_joint.h"
#include "capture/decode/anatomy.h"
#include "capture/flow/joint.h"
#include "capture/report/json.h"

static json_t *number_or_null(bool exists, uint32_t value)
{
	return exists ? json_count(value) : json_null();
}

/* How far a position is behind the first one. */
static json_t *offset(const struct joint_side *side, uint64_t position)
{
	return json_integer((json_int_t)(position - side->first));
}

static json_t *ranges_json(const struct joint_side *side,
    const struct ranges *seen)
{
	struct range list[RANGES_MAX];
	size_t count = ranges_list(seen, list);
	json_t *out = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(out,
		    json_pack("[o, o]", offset(side, list[i].from),
			json_count(list[i].to - list[i].from)));
	return out;
}

static json_t *runs_json(const struct joint_side *side)
{
	json_t *out = json_array();

	for (unsigned i = 0; i < side->runs; i++) {
		const struct joint_run *run = &side->run[i];

		json_array_append_new(out,
		    json_pack("[o, o, o, b]", offset(side, run->from),
			json_count(run->len), json_count(run->frames),
			run->has_old));
	}
	return out;
}

static json_t *side_json(const struct joint *joint, unsigned i)
{
	const struct tcp_side *state = &joint->state.side[i];
	const struct joint_side *side = &joint->side[i];
	json_t *out = json_object();
	bool has_first = state->seen.next != 0;

	json_object_set_new(out, "syn",
	    number_or_null(state->has_syn, state->isn));
	json_object_set_new(out, "is_syn_ack", json_boolean(state->has_synack));
	json_object_set_new(out, "window_scale", json_count(state->shift));
	json_object_set_new(out, "fin",
	    number_or_null(state->has_fin, state->fin));
	json_object_set_new(out, "blind_reset",
	    number_or_null(side->has_blind_reset, side->blind_reset));
	json_object_set_new(out, "end",
	    state->end == 0 ? json_null()
	    : has_first     ? offset(side, state->end)
			    : json_count((uint32_t)state->end));
	json_object_set_new(out, "first",
	    number_or_null(has_first, (uint32_t)side->first));
	json_object_set_new(out, "has_floor",
	    json_boolean(state->seen.has_floor));
	json_object_set_new(out, "ranges", ranges_json(side, &state->seen));
	json_object_set_new(out, "segments", runs_json(side));
	return out;
}

static json_t *talker_json(const struct owner *owner, int8_t side)
{
	if (side == -1)
		return json_null();
	return json_string(
	    (unsigned)side == owner->client ? "client" : "server");
}

json_t *json_of_joint(const struct owner *owner)
{
	const struct joint *joint = owner->joint;
	json_t *out = json_object();

	json_object_set_new(out, "first_talking",
	    talker_json(owner, joint->first_talking));
	json_object_set_new(out, "last_talking",
	    talker_json(owner, joint->state.talking));
	if (joint->state.key.protocol != anatomy_protocol_number("tcp"))
		return out;
	json_object_set_new(out, "knows_client",
	    json_boolean(joint->state.has_client));
	json_object_set_new(out, "is_reset",
	    json_boolean(joint->has_sure_reset));
	json_object_set_new(out, "client", side_json(joint, owner->client));
	json_object_set_new(out, "server", side_json(joint, !owner->client));
	return out;
}
