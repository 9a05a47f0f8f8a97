/* session.c - one connection, seen from the thread that serves it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/session.h"
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "server/log.h"

enum { LINGER_MS = 2000 }; /* for a client that does not close */

/* Not calloc: most of a session is a buffer few games fill. */
struct session *session_new(struct service *service)
{
	struct session *session = malloc(sizeof *session);

	if (session != NULL)
		session->service = service;
	return session;
}

static bool needs_peer(const struct service *service)
{
	return service->is_verbose || service->binds_seats ||
	       service->journal != NULL;
}

static void count_reset(session_count *count)
{
	atomic_store_explicit(count, 0, memory_order_relaxed);
}

static void count_add(session_count *count, bool is_one)
{
	uint64_t now = atomic_load_explicit(count, memory_order_relaxed);

	if (is_one)
		atomic_store_explicit(count, now + 1, memory_order_relaxed);
}

static void wait_note(struct session *session, int64_t since_ms)
{
	atomic_store_explicit(&session->waits_since_ms, since_ms,
	    memory_order_relaxed);
}

void session_open(struct session *session, int fd, struct room *room)
{
	session->fd = fd;
	session->room = room;
	session->peer = (struct net_endpoint){.host = "?"};
	session->has_peer =
	    needs_peer(session->service) && net_peer(fd, &session->peer);
	session->opened_ms = net_lately_ms();
	session->seat = 0;
	atomic_store(&session->is_served,
	    session->service->version == &oneshot);
	session->is_turned_away = session->saw_the_end = false;
	session->is_lost = session->is_at_end = false;
	session->is_cut = false;
	count_reset(&session->commands);
	count_reset(&session->refused);
	count_reset(&session->foreign);
	wait_note(session, 0);
	session->ticket = 0;
	session->unread = cursor_over(session->received, 0);
}

static bool adds_up(const struct match_news *news)
{
	uint64_t sum = news->points_left;

	for (unsigned i = 0; i < news->scores.players; i++) {
		sum += news->scores.score[i];
		if (news->scores.score[i] == UINT16_MAX)
			return true; /* it may have been more */
	}
	return sum == news->points;
}

/* Will a game that is over be there for ever? */
static bool stays(const struct session *session)
{
	const struct match_rules *rules = &session->room->guard.match.rules;

	return session->service->version == &oneshot &&
	       rules->rematch_ms == MATCH_NEVER && rules->games == 0;
}

/* After an action: wait for the journal, then say what has happened. */
static void settle(struct session *session)
{
	struct service *service = session->service;
	const struct match_news *news = &session->turn.news;

	if (session->ticket != 0 &&
	    !journal_wait(service->journal, session->ticket))
		session->is_lost = true;
	if (session->is_lost) /* and what the board says with it */
		return;
	if (news->has_ended) {
		atomic_fetch_add(&service->games, 1);
		if (!adds_up(news))
			atomic_fetch_add(&service->bad_games, 1);
		log_game(news, service->rooms.count > 1 ? session->room : NULL);
		if (stays(session))
			log_stays(service->journal != NULL);
	}
	if (news->is_last && rooms_close(&service->rooms, session->room))
		session->saw_the_end = true;
}

static const char *host_of(const struct session *session)
{
	return session->has_peer ? session->peer.host : NULL;
}

static void write_down(struct session *session, struct journal_entry entry)
{
	struct journal *journal = session->service->journal;

	if (journal == NULL)
		return;
	entry.room = session->room->number;
	entry.news = &session->turn.news;
	entry.host = host_of(session);
	session->ticket = journal_append(journal, &entry);
}

static bool is_stopping(const struct session *session)
{
	return atomic_load(&session->service->is_stopping);
}

static void join(struct match *match, void *context)
{
	struct session *session = context;
	bool keeps_hosts = session->service->journal != NULL;

	session->seat = match_join(match, session->wish,
	    keeps_hosts ? host_of(session) : NULL, net_now_ms(),
	    &session->turn.news);
	atomic_store(&session->room->is_full,
	    !match_has_seat(match, MATCH_ANY_SEAT));
	if (session->seat != 0)
		write_down(session,
		    (struct journal_entry){.has_command = false});
	else if (session->new_seat == NULL &&
		 match_has_seat(match, MATCH_NEW_SEAT))
		session->new_seat = session->room;
}

/* Nothing, if there is a seat already.  There may be very many rooms. */
static void join_from(struct session *session, enum match_wish wish,
    uint32_t first)
{
	struct rooms *rooms = &session->service->rooms;

	session->wish = wish;
	for (uint32_t i = first;
	     i < rooms->count && session->seat == 0 && !is_stopping(session);
	     i++) {
		if (atomic_load(&rooms->room[i].is_full))
			continue;
		session->room = &rooms->room[i];
		guard_run(&session->room->guard, join, session);
	}
}

/*
 * Who comes back finds the old seat; others rather one that is nobody's, and
 * who looked for the old one has seen where.
 */
bool session_join(struct session *session)
{
	session->new_seat = NULL;
	if (session->service->journal != NULL && session->has_peer)
		join_from(session, MATCH_OLD_SEAT, 0);
	if (session->new_seat != NULL)
		join_from(session, MATCH_NEW_SEAT, session->new_seat->number);
	join_from(session, MATCH_ANY_SEAT, 0);
	if (session->seat != 0)
		settle(session);
	session->is_turned_away = session->seat == 0;
	atomic_store(&session->is_served, session->seat != 0);
	return session->seat != 0;
}

static void leave(struct match *match, void *context)
{
	struct session *session = context;

	match_leave(match, session->seat, net_lately_ms(), &session->turn.news);
	atomic_store(&session->room->is_full,
	    !match_has_seat(match, MATCH_ANY_SEAT));
	write_down(session, (struct journal_entry){.has_command = false});
}

void session_leave(struct session *session)
{
	guard_run(&session->room->guard, leave, session);
	settle(session);
}

/*
 * Where more threads serve than there are processors, who has been answered is
 * most likely waiting for a processor to ask again on.  Let it: by our next
 * turn its command is here, and neither of us had to sleep and be woken.
 */
static void make_way(const struct session *session)
{
	if (session->commands > 0 && session->service->is_crowded)
		(void)sched_yield();
}

int64_t session_waits_until(const struct session *session)
{
	int64_t idle_ms = session->service->idle_ms;
	int64_t since_ms = atomic_load_explicit(&session->waits_since_ms,
	    memory_order_relaxed);

	return idle_ms == 0 || since_ms == 0 ? NET_FOREVER : since_ms + idle_ms;
}

/*
 * Receive what has come in, waiting for it at most idle_ms: then the main
 * thread sends a signal.  (With a limit of the socket's the kernel would set
 * and unset a timer for each command.)
 */
static ssize_t wait_and_read(struct session *session)
{
	int64_t idle_ms = session->service->idle_ms;
	ssize_t got;

	wait_note(session, net_lately_ms());
	do
		got = net_read_within(session->fd, session->received,
		    sizeof session->received,
		    idle_ms == 0 ? NET_FOREVER : idle_ms);
	while (got < 0 && errno == EINTR && !is_stopping(session) &&
	       net_lately_ms() < session_waits_until(session));
	wait_note(session, 0);
	return got;
}

static bool receive(struct session *session)
{
	make_way(session);
	ssize_t got = wait_and_read(session);
	if (got <= 0) {
		session->is_at_end =
		    got == 0 || (errno != ETIMEDOUT && errno != EINTR);
		return false;
	}
	switches_after_read(&session->service->switches, session->fd);
	session->unread = cursor_over(session->received, (size_t)got);
	return true;
}

bool session_read(struct session *session)
{
	if (is_stopping(session))
		return false;
	if (cursor_left(&session->unread) == 0 && !receive(session))
		return false;
	session->turn.command =
	    treasure_decode_command(*cursor_take(&session->unread, 1));
	count_add(&session->commands, true);
	return true;
}

static void play(struct match *match, void *context)
{
	struct session *session = context;
	struct match_turn *turn = &session->turn;

	match_play(match, turn);
	write_down(session, (struct journal_entry){
				.has_command = turn->verdict == BOARD_STEPPED ||
					       turn->verdict == BOARD_QUIT,
				.command = turn->command,
			    });
}

void session_play(struct session *session, bool is_allowed)
{
	struct match_turn *turn = &session->turn;
	bool binds_seats = session->service->binds_seats;

	turn->is_allowed = is_allowed && (session->has_peer || !binds_seats);
	turn->host = binds_seats ? session->peer.host : NULL;
	turn->now_ms = net_lately_ms();
	guard_play(&session->room->guard, play, session);
	count_add(&session->refused, turn->verdict == BOARD_REFUSED);
	count_add(&session->foreign, turn->is_foreign);
	settle(session);
}

/* In one write, or as the switches say. */
static bool out_write(struct session *session, size_t len)
{
	const struct net_switches *switches = &session->service->switches;
	const uint8_t *out = session->out;
	int fd = session->fd;

	if (switches->is_corked)
		return net_write_last(fd, out, len,
		    net_deadline(SESSION_SEND_MS));
	if (!switches->splits_replies || len <= TREASURE_PREFIX_LEN)
		return net_write_within(fd, out, len, SESSION_SEND_MS);
	return net_write_within(fd, out, TREASURE_PREFIX_LEN,
		   SESSION_SEND_MS) &&
	       net_write_within(fd, out + TREASURE_PREFIX_LEN,
		   len - TREASURE_PREFIX_LEN, SESSION_SEND_MS);
}

bool session_send(struct session *session, size_t len)
{
	if (session->is_lost)
		return false;
	/* Who does not take its replies is not waited for any more. */
	session->is_cut = session->is_at_end = !out_write(session, len);
	return !session->is_at_end;
}

/*
 * In the one-shot version a FIN alone refuses a step; a G never is.  In the
 * other it says that all seats are taken.
 */
bool session_is_unanswered(const struct session *session)
{
	bool is_oneshot = session->service->version == &oneshot;
	bool has_answer =
	    is_oneshot ? session->commands > 0 : session->seat != 0;

	return session->is_lost || session->is_cut ||
	       (!has_answer && is_stopping(session));
}

/*
 * Has the client been answered, and sent nothing more with its command?  (To
 * ask again costs a call, and what comes after close(2) is reset anyway.)  When
 * the server stops, its next command may be on the way.
 */
static bool is_content(const struct session *session)
{
	return session->commands > 0 && !is_stopping(session) &&
	       cursor_left(&session->unread) == 0;
}

void session_hang_up(struct session *session)
{
	if (session->is_at_end || session->service->switches.is_linger0 ||
	    is_content(session) || shutdown(session->fd, SHUT_WR) != 0)
		return;
	int64_t deadline = net_deadline(LINGER_MS);
	while (net_read(session->fd, session->received,
		   sizeof session->received, deadline) > 0 &&
	       net_now_ms() < deadline)
		continue;
}
