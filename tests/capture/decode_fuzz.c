/* decode_fuzz.c - any frame of any link type is posted to its last byte. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include "capture/decode/anatomy.h"
#include "capture/pipeline.h"
#include "tests/capture/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 4 };

static void check_parts(const struct frame *frame)
{
	struct anatomy anatomy;
	uint64_t sum = 0;

	anatomy_of(frame, &anatomy);
	for (uint32_t i = 0; i < anatomy.parts; i++)
		sum += anatomy.part[i].bytes;
	if (sum != frame->length)
		abort();
}

/* The first bytes choose link type, level, what is hidden, an FCS. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return 0;
	struct frame frame = {
	    .data = data + HEAD,
	    .captured = (uint32_t)(size - HEAD),
	    .length = (uint32_t)(size - HEAD) + data[1] * 16u,
	    .link_type = (uint16_t)(data[0] | (data[3] & 1) << 8),
	    .fcs_len = data[3] >> 6,
	};
	struct pipeline *pipeline = pipeline_new(&(
	    struct pipeline_plan){.level = (enum level)(data[2] % LEVEL_COUNT),
	    .keeps_owners = true});

	bool same = true;

	check_parts(&frame);
	if (same_by_both_ways(&frame, &same) && !same)
		abort();
	/* A first time, and a repetition. */
	pipeline_post(pipeline, &frame, 1);
	pipeline_post(pipeline, &frame, 1);
	if (!ledger_balances(pipeline_close(pipeline)))
		abort();
	pipeline_free(pipeline);
	return 0;
}
