/* shapes.c - regular frames counted by their shape. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/shapes.h"
#include "capture/decode/regular.h"

/* What the level counts of a frame, reckoned without its accounts. */
static uint64_t counted(enum level level, const struct frame *frame,
    const struct brief *brief)
{
	switch (level) {
	case LEVEL_TRANSPORT:
		return brief->ip_bytes - (brief->shape & SHAPE_IPV6
						 ? REGULAR_IPV6
						 : REGULAR_IPV4);
	case LEVEL_IP:
		return brief->ip_bytes;
	case LEVEL_WIRE:
		return (uint64_t)frame->length + posting_phy(frame);
	case LEVEL_LINK:
	case LEVEL_COUNT:
		break;
	}
	return frame->length;
}

void shapes_post(struct shapes *shapes, struct ledger *ledger,
    const struct frame *frame, const struct brief *brief,
    const struct verdict *verdict)
{
	uint32_t repeated = brief->segment.len - verdict->fresh;
	struct shape_sum *sum = &shapes->sum[brief->shape][verdict->purpose]
					    [verdict->fresh > 0][repeated > 0];

	sum->frames++;
	sum->fresh += verdict->fresh;
	sum->repeated += repeated;
	sum->padding += frame->length - brief->ip_at - brief->ip_bytes;
	if (ledger->level == LEVEL_WIRE)
		sum->phy += posting_phy(frame);
	ledger->frames++;
	ledger->bytes += counted(ledger->level, frame, brief);
}

static void settle(struct ledger *ledger, unsigned shape, enum purpose purpose,
    struct shape_sum *sum)
{
	struct posting posting;

	if (sum->frames == 0)
		return;
	posting_write_shape(&posting, ledger->level, shape, purpose, sum);
	book_post_many(&ledger->of_flows, &posting, sum->frames);
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
