/* shapes.c - regular frames counted by their shape. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/shapes.h"

static void settle(struct ledger *ledger, unsigned shape, enum purpose purpose,
    struct shape_sum *sum)
{
	struct posting posting;

	if (sum->frames == 0)
		return;
	posting_write_shape(&posting, ledger->level, shape, purpose, sum);
	book_post_many(&ledger->of_flows, &posting, sum->frames);
	ledger->frames += sum->frames;
	ledger->bytes += posting_counted(ledger->level, shape, sum);
	*sum = (struct shape_sum){0};
}

void shapes_settle(struct shapes *shapes, struct ledger *ledger)
{
	for (unsigned shape = 0; shape < SHAPES; shape++)
		for (unsigned why = 0; why < PURPOSE_COUNT; why++)
			for (unsigned i = 0; i < 4; i++)
				settle(ledger, shape, (enum purpose)why,
				    &shapes->sum[shape][why][i / 2][i % 2]);
}
