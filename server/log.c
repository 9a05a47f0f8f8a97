/* log.c - what the server says on stderr: whole lines, one write each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/log.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_LEN = 512 };

/*
 * Waits for who reads.  Signals that wake threads interrupt it, and stdio
 * would give the line up.
 */
static void say(const char *line)
{
	struct pollfd pfd = {.fd = STDERR_FILENO, .events = POLLOUT};
	size_t left = strlen(line);

	while (left > 0) {
		ssize_t put = write(STDERR_FILENO, line, left);

		if (put >= 0) {
			line += put;
			left -= (size_t)put;
		} else if (errno == EAGAIN) {
			(void)poll(&pfd, 1, -1);
		} else if (errno != EINTR) {
			return;
		}
	}
}

void log_game(const struct match_news *news, const struct room *room)
{
	char scores[TREASURE_SCORES_TEXT_LEN];
	char where[sizeof " room=4294967295"] = "";
	char line[LINE_LEN];

	if (room != NULL)
		snprintf(where, sizeof where, " room=%" PRIu32,
		    room->number + 1);
	snprintf(line, sizeof line,
	    "game=%" PRIu64 " over=%s scores=%s points=%" PRIu32
	    " left=%u left_points=%" PRIu32 "%s\n",
	    news->game, news->reason,
	    treasure_scores_text(&news->scores, scores), news->points,
	    news->left, news->points_left, where);
	say(line);
}

void log_stays(bool has_journal)
{
	say(has_journal ? "treasure-server: the finished game stays, as the "
			  "journal keeps it; for another start the server "
			  "with --rematch-after\n"
			: "treasure-server: the finished game stays; restart "
			  "the server for a new one, or start it with "
			  "--rematch-after\n");
}

void log_session(const struct session *session)
{
	char peer[NET_NAME_LEN];
	char line[LINE_LEN];

	net_print(&session->peer, peer);
	snprintf(line, sizeof line,
	    "connection peer=%s seat=%u commands=%" PRIu64 " refused=%" PRIu64
	    " foreign=%" PRIu64 " ms=%" PRId64 "\n",
	    peer, session->seat, atomic_load(&session->commands),
	    atomic_load(&session->refused), atomic_load(&session->foreign),
	    net_now_ms() - session->opened_ms);
	say(line);
}

void log_refusal(enum refusal why, uint64_t count)
{
	static const char *const names[] = {
	    [REFUSED_CONNECTIONS] = "max-connections",
	    [REFUSED_ADDRESS] = "max-per-address",
	    [REFUSED_DESCRIPTORS] = "descriptors",
	    [REFUSED_THREADS] = "threads",
	    [REFUSED_MEMORY] = "memory",
	};
	char line[LINE_LEN];

	snprintf(line, sizeof line, "refused reason=%s count=%" PRIu64 "\n",
	    names[why], count);
	say(line);
}

void log_trouble(int error)
{
	char line[LINE_LEN];

	snprintf(line, sizeof line, "treasure-server: cannot accept: %s\n",
	    strerror(error));
	say(line);
}

static double rate(uint64_t now, uint64_t last, int64_t ms)
{
	return ms <= 0 ? 0 : (double)(now - last) * NET_MS_PER_S / (double)ms;
}

void log_stats(const struct tally *now, struct service *service,
    struct log_period *period)
{
	int64_t now_ms = net_now_ms();
	int64_t ms = now_ms - period->last_ms;
	const struct tally *last = &period->last;
	char line[LINE_LEN];

	snprintf(line, sizeof line,
	    "stats uptime_s=%" PRId64 " connections=%" PRIu64 " open=%" PRIu64
	    " threads=%" PRIu64 " turned_away=%" PRIu64 " commands=%" PRIu64
	    " refused=%" PRIu64 " foreign=%" PRIu64 " games=%" PRIu64
	    " bad_games=%" PRIu64 " connections_per_s=%.1f"
	    " commands_per_s=%.1f\n",
	    (now_ms - period->started_ms) / NET_MS_PER_S, now->connections,
	    now->serving, now->threads, now->turned_away, now->commands,
	    now->refused, now->foreign, atomic_load(&service->games),
	    atomic_load(&service->bad_games), rate(now->begun, last->begun, ms),
	    rate(now->commands, last->commands, ms));
	say(line);
	period->last = *now;
	period->last_ms = now_ms;
}

void log_end(const struct tally *tally, struct service *service)
{
	char line[LINE_LEN];

	snprintf(line, sizeof line,
	    "stopped connections=%" PRIu64 " turned_away=%" PRIu64
	    " commands=%" PRIu64 " refused=%" PRIu64 " foreign=%" PRIu64
	    " games=%" PRIu64 " bad_games=%" PRIu64 "\n",
	    tally->connections, tally->turned_away, tally->commands,
	    tally->refused, tally->foreign, atomic_load(&service->games),
	    atomic_load(&service->bad_games));
	say(line);
}
