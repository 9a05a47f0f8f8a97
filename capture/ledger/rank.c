/* rank.c - what flows are sorted by. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/rank.h"
#include <string.h>

static const char *const names[] = {
#define X(id, name) name,
    COLUMNS(X)
#undef X
};

bool column_parse(const char *name, enum column *out)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum column)i;
			return true;
		}
	return false;
}

const char *column_name(enum column column)
{
	return names[column];
}

bool column_is_of_books(enum column column)
{
	return column >= COLUMN_FRAMES;
}

/* Counters up to 2^53 are exact as a double: 9 PB. */
double column_of_book(const struct book *book, enum column column)
{
	uint64_t payload = book->what[ACCOUNT_PAYLOAD].bytes;
	double overhead;

	switch (column) {
	case COLUMN_FRAMES:
		return (double)book->frames;
	case COLUMN_BYTES:
		return (double)book->bytes;
	case COLUMN_PAYLOAD:
		return (double)payload;
	case COLUMN_REPEATED:
		return (double)book->what[ACCOUNT_REPEATED].bytes;
	case COLUMN_OVERHEAD:
		return book_overhead(book, &overhead) ? overhead : -1;
	case COLUMN_OVERHEAD_BYTES:
		return (double)(book->bytes - payload);
	default:
		return 0;
	}
}

static double figure_of(const struct owner *owner, enum column column)
{
	struct book book;

	switch (column) {
	case COLUMN_ID:
	case COLUMN_PROTOCOL:
	case COLUMN_START: /* these stand in the text */
	case COLUMN_END:
		return 0;
	case COLUMN_DURATION:
		return (double)(owner->last_ns - owner->first_ns);
	case COLUMN_TURNS:
		return (double)owner->turns;
	case COLUMN_CLIENT:
	case COLUMN_SERVER:
		return -(double)owner->ip_version;
	default:
		owner_book_of_both(owner, &book);
		return column_of_book(&book, column);
	}
}

/* A double would not hold every nanosecond. */
static void put_time(struct rank *rank, uint64_t time_ns)
{
	for (unsigned i = 0; i < 8; i++)
		rank->text[i] = (uint8_t)(time_ns >> (56 - 8 * i));
}

struct rank rank_of(const struct owner *owner, enum column column)
{
	struct rank rank = {
	    .figure = figure_of(owner, column),
	    .frame = owner->first_frame,
	};

	if (column == COLUMN_PROTOCOL)
		memccpy(rank.text, owner->protocol, '\0', sizeof(rank.text));
	if (column == COLUMN_START)
		put_time(&rank, owner->first_ns);
	if (column == COLUMN_END)
		put_time(&rank, owner->last_ns);
	if (column != COLUMN_CLIENT && column != COLUMN_SERVER)
		return rank;
	unsigned end = owner->client ^ (column == COLUMN_SERVER);
	memcpy(rank.text, owner->end[end].address, sizeof(rank.text));
	rank.port = owner->end[end].port;
	return rank;
}

int rank_compare(const struct rank *a, const struct rank *b)
{
	if (a->figure != b->figure)
		return a->figure > b->figure ? -1 : 1;
	int order = memcmp(a->text, b->text, sizeof(a->text));
	if (order != 0)
		return order;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (a->frame > b->frame) - (a->frame < b->frame);
}
