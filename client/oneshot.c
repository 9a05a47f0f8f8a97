/* oneshot.c - a connection for each command. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/link.h"

/* The reply ends where the connection ends, even if by a reset. */
static enum link_result hear(struct link *link)
{
	enum link_result heard = LINK_OK;

	while (heard == LINK_OK)
		heard = link_receive(link);
	if (heard != LINK_GONE)
		return heard;
	switch (treasure_decode_body(link->in, link->received, &link->reply)) {
	case TREASURE_OK:
		return LINK_OK;
	case TREASURE_PARTIAL:
	case TREASURE_BAD:
		break;
	}
	return LINK_GARBLED;
}

/* Nobody assigns players: take the one that was asked for. */
static enum link_result join(struct link *link)
{
	(void)link;
	return LINK_OK;
}

static void leave(struct link *link)
{
	link_close(link);
}

/* One connection, one command, one reply. */
static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	enum link_result result = link_connect(link);

	if (result == LINK_OK)
		result = link_send(link, verb);
	if (result == LINK_OK)
		result = hear(link);
	link_close(link);
	return result;
}

const struct version oneshot = {"oneshot", join, ask, leave, true};
