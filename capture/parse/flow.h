/* flow.h - one flow read back from JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_PARSE_FLOW_H
#define CAPTURE_PARSE_FLOW_H

#include <jansson.h>
#include "capture/ledger/ledger.h"
#include "capture/parse/value.h"

/*
 * Add the flow to a ledger, as it stands there: its id is not checked, and
 * the sums of the ledger do not hold it yet.  False after a complaint.
 */
bool parse_flow(const struct place *place, json_t *object,
    struct ledger *ledger) MUST_CHECK;

/* Its member `mergeable`, into owner->joint.  False after a complaint. */
bool parse_joint(const struct place *place, json_t *object,
    struct owner *owner) MUST_CHECK;

#endif
