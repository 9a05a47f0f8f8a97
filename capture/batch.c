/* batch.c - frames that go together, in capture order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/batch.h"
#include <stdlib.h>
#include "capture/grow.h"

void batch_init(struct batch *batch, size_t room, bool is_shared)
{
	size_t anatomies = is_shared ? 1 : room;

	*batch = (struct batch){
	    .room = room,
	    .is_shared = is_shared,
	    .passage = must(calloc(room, sizeof(*batch->passage)), "batch"),
	    .anatomy =
		must(calloc(anatomies, sizeof(*batch->anatomy)), "batch"),
	    .worker = must(calloc(room, sizeof(*batch->worker)), "batch"),
	};
	for (size_t i = 0; i < room; i++) {
		batch->passage[i].nth = (uint32_t)i + 1;
		batch->passage[i].anatomy = &batch->anatomy[is_shared ? 0 : i];
	}
}

void batch_destroy(struct batch *batch)
{
	free(batch->passage);
	free(batch->anatomy);
	free(batch->worker);
}
