/* persistent.c - a connection for each game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/session.h"

/* What stands for a verdict: every command has a body for its answer. */
static const enum treasure_kind kind_of[] = {
    [BOARD_STEPPED] = TREASURE_SCORES,
    [BOARD_SHOWN] = TREASURE_SCORES_BOARD,
    [BOARD_REFUSED] = TREASURE_ERROR,
    [BOARD_QUIT] = TREASURE_OVER,
};

/* The connection is the player: it speaks for its own seat. */
static bool is_allowed(const struct session *session)
{
	struct treasure_command command = session->turn.command;

	return command.player == session->seat ||
	       command.verb == TREASURE_GET ||
	       session->service->trusts_player_bits;
}

/* A reply says how long it is: the connection goes on after it. */
static bool answer(struct session *session)
{
	struct treasure_reply *reply = &session->turn.reply;

	reply->kind = kind_of[session->turn.verdict];
	return session_send(session,
	    treasure_encode_framed(reply, session->out));
}

/* The first reply answers no command: it says which player you are. */
static bool greet(struct session *session)
{
	struct treasure_reply *reply = &session->turn.reply;

	reply->kind = TREASURE_ID;
	reply->id = session->seat;
	return session_send(session,
	    treasure_encode_framed(reply, session->out));
}

/* A seat, then commands until the client closes. */
static void serve(struct session *session)
{
	if (!session_join(session))
		return;
	bool is_here = greet(session);
	while (is_here && session_read(session)) {
		session_play(session, is_allowed(session));
		is_here = answer(session);
	}
	session_leave(session);
}

const struct version persistent = {"persistent", serve};
