/* oneshot.c - a connection for each command. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/carry.h"
#include <errno.h>

enum { OTHER_MS = 1000 }; /* for the end to follow what may be a greeting */

/* Does the reply begin as the persistent version greets, 00 01 id? */
static bool is_greeting(const struct link *link)
{
	return link->received > TREASURE_PREFIX_LEN &&
	       load_be16(link->in) == 1 && link->in[TREASURE_PREFIX_LEN] >= 1 &&
	       link->in[TREASURE_PREFIX_LEN] <= TREASURE_MAX_PLAYERS;
}

/*
 * A reset may have cut the reply short.  A board says by itself that it is
 * whole; of anything else it is believed only where the user wants resets.
 */
static bool is_whole(const struct link *link)
{
	return !link->is_reset || link->route.switches.is_linger0 ||
	       link->reply.kind == TREASURE_SCORES_BOARD;
}

/*
 * A reset without a byte is a server that has gone or has no room, unless it
 * is known to end its replies so.
 */
static enum link_result take(struct link *link)
{
	bool is_cut = link->received > 0 || link->ends_by_reset;

	if (!is_whole(link))
		return is_cut ? LINK_CUT : LINK_GONE;
	link->ends_by_reset = link->is_reset;
	return LINK_OK;
}

/* The reply ends where the connection ends. */
static enum link_result hear(struct link *link)
{
	enum link_result heard = LINK_OK;

	while (heard == LINK_OK) {
		heard = carry_receive(link);
		if (heard == LINK_OK && is_greeting(link))
			carry_expect_within(link, OTHER_MS);
	}
	if (heard == LINK_ERROR && link->error == ETIMEDOUT &&
	    is_greeting(link))
		return LINK_OTHER;
	if (heard != LINK_GONE)
		return heard;
	switch (treasure_decode_body(link->in, link->received, &link->reply)) {
	case TREASURE_OK:
		return take(link);
	case TREASURE_PARTIAL:
	case TREASURE_BAD:
		break;
	}
	if (is_greeting(link))
		return LINK_OTHER;
	return link->is_reset ? LINK_GONE : LINK_GARBLED;
}

/* Nobody assigns players: take the one that was asked for. */
static enum link_result join(struct link *link)
{
	(void)link;
	return LINK_OK;
}

/* One connection, one command, one reply. */
static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	enum link_result result = carry_connect(link);

	if (result == LINK_OK)
		result = carry_send(link, verb);
	if (result == LINK_OK)
		result = hear(link);
	if (result == LINK_CUT && verb == TREASURE_QUIT)
		result = LINK_GONE; /* nothing was to come */
	carry_close(link);
	return result;
}

const struct version oneshot = {"oneshot", join, ask, carry_close, true};
