/* slices.c - the ledger by time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/slices.h"
#include <stdlib.h>
#include "capture/grow.h"

void slices_init(struct slices *slices, uint64_t width_ns)
{
	*slices = (struct slices){.width_ns = width_ns};
}

void slices_destroy(struct slices *slices)
{
	free(slices->slice);
}

static int by_index(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

static void slice_add(struct slice *to, const struct slice *from)
{
	to->frames += from->frames;
	to->bytes += from->bytes;
	to->repeated += from->repeated;
	for (unsigned i = 0; i < GROUP_COUNT; i++)
		to->what[i] += from->what[i];
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		purpose_tally_add(&to->why[i], &from->why[i]);
}

void slices_close(struct slices *slices)
{
	size_t kept = 0;

	if (slices->count == 0)
		return;
	qsort(slices->slice, slices->count, sizeof(*slices->slice), by_index);
	for (size_t i = 0; i < slices->count; i++) {
		struct slice *last = &slices->slice[kept == 0 ? 0 : kept - 1];

		if (kept > 0 && last->index == slices->slice[i].index)
			slice_add(last, &slices->slice[i]);
		else
			slices->slice[kept++] = slices->slice[i];
	}
	slices->count = kept;
}

/*
 * A slice that frames come back to is opened again; when the room is used up,
 * what is the same is added up, and the room doubled if that frees no half.
 */
static void make_room(struct slices *slices)
{
	slices_close(slices);
	if (slices->count * 2 < slices->room)
		return;
	slices->slice = must(grow(slices->slice, slices->room, &slices->room,
				 sizeof(*slices->slice)),
	    "intervals");
}

static struct slice *open_slice(struct slices *slices, int64_t index)
{
	if (slices->count == slices->room)
		make_room(slices);
	struct slice *slice = &slices->slice[slices->count++];
	*slice = (struct slice){.index = index};
	return slice;
}

/* Rounded down, also before the start. */
static int64_t index_of(const struct slices *slices, uint64_t time_ns)
{
	if (time_ns >= slices->start_ns)
		return (
		    int64_t)((time_ns - slices->start_ns) / slices->width_ns);
	return -(int64_t)((slices->start_ns - time_ns - 1) / slices->width_ns) -
	       1;
}

void slices_post(struct slices *slices, const struct posting *posting)
{
	if (slices->count == 0)
		slices->start_ns = posting->time_ns;
	int64_t index = index_of(slices, posting->time_ns);
	struct slice *slice =
	    slices->count == 0 ? NULL : &slices->slice[slices->count - 1];
	if (slice == NULL || slice->index != index)
		slice = open_slice(slices, index);
	struct purpose_tally *why = &slice->why[posting->purpose];

	slice->frames++;
	slice->bytes += posting->bytes;
	for (size_t i = 0; i < posting->entries; i++) {
		const struct entry *entry = &posting->entry[i];

		slice->what[account_group(entry->account)] += entry->bytes;
		if (entry->account == ACCOUNT_REPEATED)
			slice->repeated += entry->bytes;
	}
	why->frames++;
	why->bytes += posting->bytes;
	why->payload += posting->payload;
}

uint64_t slices_start(const struct slices *slices, const struct slice *slice)
{
	return slices->start_ns + (uint64_t)slice->index * slices->width_ns;
}
