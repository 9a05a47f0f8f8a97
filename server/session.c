/* session.c - one connection, seen from the thread that serves it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/session.h"
#include <stdlib.h>
#include <sys/socket.h>
#include "server/log.h"

enum {
	SEND_MS = 10000,  /* a client that does not read is gone after that */
	LINGER_MS = 2000, /* one that does not close */
};

/* Not calloc: most of a session is a buffer few games fill. */
struct session *session_new(struct service *service, int fd)
{
	struct session *session = malloc(sizeof *session);

	if (session == NULL)
		return NULL;
	session->service = service;
	session->fd = fd;
	session->peer = (struct net_endpoint){.port = 0};
	session->opened_ms = net_now_ms();
	session->seat = 0;
	session->is_turned_away = session->saw_the_end = false;
	session->commands = session->refused = session->foreign = 0;
	session->unread = cursor_over(session->received, 0);
	session->has_peer = (service->is_verbose || service->binds_seats) &&
			    net_peer(fd, &session->peer);
	if (!session->has_peer)
		session->peer.host[0] = '?'; /* for log_session */
	return session;
}

static void news_tell(struct session *session)
{
	const struct match_news *news = &session->turn.news;

	if (news->has_ended)
		log_game(news);
	if (news->is_last)
		session->saw_the_end = true;
}

static void join(struct match *match, void *context)
{
	struct session *session = context;

	session->seat = match_join(match, net_now_ms(), &session->turn.news);
}

bool session_join(struct session *session)
{
	guard_run(&session->service->guard, join, session);
	news_tell(session);
	session->is_turned_away = session->seat == 0;
	return session->seat != 0;
}

static void leave(struct match *match, void *context)
{
	struct session *session = context;

	match_leave(match, session->seat, net_now_ms(), &session->turn.news);
}

void session_leave(struct session *session)
{
	guard_run(&session->service->guard, leave, session);
	news_tell(session);
}

/* Receive what has come in, waiting for it at most idle_ms. */
static bool receive(struct session *session)
{
	int64_t idle_ms = session->service->idle_ms;
	ssize_t got =
	    net_read(session->fd, session->received, sizeof session->received,
		idle_ms == 0 ? NET_FOREVER : net_deadline(idle_ms));

	if (got <= 0)
		return false;
	session->unread = cursor_over(session->received, (size_t)got);
	return true;
}

bool session_read(struct session *session)
{
	if (atomic_load(&session->service->is_stopping))
		return false;
	if (cursor_left(&session->unread) == 0 && !receive(session))
		return false;
	session->turn.command =
	    treasure_decode_command(*cursor_take(&session->unread, 1));
	session->commands++;
	return true;
}

static void play(struct match *match, void *context)
{
	match_play(match, context);
}

void session_play(struct session *session, bool is_allowed)
{
	struct match_turn *turn = &session->turn;

	bool binds_seats = session->service->binds_seats;

	turn->is_allowed = is_allowed && (session->has_peer || !binds_seats);
	turn->host = binds_seats ? session->peer.host : NULL;
	turn->now_ms = net_now_ms();
	guard_run(&session->service->guard, play, turn);
	session->refused += turn->verdict == BOARD_REFUSED;
	session->foreign += turn->is_foreign;
	news_tell(session);
}

bool session_send(struct session *session, size_t len)
{
	return net_write(session->fd, session->out, len, net_deadline(SEND_MS));
}

void session_hang_up(struct session *session)
{
	int64_t deadline = net_deadline(LINGER_MS);

	if (shutdown(session->fd, SHUT_WR) != 0)
		return;
	while (net_read(session->fd, session->received,
		   sizeof session->received, deadline) > 0 &&
	       net_now_ms() < deadline)
		continue;
}
