/* exchange.h - which replies may follow which command. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_EXCHANGE_H
#define CLIENT_EXCHANGE_H

#include <stdbool.h>
#include "wire/treasure.h"

/* One command, and the kind of reply that came. */
struct exchange {
	bool is_oneshot; /* the version it happened in */
	bool is_foreign; /* the command names another player than the seat's */
	enum treasure_verb verb;
	enum treasure_kind kind;
};

/* Is this in the table of replies?  docs/wire-protocol.md holds it. */
bool exchange_fits(const struct exchange *exchange) MUST_CHECK;

/* What came where it does not fit: a sentence without a full stop. */
enum { EXCHANGE_TEXT_LEN = 160 };
const char *exchange_explain(const struct exchange *exchange,
    char out[EXCHANGE_TEXT_LEN]);

#endif
