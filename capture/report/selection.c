/* selection.c - which flows a report shows, and in which order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/report/selection.h"
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"

/*
 * Sorted otherwise, they are in order of appearance, which their ids say.
 * NULL, *error set, if that fails.
 */
static struct shelf *sort_again(struct shelf *flows,
    const struct shelf_plan *wanted, int *error)
{
	struct shelf_plan plan = *wanted;
	struct owner *owner;
	uint64_t id = 0;

	plan.budget /= 2; /* the other half is the workers': pipeline.c */
	struct shelf *again = shelf_new(&plan);
	shelf_rewind(flows);
	while ((owner = shelf_next(flows)) != NULL) {
		owner->id = id++;
		shelf_add(again, owner);
	}
	*error = shelf_error(again);
	if (*error == 0)
		return again;
	shelf_free(again);
	return NULL;
}

void selection_init(struct selection *selection, struct shelf *flows,
    const struct shelf_plan *wanted, int *error)
{
	uint64_t all = shelf_count(flows);

	*selection = (struct selection){.flows = flows};
	*error = shelf_error(flows);
	if (*error == 0 && shelf_column(flows) != wanted->column) {
		selection->flows = sort_again(flows, wanted, error);
		selection->owns_flows = true;
	}
	if (*error != 0)
		return;
	selection->count = all < wanted->keep ? all : wanted->keep;
	selection->left = all - selection->count;
	selection_rewind(selection);
}

void selection_destroy(struct selection *selection)
{
	if (selection->owns_flows)
		shelf_free(selection->flows);
}

void selection_rewind(struct selection *selection)
{
	selection->given = 0;
	if (selection->count > 0)
		shelf_rewind(selection->flows);
}

const struct owner *selection_next(struct selection *selection)
{
	if (selection->given == selection->count)
		return NULL;
	struct owner *owner = shelf_next(selection->flows);
	if (owner != NULL && shelf_column(selection->flows) == COLUMN_ID)
		owner->id = selection->given;
	selection->given++;
	return owner;
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
	    must(calloc(groups->count + 1, sizeof(*ranked)), "groups");
	size_t count = 0;

	if (column == COLUMN_ID)
		column = COLUMN_OVERHEAD_BYTES;
	for (size_t i = 0; i < groups->slots; i++)
		if (groups->slot[i] != NULL)
			ranked[count++] = (struct ranked_group){
			    groups->slot[i],
			    column_of_book(&groups->slot[i]->book, column),
			};
	qsort(ranked, count, sizeof(*ranked), by_group_rank);
	selection->count = count < top ? count : top;
	selection->left = count - selection->count;
	selection->group =
	    must(calloc(selection->count + 1, sizeof(*selection->group)),
		"groups");
	for (size_t i = 0; i < selection->count; i++)
		selection->group[i] = ranked[i].group;
	free(ranked);
}

void group_selection_destroy(struct group_selection *selection)
{
	free(selection->group);
}
