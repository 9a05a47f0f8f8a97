/* persistent.c - a connection for each game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/carry.h"
#include <errno.h>
#include <string.h>

/*
 * A server of the other version waits for a command instead of greeting.  It
 * can be told from a slow one only by patience; a crowd needs more of it.
 * A full server closes as soon as it has accepted: later, it may as well have
 * waited in vain.
 */
enum { GREETING_MS = 3000, FULL_MS = 500 };

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
			heard = carry_receive(link);
			break;
		case TREASURE_BAD:
			return LINK_GARBLED;
		}
	}
	return heard;
}

/* It closed so many ms after we came, without a word. */
static enum link_result turned_away(const struct link *link, int64_t ms)
{
	if (link->is_reset)
		return LINK_REFUSED;
	return ms > FULL_MS && !link->is_crew ? LINK_SHUT : LINK_FULL;
}

static enum link_result hear_greeting(struct link *link)
{
	int64_t begin = net_now_ms();

	if (!link->is_crew)
		carry_expect_within(link, GREETING_MS);
	enum link_result result = hear(link);

	if (result == LINK_OK && link->reply.kind != TREASURE_ID)
		return LINK_GARBLED;
	if (result == LINK_GONE && link->received > 0)
		return LINK_GARBLED;
	if (result == LINK_ERROR && link->error == ETIMEDOUT &&
	    link->received == 0)
		return LINK_SILENT;
	if (result == LINK_GONE)
		return turned_away(link, net_now_ms() - begin);
	return result;
}

/* The server says who we are, or closes because all seats are taken. */
static enum link_result join(struct link *link)
{
	enum link_result result = carry_connect(link);

	if (result == LINK_GONE) /* before it began */
		return LINK_REFUSED;
	if (result == LINK_OK)
		result = hear_greeting(link);
	if (result != LINK_OK)
		return result;
	link->seat = link->reply.id;
	if (!link->is_player_given)
		link->player = link->reply.id;
	link->is_crew = false;
	return LINK_OK;
}

/* One command, one reply, on the connection we have. */
static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	if (link->received > 0) /* more than the answer to the last one */
		return LINK_GARBLED;
	enum link_result result = carry_send(link, verb);
	if (result == LINK_OK)
		result = hear(link);
	return result;
}

const struct version persistent = {"persistent", join, ask, carry_close, false};
