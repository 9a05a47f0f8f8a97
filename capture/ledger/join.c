/* join.c - ledgers made apart are added to one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/join.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/joint.h"
#include "capture/flow/purpose.h"
#include "capture/grow.h"

void join_init(struct join *join, enum level level)
{
	*join = (struct join){0};
	ledger_init(&join->ledger, level, true);
	table_init(&join->last, 0);
}

void join_destroy(struct join *join)
{
	ledger_destroy(&join->ledger);
	table_destroy(&join->last);
}

static struct flow_key key_of(const struct owner *owner)
{
	struct flow_key key = {
	    .port = {owner->end[0].port, owner->end[1].port},
	    .protocol = anatomy_protocol_number(owner->protocol),
	    .ip_version = owner->ip_version,
	};

	for (unsigned i = 0; i < 2; i++)
		memcpy(key.address[i], owner->end[i].address,
		    sizeof(key.address[i]));
	return key;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Of new payload `bytes` less, of whatever purpose its frames had. */
static void take_from_purposes(struct book *book, uint64_t bytes)
{
	static const enum purpose order[] = {PURPOSE_DATA, PURPOSE_SETUP,
	    PURPOSE_RESET, PURPOSE_REPEAT, PURPOSE_PROBE, PURPOSE_TEARDOWN,
	    PURPOSE_ACK, PURPOSE_CONTROL};

	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		struct purpose_tally *why = &book->why[order[i]];
		uint64_t taken = least(bytes, why->payload);

		why->payload -= taken;
		bytes -= taken;
	}
}

/* What the earlier flow had seen becomes repeated. */
static void move_payload(struct book *book, const struct joint_moved *moved)
{
	struct tally *fresh = &book->what[ACCOUNT_PAYLOAD];
	struct tally *old = &book->what[ACCOUNT_REPEATED];
	uint64_t bytes = least(moved->bytes, fresh->bytes);

	if (bytes == 0)
		return;
	take_from_purposes(book, bytes);
	fresh->bytes -= bytes;
	old->bytes += bytes;
	/* A frame may hold both; each holds at least a byte. */
	fresh->frames -= least(moved->emptied, fresh->frames - 1);
	if (fresh->bytes == 0)
		fresh->frames = 0;
	old->frames += least(moved->touched, book->frames - old->frames);
	if (old->frames == 0)
		old->frames = 1;
	/* Which frames these were is known of a part only. */
	fresh->frames = least(fresh->frames, fresh->bytes);
	old->frames = least(old->frames, old->bytes);
}

/* Who talked, and how often that changed, once payload has moved. */
static void correct_talk(struct owner *later, const struct book sent[2])
{
	bool first = sent[0].what[ACCOUNT_PAYLOAD].bytes > 0;
	bool second = sent[1].what[ACCOUNT_PAYLOAD].bytes > 0;
	int8_t alone = first ? 0 : second ? 1 : -1;

	if (first && second)
		return;
	later->turns = 0;
	later->joint->first_talking = later->joint->state.talking = alone;
}

static void join_talk(struct owner *owner, const struct owner *later)
{
	struct joint *joint = owner->joint;
	int8_t last = joint->state.talking;
	int8_t first = later->joint->first_talking;

	owner->turns += later->turns;
	if (first == -1)
		return;
	if (last == -1)
		joint->first_talking = first;
	else if (last != first)
		owner->turns++;
	joint->state.talking = later->joint->state.talking;
}

static bool misses_start(const struct joint *joint)
{
	return joint->state.key.protocol == PROTO_TCP &&
	       !purpose_has_start(&joint->state);
}

static bool misses_end(const struct joint *joint)
{
	return joint->state.key.protocol == PROTO_TCP &&
	       !purpose_has_end(&joint->state);
}

/* Two connections were counted as missing something, where one is left. */
static void recount(uint64_t *warning, bool first, bool second, bool both)
{
	*warning -= least((uint64_t)first + second, *warning);
	*warning += both;
}

static void join_states(struct join *join, struct joint *joint,
    const struct joint *later, struct joint_moved moved[2])
{
	uint64_t *warnings = join->ledger.warnings;
	bool no_start = misses_start(joint), no_end = misses_end(joint);

	joint_join(joint, later, moved, &warnings[WARNING_HOLES]);
	recount(&warnings[WARNING_NO_START], no_start, misses_start(later),
	    misses_start(joint));
	recount(&warnings[WARNING_NO_END], no_end, misses_end(later),
	    misses_end(joint));
}

/* A flow of the sum goes on with one of the later ledger. */
static void join_owners(struct join *join, struct owner *owner,
    struct owner *later)
{
	struct joint_moved moved[2];
	struct book sent[2];

	join_states(join, owner->joint, later->joint, moved);
	for (unsigned i = 0; i < 2; i++) {
		owner_book(later, i, &sent[i]);
		move_payload(&sent[i], &moved[i]);
	}
	correct_talk(later, sent);
	join_talk(owner, later);
	for (unsigned i = 0; i < 2; i++) {
		struct book before;

		owner_book(owner, i, &before);
		book_add(&sent[i], &before);
		owner_set_book(owner, i, &sent[i]);
	}
	owner->client = owner->joint->state.client;
	if (later->first_ns < owner->first_ns)
		owner->first_ns = later->first_ns;
	if (later->last_ns > owner->last_ns)
		owner->last_ns = later->last_ns;
	join->joined_flows++;
}

/* It stands behind all others. */
static void append(struct ledger *ledger, struct owner *owner)
{
	owner->id = ledger->owners;
	owner->first_frame = owner->id + 1; /* the order is all that is known */
	ledger_append(ledger, owner);
	ledger->flows++;
}

/*
 * Take one owner of the later ledger, which is now being added.  Returns
 * whichever of two flows that meet cannot be joined, or NULL.
 */
static const struct owner *add_owner(struct join *join, struct owner *later)
{
	struct flow_key key = key_of(later);
	const struct owner *lacking = NULL;
	bool is_new;
	struct flow *last = table_find(&join->last, &key,
	    table_hash(&join->last, &key), &is_new);
	struct owner *earlier = last->owner;
	bool meets = !is_new && last->generation != join->ledgers;

	last->generation = join->ledgers;
	if (meets && earlier->joint == NULL)
		lacking = earlier;
	else if (meets && later->joint == NULL)
		lacking = later;
	else if (meets && !joint_is_next(earlier->joint, later->joint)) {
		join_owners(join, earlier, later);
		owner_free(later);
		return NULL;
	}
	append(&join->ledger, later);
	last->owner = later;
	return lacking;
}

/* a + b; what cannot be told becomes too large. */
static uint64_t sum(uint64_t a, uint64_t b, bool *is_too_large)
{
	*is_too_large |= a > INT64_MAX || b > INT64_MAX - a;
	return a + b;
}

/* All that no flow has a part in. */
static bool add_sums(struct ledger *to, const struct ledger *later)
{
	bool is_too_large = false;

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		struct application_sums *sums = &to->application[i];
		const struct application_sums *more = &later->application[i];

		sums->framing =
		    sum(sums->framing, more->framing, &is_too_large);
		sums->content =
		    sum(sums->content, more->content, &is_too_large);
		sums->unparsed =
		    sum(sums->unparsed, more->unparsed, &is_too_large);
	}
	for (unsigned i = 0; i < WARNING_COUNT; i++)
		to->warnings[i] =
		    sum(to->warnings[i], later->warnings[i], &is_too_large);
	/* No other figure of the books is larger than these. */
	to->frames = sum(to->frames, later->frames, &is_too_large);
	to->bytes = sum(to->bytes, later->bytes, &is_too_large);
	book_add(&to->of_none, &later->of_none);
	return !is_too_large;
}

enum join_result join_add(struct join *join, struct ledger *later,
    const struct owner **lacking)
{
	const struct owner *first_lacking = NULL;

	join->ledgers++;
	bool fits = add_sums(&join->ledger, later);
	for (size_t i = 0; i < later->owners; i++) {
		const struct owner *one = add_owner(join, later->owner[i]);

		if (first_lacking == NULL)
			first_lacking = one;
	}
	later->owners = 0;
	later->flows = 0;
	if (!fits)
		return JOIN_TOO_LARGE;
	if (first_lacking == NULL)
		return JOIN_DONE;
	*lacking = first_lacking;
	return JOIN_LACKING;
}

/* Payload that became repeated is no message of an application's. */
static void fit_applications(struct ledger *ledger)
{
	uint64_t left = ledger->total.what[ACCOUNT_PAYLOAD].bytes;

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		struct application_sums *sums = &ledger->application[i];

		sums->framing = least(sums->framing, left);
		left -= sums->framing;
		sums->content = least(sums->content, left);
		left -= sums->content;
		sums->unparsed = least(sums->unparsed, left);
		left -= sums->unparsed;
	}
}

const struct ledger *join_close(struct join *join)
{
	struct ledger *ledger = &join->ledger;

	ledger->of_flows = (struct book){0};
	for (size_t i = 0; i < ledger->owners; i++) {
		struct book both;

		owner_book_of_both(ledger->owner[i], &both);
		book_add(&ledger->of_flows, &both);
	}
	ledger_sum(ledger);
	fit_applications(ledger);
	return ledger;
}
