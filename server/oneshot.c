/* oneshot.c - a connection for each command. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/session.h"

/* What stands for a verdict: without a body the connection just ends. */
static const enum treasure_kind kind_of[] = {
    [BOARD_STEPPED] = TREASURE_SCORES,
    [BOARD_SHOWN] = TREASURE_SCORES_BOARD,
    [BOARD_REFUSED] = TREASURE_NOTHING,
    [BOARD_QUIT] = TREASURE_NOTHING,
};

/* The player bits are all there is: anyone can speak for anyone. */
static bool is_allowed(const struct session *session)
{
	(void)session;
	return true;
}

/* The reply ends where the connection ends. */
static bool answer(struct session *session)
{
	struct treasure_reply *reply = &session->turn.reply;

	reply->kind = kind_of[session->turn.verdict];
	return session_send(session, treasure_encode_body(reply, session->out));
}

/* One command, one reply; the server closes first. */
static void serve(struct session *session)
{
	if (!session_read(session))
		return;
	session_play(session, is_allowed(session));
	(void)answer(session);
}

const struct version oneshot = {"oneshot", serve};
