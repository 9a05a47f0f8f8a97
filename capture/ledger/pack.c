/* pack.c - a flow's figures as few bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/pack.h"
#include <stdlib.h>
#include <string.h>
#include "capture/flow/joint.h"
#include "capture/grow.h"

enum { NUMBER_MAX = 10, ROOM = 256 };

static uint8_t *make_room(struct bytes *to, size_t len)
{
	if (to->room - to->len < len) {
		size_t room = to->room + to->room / 2 + len + ROOM;

		to->at = must(realloc(to->at, room), "flows");
		to->room = room;
	}
	return to->at + to->len;
}

void bytes_put(struct bytes *to, const void *data, size_t len)
{
	if (len > 0)
		memcpy(make_room(to, len), data, len);
	to->len += len;
}

/* Seven bits a byte, the lowest first; the last one is below 128. */
static void put_number(struct bytes *to, uint64_t value)
{
	uint8_t *at = make_room(to, NUMBER_MAX);

	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	to->len = (size_t)(at - to->at);
}

static bool take(struct cursor *from, void *out, size_t len)
{
	const uint8_t *at = cursor_take(from, len);

	if (at != NULL)
		memcpy(out, at, len);
	return at != NULL;
}

static bool take_number(struct cursor *from, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		const uint8_t *at = cursor_take(from, 1);

		if (at == NULL)
			return false;
		value |= (uint64_t)(*at & 0x7f) << shift;
		if (*at < 0x80) {
			*out = value;
			return true;
		}
	}
	return false;
}

static void pack_book(struct bytes *to, const struct compact_book *book)
{
	put_number(to, book->frames);
	put_number(to, book->bytes);
	put_number(to, book->count);
	for (unsigned i = 0; i < book->count; i++) {
		bytes_put(to, &book->kind[i], 1);
		put_number(to, book->tally[i].frames);
		put_number(to, book->tally[i].bytes);
	}
}

static bool unpack_book(struct cursor *from, struct compact_book *book)
{
	uint64_t count;

	compact_clear(book);
	if (!take_number(from, &book->frames) ||
	    !take_number(from, &book->bytes) || !take_number(from, &count))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		struct tally tally;
		uint8_t kind;

		if (!take(from, &kind, 1) ||
		    !take_number(from, &tally.frames) ||
		    !take_number(from, &tally.bytes))
			return false;
		compact_add(book, kind, &tally);
	}
	return true;
}

static void pack_joint(struct bytes *to, const struct joint *joint)
{
	bytes_put(to, joint, sizeof(*joint));
	for (unsigned i = 0; i < 2; i++) {
		const struct joint_side *side = &joint->side[i];
		size_t len;
		const void *holes =
		    ranges_holes(&joint->state.side[i].seen, &len);

		bytes_put(to, side->run, side->runs * sizeof(*side->run));
		put_number(to, len);
		bytes_put(to, holes, len);
	}
}

static void *copy_of(const uint8_t *at, size_t len)
{
	return memcpy(must(malloc(len + 1), "flows"), at, len);
}

static bool unpack_side(struct cursor *from, struct joint *joint, unsigned i)
{
	struct joint_side *side = &joint->side[i];
	const uint8_t *at = cursor_take(from, side->runs * sizeof(*side->run));
	uint64_t len;

	if (at == NULL)
		return false;
	side->run = copy_of(at, side->runs * sizeof(*side->run));
	if (!take_number(from, &len) ||
	    (at = cursor_take(from, (size_t)len)) == NULL)
		return false;
	if (len > 0)
		joint->state.side[i].seen.holes = copy_of(at, (size_t)len);
	return true;
}

static bool unpack_joint(struct cursor *from, struct joint *joint)
{
	if (!take(from, joint, sizeof(*joint)))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		joint->state.side[i].seen.holes = NULL;
		joint->side[i].run = NULL;
	}
	return unpack_side(from, joint, 0) && unpack_side(from, joint, 1);
}

static size_t address_len(const struct owner *owner)
{
	return owner->ip_version == 4 ? 4 : sizeof(owner->end[0].address);
}

static void pack_head(struct bytes *to, const struct owner *owner)
{
	uint8_t small[] = {owner->ip_version, (uint8_t)owner->client,
	    owner->joint != NULL};

	bytes_put(to, small, sizeof(small));
	bytes_put(to, &owner->protocol, sizeof(owner->protocol));
	put_number(to, owner->id);
	put_number(to, owner->first_frame);
	put_number(to, owner->first_ns);
	put_number(to, owner->last_ns - owner->first_ns);
	put_number(to, owner->turns);
	for (unsigned i = 0; i < 2; i++) {
		bytes_put(to, owner->end[i].address, address_len(owner));
		put_number(to, owner->end[i].port);
	}
}

void pack_owner(struct bytes *to, const struct owner *owner)
{
	pack_head(to, owner);
	pack_book(to, &owner->from[0]);
	pack_book(to, &owner->from[1]);
	if (owner->joint != NULL)
		pack_joint(to, owner->joint);
}

static bool unpack_end(struct cursor *from, struct owner *owner, unsigned i)
{
	uint64_t port;

	memset(owner->end[i].address, 0, sizeof(owner->end[i].address));
	if (!take(from, owner->end[i].address, address_len(owner)) ||
	    !take_number(from, &port))
		return false;
	owner->end[i].port = (uint16_t)port;
	return true;
}

static bool unpack_head(struct cursor *from, struct owner *owner)
{
	uint8_t small[3];
	uint64_t lasted;

	if (!take(from, small, sizeof(small)) ||
	    !take(from, &owner->protocol, sizeof(owner->protocol)) ||
	    !take_number(from, &owner->id) ||
	    !take_number(from, &owner->first_frame) ||
	    !take_number(from, &owner->first_ns) ||
	    !take_number(from, &lasted) || !take_number(from, &owner->turns))
		return false;
	owner->ip_version = small[0];
	owner->client = small[1];
	owner->last_ns = owner->first_ns + lasted;
	joint_free(owner->joint);
	owner->joint = small[2] ? joint_new() : NULL;
	return unpack_end(from, owner, 0) && unpack_end(from, owner, 1);
}

bool unpack_owner(struct cursor *from, struct owner *owner)
{
	return unpack_head(from, owner) && unpack_book(from, &owner->from[0]) &&
	       unpack_book(from, &owner->from[1]) &&
	       (owner->joint == NULL || unpack_joint(from, owner->joint));
}

void unpack_destroy(struct owner *owner)
{
	joint_free(owner->joint);
	compact_destroy(&owner->from[0]);
	compact_destroy(&owner->from[1]);
}
