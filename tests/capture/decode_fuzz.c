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

/* A first time, and a repetition. */
static const struct ledger *post_twice(struct pipeline *pipeline,
    const struct frame *frame)
{
	pipeline_post(pipeline, frame, 1);
	pipeline_post(pipeline, frame, 1);
	return pipeline_close(pipeline);
}

/* With owners each frame is posted by itself, without them by its shape. */
static void check_books(const struct frame *frame, enum level level)
{
	struct pipeline *each = pipeline_new(
	    &(struct pipeline_plan){.level = level, .keeps_owners = true});
	struct pipeline *sums =
	    pipeline_new(&(struct pipeline_plan){.level = level});
	const struct ledger *a = post_twice(each, frame);
	const struct ledger *b = post_twice(sums, frame);

	if (!ledger_balances(a) || !ledger_balances(b) ||
	    memcmp(&a->total, &b->total, sizeof(a->total)) != 0)
		abort();
	pipeline_free(each);
	pipeline_free(sums);
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
	enum level level = (enum level)(data[2] % LEVEL_COUNT);
	bool same = true;

	check_parts(&frame);
	if (same_by_both_ways(&frame, &same) && !same)
		abort();
	check_books(&frame, level);
	return 0;
}
