/* session.h - one connection, seen from the thread that serves it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "server/journal.h"
#include "server/room.h"
#include "wire/net.h"
#include "wire/treasure.h"

/*
 * Threads: a session belongs to the one thread that serves it; the service is
 * shared, read-only but for its rooms, its journal and its atomics.  No lock
 * is held while a session reads or sends.
 */
struct session;

enum {
	SESSION_SEND_MS = 10000, /* who does not read is gone after that */
};

/* How connections are used: oneshot.c and persistent.c hold one each. */
struct version {
	const char *name;
	void (*serve)(struct session *session);
};

extern const struct version oneshot, persistent;

/* What all sessions share. */
struct service {
	const struct version *version;
	struct rooms rooms;
	struct journal *journal; /* or NULL: nothing is written down */
	struct net_switches switches;
	int64_t idle_ms; /* silence that closes a connection; 0: none does */
	bool trusts_player_bits;
	bool binds_seats; /* to addresses; in the one-shot version only */
	bool is_verbose;
	_Atomic uint64_t games;     /* that have ended */
	_Atomic uint64_t bad_games; /* of those, whose points do not add up */
	/* Not beside the other flags: gcc reads those four at a time. */
	atomic_bool is_stopping; /* read no further command */
	atomic_bool is_crowded;  /* more connections than processors */
};

/* Its own thread alone adds to a session's count; others may read it. */
typedef _Atomic uint64_t session_count;

struct session {
	struct service *service;
	struct room *room; /* where it plays; persistent: once joined */
	int fd;
	struct net_endpoint peer; /* looked up where somebody asks for it */
	bool has_peer;            /* ... and it was still there */
	int64_t opened_ms;
	uint8_t seat;          /* 1..3 once joined, or 0 */
	enum match_wish wish;  /* while it joins */
	struct room *new_seat; /* likewise: the first with one, or NULL */
	atomic_bool is_served; /* it has a seat, or needs none */
	bool is_turned_away;   /* it has found no seat */
	bool is_lost;          /* the journal has failed: answer nothing */
	bool is_cut;           /* a reply, whose taker was given up */
	bool is_at_end;        /* the client has closed, or is gone */
	bool saw_the_end;      /* the last game is over: the server can stop */
	_Atomic int64_t waits_since_ms; /* for a command; 0: it does not */
	session_count commands, refused, foreign; /* read, and what became */
	uint64_t ticket;      /* what the journal must hold before a reply */
	struct cursor unread; /* in what was received */
	uint8_t received[64];
	struct match_turn turn; /* the command in hand and its answer */
	uint8_t out[TREASURE_PREFIX_LEN + TREASURE_MAX_BODY];
};

/* A session to be opened, or NULL without memory; free() ends it. */
struct session *session_new(struct service *service) MUST_CHECK;

/* Begin anew with a connection, at this room; fd stays the caller's. */
void session_open(struct session *session, int fd, struct room *room);

/* Take a seat, in any room; false if none is free, or the server stops. */
bool session_join(struct session *session) MUST_CHECK;
void session_leave(struct session *session);

/*
 * The next command into turn.command.  False when there is none: the client
 * has gone or been silent for too long, or the server is stopping.
 */
bool session_read(struct session *session) MUST_CHECK;

/*
 * For other threads: when its client will have been silent for too long, by
 * net_lately_ms, if it waits for one; else NET_FOREVER.  From then on a signal
 * to its thread ends the wait.
 */
int64_t session_waits_until(const struct session *session);

/*
 * Carry out turn.command, if is_allowed; the answer is in turn.  Where seats
 * are bound to addresses, a peer that was gone too early to have one may change
 * nothing.
 */
void session_play(struct session *session, bool is_allowed);

/*
 * Send len bytes of session->out, in one write unless a switch says otherwise,
 * and not before the journal holds all they tell of.  False if the client is
 * gone.
 */
bool session_send(struct session *session, size_t len) MUST_CHECK;

/*
 * Must the connection end in a reset, as the end of the stream would say what
 * is not so?  The journal has failed, the server stops before a command (or,
 * where there are seats, before there is one), or part of a reply is all the
 * client took.
 */
bool session_is_unanswered(const struct session *session);

/*
 * End the stream after all that was sent, and take in what the client still
 * sends: closing with bytes unread would reset the connection, and a reset
 * can destroy the last reply on its way.  A client that was answered and has
 * sent nothing more is left to close().
 */
void session_hang_up(struct session *session);

#endif
