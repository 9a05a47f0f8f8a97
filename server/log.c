/* log.c - what the server says on stderr: whole lines, one write each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/log.h"
#include <inttypes.h>
#include <stdio.h>

enum { LINE_LEN = 512 };

static void scores_print(const struct treasure_scores *scores, char *out,
    size_t room)
{
	const uint16_t *s = scores->score;

	if (scores->players == TREASURE_MIN_PLAYERS)
		snprintf(out, room, "%u:%u", s[0], s[1]);
	else
		snprintf(out, room, "%u:%u:%u", s[0], s[1], s[2]);
}

void log_game(const struct match_news *news)
{
	char scores[TREASURE_MAX_PLAYERS * sizeof "65535"];
	char line[LINE_LEN];

	scores_print(&news->scores, scores, sizeof scores);
	snprintf(line, sizeof line,
	    "game=%" PRIu64 " over=%s scores=%s points=%" PRIu32
	    " left=%u left_points=%" PRIu32 "\n",
	    news->game, news->reason, scores, news->points, news->left,
	    news->points_left);
	fputs(line, stderr);
}

void log_session(const struct session *session)
{
	char peer[NET_NAME_LEN];
	char line[LINE_LEN];

	net_print(&session->peer, peer);
	snprintf(line, sizeof line,
	    "connection peer=%s seat=%u commands=%" PRIu64 " refused=%" PRIu64
	    " foreign=%" PRIu64 " ms=%" PRId64 "\n",
	    peer, session->seat, session->commands, session->refused,
	    session->foreign, net_now_ms() - session->opened_ms);
	fputs(line, stderr);
}
