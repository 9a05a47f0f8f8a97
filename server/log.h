/* log.h - what the server says on stderr: whole lines, one write each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "server/session.h"

/* Any thread may call these; none may hold a lock while it does. */

/* game=1 over=treasures scores=13:20 points=33 left=0 left_points=0 */
void log_game(const struct match_news *news);

/* connection peer=127.0.0.1:4711 seat=1 commands=9 refused=1 ... */
void log_session(const struct session *session);

#endif
