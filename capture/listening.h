/* listening.h - the way from a flow's segment to an application. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LISTENING_H
#define CAPTURE_LISTENING_H

#include "capture/application/dialogue.h"
#include "capture/decode/brief.h"
#include "capture/flow/purpose.h"
#include "capture/flow/table.h"
#include "capture/ledger/ledger.h"

/*
 * Let the application on the server's port, if any, hear what a TCP segment
 * that `side` sent carries.  Only connections are heard whose start was
 * captured; once a flow is_unheard, a call does nothing.
 */
void listening_hear(struct ledger *ledger, const struct port_range *ports,
    struct flow *flow, unsigned side, const struct brief *brief,
    const struct verdict *verdict);

/* Before a flow ends. */
void listening_end(struct flow *flow);

#endif
