/* mine.c - of a batch, the frames that concern one worker. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/mine.h"
#include "capture/tuple.h"

size_t mine_take(struct mine *mine, const struct share *share,
    const struct batch *batch)
{
	uint8_t me = (uint8_t)share->worker;
	size_t n = 0;

	mine->is_shared = batch->is_shared;
	/* Without a branch, as none can foresee whose a frame is. */
	for (size_t i = 0; i < batch->count; i++) {
		uint8_t worker = batch->worker[i];

		mine->passage[n] = &batch->passage[i];
		n += (worker == me) | (worker == BATCH_ALL);
	}
	return n;
}

/*
 * What others look at as well is not written to, and its anatomy must be made
 * again.
 */
RARELY static struct passage *prepare_irregular(struct mine *mine,
    const struct share *share, struct passage *passage, size_t i)
{
	if (mine->is_shared) {
		struct passage *again = &mine->again[i];

		tuple_again(passage, &mine->anatomy[i], again);
		passage = again;
	}
	passage->is_mine = passage->worker == share->worker;
	return passage;
}

struct passage **mine_prepare(struct mine *mine, const struct whose *whose,
    size_t from, size_t count)
{
	struct passage **some = &mine->passage[from];

	for (size_t i = 0; i < count; i++) {
		if (some[i]->brief.shape == SHAPE_NONE)
			some[i] =
			    prepare_irregular(mine, &whose->share, some[i], i);
		else
			some[i]->is_mine = true;
		some[i]->flow = NULL;
		if (some[i]->brief.has_ports)
			table_prefetch(&whose->table, some[i]->hash);
	}
	for (size_t i = 0; i < count; i++)
		if (some[i]->brief.has_ports && some[i]->is_mine)
			some[i]->flow =
			    table_prefetch_flow(&whose->table, some[i]->hash);
	return some;
}
