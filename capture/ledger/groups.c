/* groups.c - books added up by name. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/groups.h"
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#include "capture/grow.h"

enum { FIRST_SLOTS = 64 };

void groups_init(struct groups *groups, uint64_t seed)
{
	*groups = (struct groups){.slots = FIRST_SLOTS, .seed = seed};
	groups->slot =
	    must(calloc(groups->slots, sizeof(*groups->slot)), "groups");
}

void groups_destroy(struct groups *groups)
{
	for (size_t i = 0; i < groups->slots; i++)
		free(groups->slot[i]);
	free(groups->slot);
}

/* Its slot, or the free one where it belongs. */
static struct group **find_slot(const struct groups *groups, const char *name)
{
	size_t mask = groups->slots - 1;
	size_t i = XXH3_64bits_withSeed(name, strlen(name), groups->seed);

	for (i &= mask; groups->slot[i] != NULL; i = (i + 1) & mask)
		if (strcmp(groups->slot[i]->name, name) == 0)
			break;
	return &groups->slot[i];
}

static void widen(struct groups *groups)
{
	struct groups wider = *groups;

	wider.slots *= 2;
	wider.slot = must(calloc(wider.slots, sizeof(*wider.slot)), "groups");
	for (size_t i = 0; i < groups->slots; i++)
		if (groups->slot[i] != NULL)
			*find_slot(&wider, groups->slot[i]->name) =
			    groups->slot[i];
	free(groups->slot);
	*groups = wider;
}

struct group *groups_find(struct groups *groups, const char *name)
{
	char cut[GROUP_NAME_LEN] = "";

	strncat(cut, name, sizeof(cut) - 1);
	if (groups->last != NULL && strcmp(groups->last->name, cut) == 0)
		return groups->last;
	if (groups->count * 4 >= groups->slots * 3)
		widen(groups);
	struct group **slot = find_slot(groups, cut);
	if (*slot == NULL) {
		*slot = must(calloc(1, sizeof(**slot)), "groups");
		memcpy((*slot)->name, cut, sizeof(cut));
		groups->count++;
	}
	return groups->last = *slot;
}

void groups_absorb(struct groups *groups, const struct groups *other)
{
	for (size_t i = 0; i < other->slots; i++) {
		const struct group *from = other->slot[i];

		if (from == NULL)
			continue;
		struct group *to = groups_find(groups, from->name);
		to->flows += from->flows;
		book_add(&to->book, &from->book);
	}
}
