/* persistent.c - a connection for each game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/link.h"
#include <string.h>

/* A reply says how long it is; what follows it is the next one's. */
static enum link_result hear(struct link *link)
{
	enum link_result heard = LINK_OK;

	while (heard == LINK_OK) {
		struct cursor in = cursor_over(link->in, link->received);

		switch (treasure_decode_framed(&in, &link->reply)) {
		case TREASURE_OK:
			link->received = cursor_left(&in);
			memmove(link->in, in.at, link->received);
			return LINK_OK;
		case TREASURE_PARTIAL:
			heard = link_receive(link);
			break;
		case TREASURE_BAD:
			return LINK_GARBLED;
		}
	}
	return heard;
}

/* The server says who we are, or closes because all seats are taken. */
static enum link_result join(struct link *link)
{
	enum link_result result = link_connect(link);

	if (result == LINK_OK)
		result = hear(link);
	if (result == LINK_GONE)
		return link->received == 0 ? LINK_FULL : LINK_GARBLED;
	if (result != LINK_OK)
		return result;
	if (link->reply.kind != TREASURE_ID)
		return LINK_GARBLED;
	if (!link->is_player_given)
		link->player = link->reply.id;
	link->is_crew = false;
	return LINK_OK;
}

static void leave(struct link *link)
{
	link_close(link);
}

/* One command, one reply, on the connection we have. */
static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	enum link_result result = link_send(link, verb);

	if (result == LINK_OK)
		result = hear(link);
	return result;
}

const struct version persistent = {"persistent", join, ask, leave, false};
