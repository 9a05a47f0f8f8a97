/* batch.c - frames that go together, in capture order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/batch.h"
#include <err.h>
#include <stdlib.h>

void batch_init(struct batch *batch, size_t room)
{
	*batch = (struct batch){
	    .room = room,
	    .passage = calloc(room, sizeof(*batch->passage)),
	    .worker = calloc(room, sizeof(*batch->worker)),
	};
	if (batch->passage == NULL || batch->worker == NULL)
		err(EXIT_FAILURE, "batch");
	for (size_t i = 0; i < room; i++)
		batch->passage[i].nth = (uint32_t)i + 1;
}

void batch_destroy(struct batch *batch)
{
	free(batch->passage);
	free(batch->worker);
}
