/* json_joint.h - what joins a flow with a later one, as JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_REPORT_JSON_JOINT_H
#define CAPTURE_REPORT_JSON_JOINT_H

#include <jansson.h>
#include "capture/ledger/ledger.h"

/* The member `mergeable` of a flow that has a joint. */
json_t *json_of_joint(const struct owner *owner);

#endif
