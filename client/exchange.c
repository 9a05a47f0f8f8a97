/* exchange.c - which replies may follow which command. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/exchange.h"
#include <stdio.h>

bool exchange_fits(const struct exchange *exchange)
{
	bool is_oneshot = exchange->is_oneshot;
	enum treasure_verb verb = exchange->verb;

	switch (exchange->kind) {
	case TREASURE_SCORES_BOARD:
		return true; /* for any command once the game is over */
	case TREASURE_SCORES:
		return treasure_is_step((uint8_t)verb);
	case TREASURE_NOTHING:
		return is_oneshot && verb != TREASURE_GET;
	case TREASURE_ERROR:
		return !is_oneshot &&
		       (treasure_is_step((uint8_t)verb) ||
			   (verb == TREASURE_QUIT && exchange->is_foreign));
	case TREASURE_OVER:
		return !is_oneshot && verb == TREASURE_QUIT;
	case TREASURE_ID:
		break;
	}
	return false;
}

static const char *kind_name(enum treasure_kind kind)
{
	switch (kind) {
	case TREASURE_NOTHING:
		return "0 bytes";
	case TREASURE_ID:
		return "an id";
	case TREASURE_ERROR:
		return "\"E\"";
	case TREASURE_OVER:
		return "\"O\"";
	case TREASURE_SCORES:
		return "scores alone";
	case TREASURE_SCORES_BOARD:
		break;
	}
	return "scores and a board";
}

const char *exchange_explain(const struct exchange *exchange,
    char out[EXCHANGE_TEXT_LEN])
{
	const char *more = "";

	if (exchange->is_oneshot && exchange->verb == TREASURE_GET &&
	    exchange->kind == TREASURE_NOTHING)
		more = ", as a full server of the other version does, or one "
		       "without room";
	snprintf(out, EXCHANGE_TEXT_LEN,
	    "the server spoke another protocol: it answered %c with %s%s",
	    treasure_letter(exchange->verb), kind_name(exchange->kind), more);
	return out;
}
