/* joint.c - what joins a flow with a later one, read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/joint.h"
#include "capture/parse/flow.h"

/*
 * Of offsets in one direction, bytes.  So many ledgers as a command line can
 * name do not overflow positions of 64 bits.
 */
static const int64_t offset_min = -(INT64_C(1) << 33);
static const int64_t offset_max = INT64_C(1) << 44;

enum { MAX_SHIFT = 255 };

static bool parse_talker(const struct place *place, json_t *object,
    const char *key, const struct owner *owner, int8_t *out)
{
	struct place at = place_member(place, key);
	const char *text = NULL;

	if (!value_text_or_null(place, object, key, &text))
		return false;
	if (text == NULL)
		*out = -1;
	else if (strcmp(text, "client") == 0)
		*out = (int8_t)owner->client;
	else if (strcmp(text, "server") == 0)
		*out = (int8_t)!owner->client;
	else
		return place_complain(&at, "neither client nor server");
	return true;
}

/* An array of whole numbers from an offset on: [offset, length, ...]. */
static bool parse_row(const struct place *place, json_t *row, uint64_t first,
    struct range *out)
{
	struct place at_offset = place_item(place, 0);
	struct place at_length = place_item(place, 1);

	if (!json_is_array(row))
		return place_complain(place, "it is not an array");
	if (!value_is_integer(&at_offset, json_array_get(row, 0), offset_min,
		offset_max) ||
	    !value_is_integer(&at_length, json_array_get(row, 1), 1,
		offset_max))
		return false;
	out->from =
	    first + (uint64_t)json_integer_value(json_array_get(row, 0));
	out->to =
	    out->from + (uint64_t)json_integer_value(json_array_get(row, 1));
	return true;
}

static bool parse_ranges(const struct place *place, json_t *rows,
    uint64_t first, struct ranges *out)
{
	uint64_t given_up = 0;

	if (json_array_size(rows) > RANGES_MAX)
		return place_complain(place, "more than %d", RANGES_MAX);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct place at = place_item(place, i);
		struct range range;

		if (!parse_row(&at, json_array_get(rows, i), first, &range))
			return false;
		if (out->next != 0 && range.from < out->next + (i > 0))
			return place_complain(&at,
			    "it is not behind the one before");
		(void)ranges_note(out, range.from, range.to, &given_up);
	}
	return true;
}

static bool parse_run(const struct place *place, json_t *row, uint64_t first,
    struct joint_run *out)
{
	struct place at_frames = place_item(place, 2);
	struct place at_old = place_item(place, 3);
	struct range range;

	if (!parse_row(place, row, first, &range))
		return false;
	uint64_t len = range.to - range.from;
	json_t *frames = json_array_get(row, 2);
	json_t *has_old = json_array_get(row, 3);
	if (len > UINT32_MAX)
		return place_complain(place, "too long for a segment");
	if (!value_is_integer(&at_frames, frames, 1, offset_max / (int64_t)len))
		return false;
	if (!json_is_boolean(has_old))
		return place_complain(&at_old, "it is not true or false");
	out->from = range.from;
	out->len = (uint32_t)len;
	out->frames = (uint64_t)json_integer_value(frames);
	out->has_old = json_is_true(has_old);
	return true;
}

static bool parse_runs(const struct place *place, json_t *rows, uint64_t first,
    struct joint_side *out)
{
	if (json_array_size(rows) > JOINT_RUNS)
		return place_complain(place, "more than %d", JOINT_RUNS);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct place at = place_item(place, i);
		struct joint_run run;

		if (!parse_run(&at, json_array_get(rows, i), first, &run))
			return false;
		joint_add_run(out, &run);
	}
	return true;
}

static bool parse_seen(const struct place *place, json_t *object,
    struct ranges *seen, struct joint_side *side)
{
	struct place at_ranges = place_member(place, "ranges");
	struct place at_runs = place_member(place, "segments");
	json_t *ranges = NULL, *runs = NULL;
	bool has_first = false, has_floor = false;
	uint32_t first = 0;

	if (!value_seq(place, object, "first", &has_first, &first) ||
	    !value_bool(place, object, "has_floor", &has_floor) ||
	    !value_get(place, object, "ranges", JSON_ARRAY, &ranges) ||
	    !value_get(place, object, "segments", JSON_ARRAY, &runs))
		return false;
	if (!has_first) {
		if (has_floor || json_array_size(ranges) > 0 ||
		    json_array_size(runs) > 0)
			return place_complain(place, "'first' is missing");
		return true;
	}
	if (!has_floor && json_array_size(ranges) == 0)
		return place_complain(&at_ranges, "there are none");
	side->first = RANGES_ORIGIN + first;
	if (has_floor)
		ranges_start(seen, first);
	return parse_ranges(&at_ranges, ranges, side->first, seen) &&
	       parse_runs(&at_runs, runs, side->first, side);
}

static bool parse_end(const struct place *place, json_t *object,
    const struct joint_side *side, uint64_t *out)
{
	struct place at = place_member(place, "end");
	json_t *end = json_object_get(object, "end");

	*out = 0;
	if (json_is_null(end))
		return true;
	if (!value_is_integer(&at, end, side->first == 0 ? 0 : offset_min,
		offset_max))
		return false;
	*out = (side->first == 0 ? RANGES_ORIGIN : side->first) +
	       (uint64_t)json_integer_value(end);
	return true;
}

static bool parse_side(const struct place *place, const char *key,
    json_t *object, struct tcp_side *state, struct joint_side *side)
{
	struct place at = place_member(place, key);
	bool has_syn = false, is_syn_ack = false, has_fin = false;
	json_t *member = NULL;
	uint64_t shift = 0;

	if (!value_get(place, object, key, JSON_OBJECT, &member) ||
	    !value_seq(&at, member, "syn", &has_syn, &state->isn) ||
	    !value_bool(&at, member, "is_syn_ack", &is_syn_ack) ||
	    !value_count(&at, member, "window_scale", MAX_SHIFT, &shift) ||
	    !value_seq(&at, member, "fin", &has_fin, &state->fin) ||
	    !value_seq(&at, member, "blind_reset", &side->has_blind_reset,
		&side->blind_reset) ||
	    !parse_seen(&at, member, &state->seen, side) ||
	    !parse_end(&at, member, side, &state->end))
		return false;
	ranges_anchor(&state->seen, state->end);
	state->has_syn = has_syn;
	state->has_synack = is_syn_ack;
	state->shift = (uint8_t)shift;
	state->has_fin = has_fin;
	return true;
}

static bool parse_tcp(const struct place *place, json_t *object,
    const struct owner *owner, struct joint *joint)
{
	unsigned client = owner->client, server = !client;
	struct flow *state = &joint->state;
	bool knows_client = false;

	if (!value_bool(place, object, "knows_client", &knows_client) ||
	    !value_bool(place, object, "is_reset", &joint->has_sure_reset) ||
	    !parse_side(place, "client", object, &state->side[client],
		&joint->side[client]) ||
	    !parse_side(place, "server", object, &state->side[server],
		&joint->side[server]))
		return false;
	state->has_client = knows_client;
	state->is_reset = joint->has_sure_reset ||
			  joint->side[0].has_blind_reset ||
			  joint->side[1].has_blind_reset;
	return true;
}

bool parse_joint(const struct place *place, json_t *object, struct owner *owner)
{
	struct joint *joint = owner->joint = joint_new();
	struct flow *state = &joint->state;

	state->key.protocol = anatomy_protocol_number(owner->protocol);
	state->client = (uint8_t)owner->client;
	if (!parse_talker(place, object, "first_talking", owner,
		&joint->first_talking) ||
	    !parse_talker(place, object, "last_talking", owner,
		&state->talking))
		return false;
	return strcmp(owner->protocol, "tcp") != 0 ||
	       parse_tcp(place, object, owner, joint);
}
