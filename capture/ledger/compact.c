/* compact.c - a book that holds only what was met. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/compact.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"
#include "capture/ledger/ledger.h"
#include "capture/ledger/set.h"

/* The kinds of figures, one behind the other. */
enum {
	OF_ACCOUNT = 0,
	OF_OPTION = OF_ACCOUNT + ACCOUNT_COUNT,
	OF_PURPOSE = OF_OPTION + TCP_OPTION_COUNT,
	OF_PAYLOAD = OF_PURPOSE + PURPOSE_COUNT, /* by purpose; bytes only */
	KINDS = OF_PAYLOAD + PURPOSE_COUNT,
	GROWTH = 4,
};
static_assert(KINDS + GROWTH <= UINT8_MAX, "a kind and a count fit a byte");

void compact_destroy(struct compact_book *book)
{
	free(book->tally);
}

static void make_room(struct compact_book *book)
{
	size_t room = book->room + (size_t)GROWTH;
	struct tally *tally =
	    must(malloc(room * (sizeof(*tally) + 1)), "ledger");
	uint8_t *kind = (uint8_t *)(tally + room);
	if (book->count > 0) {
		memcpy(tally, book->tally, book->count * sizeof(*tally));
		memcpy(kind, book->kind, book->count);
	}
	free(book->tally);
	book->tally = tally;
	book->kind = kind;
	book->room = (uint8_t)room;
}

void compact_add(struct compact_book *book, uint8_t kind,
    const struct tally *tally)
{
	if (book->count == book->room)
		make_room(book);
	book->kind[book->count] = kind;
	book->tally[book->count++] = *tally;
}

void compact_clear(struct compact_book *book)
{
	book->frames = book->bytes = 0;
	book->count = 0;
}

static struct tally *find(struct compact_book *book, unsigned kind)
{
	static const struct tally none;

	for (unsigned i = 0; i < book->count; i++)
		if (book->kind[i] == kind)
			return &book->tally[i];
	compact_add(book, (uint8_t)kind, &none);
	return &book->tally[book->count - 1];
}

static void add(struct compact_book *book, unsigned kind, uint64_t frames,
    uint64_t bytes)
{
	struct tally *tally = find(book, kind);

	tally->frames += frames;
	tally->bytes += bytes;
}

void compact_post(struct compact_book *book, const struct posting *posting)
{
	struct set seen = {0}, seen_options = {0};

	book->frames++;
	book->bytes += posting->bytes;
	for (size_t i = 0; i < posting->entries; i++) {
		const struct entry *entry = &posting->entry[i];

		add(book, OF_ACCOUNT + (unsigned)entry->account,
		    set_add(&seen, entry->account), entry->bytes);
	}
	for (size_t i = 0; i < posting->options; i++) {
		const struct option_part *option = &posting->option[i];

		add(book, OF_OPTION + (unsigned)option->kind,
		    set_add(&seen_options, option->kind), option->bytes);
	}
	add(book, OF_PURPOSE + (unsigned)posting->purpose, 1, posting->bytes);
	if (posting->payload > 0)
		add(book, OF_PAYLOAD + (unsigned)posting->purpose, 0,
		    posting->payload);
}

static void pack(struct compact_book *book, unsigned kind,
    const struct tally *tally)
{
	if (tally->frames > 0 || tally->bytes > 0)
		add(book, kind, tally->frames, tally->bytes);
}

void compact_pack(struct compact_book *book, const struct book *from)
{
	compact_destroy(book);
	*book =
	    (struct compact_book){.frames = from->frames, .bytes = from->bytes};
	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		pack(book, OF_ACCOUNT + i, &from->what[i]);
	for (unsigned i = 0; i < TCP_OPTION_COUNT; i++)
		pack(book, OF_OPTION + i, &from->tcp_options[i]);
	for (unsigned i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_tally *why = &from->why[i];

		pack(book, OF_PURPOSE + i,
		    &(struct tally){why->frames, why->bytes});
		pack(book, OF_PAYLOAD + i, &(struct tally){0, why->payload});
	}
}

static void expand_one(unsigned kind, struct tally tally, struct book *out)
{
	if (kind < OF_OPTION) {
		out->what[kind - OF_ACCOUNT] = tally;
		return;
	}
	if (kind < OF_PURPOSE) {
		out->tcp_options[kind - OF_OPTION] = tally;
		return;
	}
	if (kind < OF_PAYLOAD) {
		out->why[kind - OF_PURPOSE].frames = tally.frames;
		out->why[kind - OF_PURPOSE].bytes = tally.bytes;
		return;
	}
	out->why[kind - OF_PAYLOAD].payload = tally.bytes;
}

void compact_expand(const struct compact_book *book, struct book *out)
{
	*out = (struct book){.frames = book->frames, .bytes = book->bytes};
	for (unsigned i = 0; i < book->count; i++)
		expand_one(book->kind[i], book->tally[i], out);
}
