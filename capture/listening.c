/* listening.c - the way from a flow's segment to an application. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/listening.h"

static bool start(struct flow *flow, const struct port_range *ports)
{
	if (flow->dialogue == NULL && flow->has_client && !flow->is_unheard)
		flow->dialogue =
		    dialogue_new(flow->key.port[!flow->client], ports);
	flow->is_unheard = flow->dialogue == NULL;
	return flow->dialogue != NULL;
}

void listening_hear(struct ledger *ledger, const struct port_range *ports,
    struct flow *flow, unsigned side, const struct brief *brief,
    const struct verdict *verdict)
{
	const struct tcp_side *from = &flow->side[side];
	const struct segment *segment = &brief->segment;
	bool is_server = side != flow->client;

	if (verdict->fresh == 0 || !start(flow, ports))
		return;
	if (from->has_syn)
		dialogue_start(flow->dialogue, is_server, from->isn + 1);
	struct utterance utterance = {
	    .seq = segment->seq + ((segment->flags & TCP_SYN) != 0),
	    .data = brief->payload_at,
	    .captured = brief->payload_captured,
	    .len = segment->len,
	    .fresh = verdict->fresh,
	};
	dialogue_hear(flow->dialogue, is_server, &utterance,
	    ledger->application);
}

void listening_end(struct flow *flow)
{
	dialogue_free(flow->dialogue);
	flow->dialogue = NULL;
	flow->is_unheard = false;
}
