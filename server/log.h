/* log.h - what the server says on stderr: whole lines, one write each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "server/worker.h"

/* Any thread may call these; none may hold a lock while it does. */

/*
 * game=1 over=treasures scores=13:20 points=33 left=0 left_points=0
 * and room=2 behind it, unless room is NULL: there is but one.
 */
void log_game(const struct match_news *news, const struct room *room);

/* No other game will follow in this room, and how to get one. */
void log_stays(bool has_journal);

/* refused reason=descriptors count=17: connections, since the last line. */
void log_refusal(enum refusal why, uint64_t count);

/* accept has failed by itself, with this errno. */
void log_trouble(int error);

/* From the last line of statistics to this one. */
struct log_period {
	int64_t started_ms, last_ms;
	struct tally last;
};

/* stats uptime_s=60 connections=2 open=1 threads=2 commands=120 ... */
void log_stats(const struct tally *now, struct service *service,
    struct log_period *period);

/* The closing line: stopped connections=2 turned_away=0 commands=120 ... */
void log_end(const struct tally *tally, struct service *service);

/* connection peer=127.0.0.1:4711 seat=1 commands=9 refused=1 ... */
void log_session(const struct session *session);

#endif
