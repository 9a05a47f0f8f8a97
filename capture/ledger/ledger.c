/* ledger.c - post, add, check that the books balance. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/ledger.h"
#include <stdlib.h>
#include <string.h>
#include "capture/flow/joint.h"
#include "capture/grow.h"
#include "capture/ledger/set.h"

void ledger_init(struct ledger *ledger, enum level level, bool keeps_owners)
{
	*ledger = (struct ledger){
	    .level = level,
	    .keeps_owners = keeps_owners,
	};
}

void owner_free(struct owner *owner)
{
	joint_free(owner->joint);
	compact_destroy(&owner->from[0]);
	compact_destroy(&owner->from[1]);
	free(owner);
}

void ledger_destroy(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->owners; i++)
		owner_free(ledger->owner[i]);
	free(ledger->owner);
}

struct owner *ledger_open(struct ledger *ledger)
{
	ledger->flows++;
	if (!ledger->keeps_owners)
		return NULL;
	struct owner *owner = must(calloc(1, sizeof(*owner)), "ledger");
	owner->id = ledger->flows - 1;
	ledger_append(ledger, owner);
	return owner;
}

void ledger_append(struct ledger *ledger, struct owner *owner)
{
	ledger->owner = must(grow(ledger->owner, ledger->owners,
				 &ledger->owners_room, sizeof(*ledger->owner)),
	    "ledger");
	owner->at = ledger->owners;
	ledger->owner[ledger->owners++] = owner;
}

void book_post(struct book *book, const struct posting *posting)
{
	book_post_many(book, posting, 1);
}

void book_post_many(struct book *book, const struct posting *posting,
    uint64_t frames)
{
	struct purpose_tally *why = &book->why[posting->purpose];
	struct set seen = {0}, seen_options = {0};

	book->frames += frames;
	book->bytes += posting->bytes;
	for (size_t i = 0; i < posting->entries; i++) {
		const struct entry *entry = &posting->entry[i];
		struct tally *what = &book->what[entry->account];

		what->bytes += entry->bytes;
		what->frames += frames * set_add(&seen, entry->account);
	}
	why->frames += frames;
	why->bytes += posting->bytes;
	why->payload += posting->payload;
	for (size_t i = 0; i < posting->options; i++) {
		const struct option_part *option = &posting->option[i];
		struct tally *tally = &book->tcp_options[option->kind];

		tally->bytes += frames * option->bytes;
		tally->frames += frames * set_add(&seen_options, option->kind);
	}
}

static void owner_post(struct owner *owner, const struct posting *posting,
    unsigned side)
{
	const struct compact_book *sent = owner->from;

	if (sent[0].frames + sent[1].frames == 0)
		owner->first_ns = owner->last_ns = posting->time_ns;
	if (posting->time_ns < owner->first_ns)
		owner->first_ns = posting->time_ns;
	if (posting->time_ns > owner->last_ns)
		owner->last_ns = posting->time_ns;
	compact_post(&owner->from[side], posting);
}

void ledger_post(struct ledger *ledger, const struct posting *posting,
    bool has_flow, struct owner *owner, unsigned side)
{
	ledger->frames++;
	ledger->bytes += posting->bytes;
	book_post(has_flow ? &ledger->of_flows : &ledger->of_none, posting);
	if (owner != NULL)
		owner_post(owner, posting, side);
}

void ledger_sum(struct ledger *ledger)
{
	ledger->total = ledger->of_flows;
	book_add(&ledger->total, &ledger->of_none);
}

void ledger_absorb(struct ledger *ledger, const struct ledger *other)
{
	book_add(&ledger->of_flows, &other->of_flows);
	book_add(&ledger->of_none, &other->of_none);
	ledger->frames += other->frames;
	ledger->bytes += other->bytes;
	ledger->flows += other->flows;
	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		struct application_sums *to = &ledger->application[i];
		const struct application_sums *from = &other->application[i];

		to->framing += from->framing;
		to->content += from->content;
		to->unparsed += from->unparsed;
	}
	for (unsigned i = 0; i < WARNING_COUNT; i++)
		ledger->warnings[i] += other->warnings[i];
	book_add(&ledger->of_taken, &other->of_taken);
	ledger->has_bad_taken |= other->has_bad_taken;
}

void owner_book(const struct owner *owner, unsigned side, struct book *out)
{
	compact_expand(&owner->from[side], out);
}

void owner_set_book(struct owner *owner, unsigned side, const struct book *book)
{
	compact_pack(&owner->from[side], book);
}

void owner_book_of_both(const struct owner *owner, struct book *out)
{
	struct book other;

	owner_book(owner, 0, out);
	owner_book(owner, 1, &other);
	book_add(out, &other);
}

static void tally_add(struct tally *to, const struct tally *from)
{
	to->frames += from->frames;
	to->bytes += from->bytes;
}

void purpose_tally_add(struct purpose_tally *to,
    const struct purpose_tally *from)
{
	to->frames += from->frames;
	to->bytes += from->bytes;
	to->payload += from->payload;
}

void book_add(struct book *to, const struct book *from)
{
	to->frames += from->frames;
	to->bytes += from->bytes;
	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		tally_add(&to->what[i], &from->what[i]);
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		purpose_tally_add(&to->why[i], &from->why[i]);
	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++)
		tally_add(&to->tcp_options[i], &from->tcp_options[i]);
}

bool book_balances(const struct book *book)
{
	uint64_t what = 0, why = 0, frames = 0, payload = 0, options = 0;

	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		what += book->what[i].bytes;
	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		why += book->why[i].bytes;
		frames += book->why[i].frames;
		payload += book->why[i].payload;
	}
	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++)
		options += book->tcp_options[i].bytes;
	return what == book->bytes && why == book->bytes &&
	       frames == book->frames &&
	       payload == book->what[ACCOUNT_PAYLOAD].bytes &&
	       options == book->what[ACCOUNT_TCP_OPTIONS].bytes;
}

static bool books_equal(const struct book *a, const struct book *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Add what both ends sent; do they balance? */
static bool add_owner(struct book *to, const struct owner *owner)
{
	bool is_good = true;

	for (unsigned side = 0; side < 2; side++) {
		struct book book;

		owner_book(owner, side, &book);
		is_good &= book_balances(&book);
		book_add(to, &book);
	}
	return is_good;
}

void ledger_take(struct ledger *ledger, struct owner *owner)
{
	struct owner *last = ledger->owner[--ledger->owners];

	ledger->owner[owner->at] = last;
	last->at = owner->at;
	if (!add_owner(&ledger->of_taken, owner))
		ledger->has_bad_taken = true;
}

bool ledger_balances(const struct ledger *ledger)
{
	struct book flows = ledger->of_taken, whose = ledger->of_flows;

	for (size_t i = 0; i < ledger->owners; i++)
		if (!add_owner(&flows, ledger->owner[i]))
			return false;
	if (ledger->has_bad_taken)
		return false;
	if (ledger->keeps_owners && !books_equal(&flows, &ledger->of_flows))
		return false;
	book_add(&whose, &ledger->of_none);
	return book_balances(&ledger->total) &&
	       books_equal(&whose, &ledger->total) &&
	       ledger->total.frames == ledger->frames &&
	       ledger->total.bytes == ledger->bytes;
}

bool book_overhead(const struct book *book, double *out)
{
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;

	if (payload == 0)
		return false;
	*out = (double)(book->bytes - payload) / (double)payload;
	return true;
}

bool book_efficiency(const struct book *book, double *out)
{
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;

	if (payload == 0)
		return false;
	*out = (double)payload / (double)book->bytes;
	return true;
}

bool application_is_there(const struct application_sums *sums)
{
	return sums->framing + sums->content + sums->unparsed > 0;
}

uint64_t ledger_unclaimed(const struct ledger *ledger)
{
	uint64_t left = ledger->total.what[ACCOUNT_PAYLOAD].bytes;

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		const struct application_sums *sums = &ledger->application[i];
		uint64_t claimed =
		    sums->framing + sums->content + sums->unparsed;

		/* Of joined ledgers both may know the same bytes. */
		left -= claimed < left ? claimed : left;
	}
	return left;
}

bool ledger_overhead_of_content(const struct ledger *ledger, double *out)
{
	const struct book *book = &ledger->total;
	uint64_t content = book->what[ACCOUNT_PAYLOAD].bytes;
	bool is_there = false;

	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		uint64_t framing = ledger->application[i].framing;

		is_there |= application_is_there(&ledger->application[i]);
		content -= framing < content ? framing : content;
	}
	if (!is_there || content == 0)
		return false;
	*out = (double)(book->bytes - content) / (double)content;
	return true;
}
