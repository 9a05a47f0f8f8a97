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
static double figure_of_book(const struct book *book, enum column column)
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

bool column_is_of_books(enum column column)
{
	return column >= COLUMN_FRAMES;
}

static double figure_of(const struct owner *owner, enum column column)
{
	struct book book;

	switch (column) {
	case COLUMN_START: /* the earlier first */
		return -(double)owner->first_ns;
	case COLUMN_END:
		return -(double)owner->last_ns;
	case COLUMN_DURATION:
		return (double)(owner->last_ns - owner->first_ns);
	case COLUMN_TURNS:
		return (double)owner->turns;
	default:
		owner_book_of_both(owner, &book);
		return figure_of_book(&book, column);
	}
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
	selection->left = count - selection->count;
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

/* A group and what it is sorted by. */
struct ranked_group {
	const struct group *group;
	double figure;
};

static int by_group_rank(const void *a, const void *b)
{
	const struct ranked_group *left = a, *right = b;

	if (left->figure != right->figure)
		return left->figure > right->figure ? -1 : 1;
	return strcmp(left->group->name, right->group->name);
}

void group_selection_init(struct group_selection *selection,
    const struct groups *groups, enum column column, size_t top)
{
	struct ranked_group *ranked =
	    calloc(groups->count + 1, sizeof(*ranked));
	size_t count = 0;

	if (ranked == NULL)
		err(EXIT_FAILURE, "groups");
	if (column == COLUMN_ID)
		column = COLUMN_OVERHEAD_BYTES;
	for (size_t i = 0; i < groups->slots; i++)
		if (groups->slot[i] != NULL)
			ranked[count++] = (struct ranked_group){
			    groups->slot[i],
			    figure_of_book(&groups->slot[i]->book, column),
			};
	qsort(ranked, count, sizeof(*ranked), by_group_rank);
	selection->count = count < top ? count : top;
	selection->left = count - selection->count;
	selection->group =
	    calloc(selection->count + 1, sizeof(*selection->group));
	if (selection->group == NULL)
		err(EXIT_FAILURE, "groups");
	for (size_t i = 0; i < selection->count; i++)
		selection->group[i] = ranked[i].group;
	free(ranked);
}

void group_selection_destroy(struct group_selection *selection)
{
	free(selection->group);
}
