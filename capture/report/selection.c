/* selection.c - which flows a report shows, and in which order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/selection.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define X(id, name) name,
    COLUMNS(X)
#undef X
};

/* A flow and what it is sorted by. */
struct ranked {
	const struct owner *owner;
	double figure;       /* the larger first */
	const uint8_t *text; /* then the lesser first, of text_len bytes */
	size_t text_len;
	uint16_t port; /* then the lesser */
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

/* Counters up to 2^53 are exact as a double: 9 PB. */
static double figure_of(const struct owner *owner, enum column column)
{
	struct book book;
	double overhead;

	owner_book_of_both(owner, &book);
	uint64_t payload = book.what[ACCOUNT_PAYLOAD].bytes;
	switch (column) {
	case COLUMN_START: /* the earlier first */
		return -(double)owner->first_ns;
	case COLUMN_END:
		return -(double)owner->last_ns;
	case COLUMN_DURATION:
		return (double)(owner->last_ns - owner->first_ns);
	case COLUMN_TURNS:
		return (double)owner->turns;
	case COLUMN_FRAMES:
		return (double)book.frames;
	case COLUMN_BYTES:
		return (double)book.bytes;
	case COLUMN_PAYLOAD:
		return (double)payload;
	case COLUMN_REPEATED:
		return (double)book.what[ACCOUNT_REPEATED].bytes;
	case COLUMN_OVERHEAD_BYTES:
		return (double)(book.bytes - payload);
	case COLUMN_OVERHEAD:
		return book_overhead(&book, &overhead) ? overhead : -1;
	case COLUMN_ID:
	case COLUMN_PROTOCOL:
	case COLUMN_CLIENT:
	case COLUMN_SERVER:
	case COLUMN_COUNT:
		break;
	}
	return 0;
}

static void rank(struct ranked *out, const struct owner *owner,
    enum column column)
{
	*out = (struct ranked){owner, figure_of(owner, column), NULL, 0, 0};
	if (column == COLUMN_PROTOCOL) {
		out->text = (const uint8_t *)owner->protocol;
		out->text_len = strlen(owner->protocol);
	}
	if (column != COLUMN_CLIENT && column != COLUMN_SERVER)
		return;
	unsigned end = owner->client ^ (column == COLUMN_SERVER);
	out->figure = -(double)owner->ip_version;
	out->text = owner->end[end].address;
	out->text_len = sizeof(owner->end[end].address);
	out->port = owner->end[end].port;
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->figure != right->figure)
		return left->figure > right->figure ? -1 : 1;
	size_t len =
	    left->text_len < right->text_len ? left->text_len : right->text_len;
	int order = len == 0 ? 0 : memcmp(left->text, right->text, len);
	if (order != 0)
		return order;
	if (left->text_len != right->text_len)
		return left->text_len < right->text_len ? -1 : 1;
	if (left->port != right->port)
		return left->port < right->port ? -1 : 1;
	return left->owner->id < right->owner->id ? -1 : 1;
}

void selection_init(struct selection *selection, const struct ledger *ledger,
    enum column column, size_t top)
{
	size_t count = ledger->owners;
	struct ranked *ranked = calloc(count + 1, sizeof(*ranked));

	if (ranked == NULL)
		err(EXIT_FAILURE, "flows");
	for (size_t i = 0; i < count; i++)
		rank(&ranked[i], ledger->owner[i], column);
	qsort(ranked, count, sizeof(*ranked), by_rank);
	selection->count = count < top ? count : top;
	selection->owner =
	    calloc(selection->count + 1, sizeof(*selection->owner));
	if (selection->owner == NULL)
		err(EXIT_FAILURE, "flows");
	for (size_t i = 0; i < selection->count; i++)
		selection->owner[i] = ranked[i].owner;
	free(ranked);
}

void selection_destroy(struct selection *selection)
{
	free(selection->owner);
}
