/* application.h - what the payload itself spends on framing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_APPLICATION_APPLICATION_H
#define CAPTURE_APPLICATION_APPLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/account.h"
#include "capture/ledger/ledger.h"
#include "wire/cursor.h"

/*
 * An application is found by its bytes, on its ports.  Each is one file here
 * and one row of the table in dialogue.c: it is shown what both ends of a
 * connection say, in order, and says what of it is framing and what content.
 */

/* What its bytes tell of a connection so far. */
enum recognition {
	RECOGNITION_OPEN, /* nothing yet: what was counted is kept back */
	RECOGNITION_SURE, /* it is this application */
	RECOGNITION_NONE, /* it is not, or not any more */
};

/* Room for what any application remembers of a connection; all 0 at first. */
struct application_state {
	uint32_t word[6];
};

/*
 * len bytes that the client or the server sent, behind all it sent before.
 * Adds framing and content to *sums.
 */
typedef enum recognition application_hear(struct application_state *state,
    bool is_server, const uint8_t *data, size_t len,
    struct application_sums *sums);

/* treasure.c */
application_hear treasure_hear;

#endif
