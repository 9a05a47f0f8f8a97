/* session.h - one connection, seen from the thread that serves it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "server/guard.h"
#include "wire/net.h"
#include "wire/treasure.h"

/*
 * Threads: a session belongs to the one thread that serves it; the service is
 * shared, read-only but for its guard and is_stopping.  No lock is held while
 * a session reads or sends.
 */
struct session;

/* How connections are used: oneshot.c and persistent.c hold one each. */
struct version {
	const char *name;
	void (*serve)(struct session *session);
};

extern const struct version oneshot, persistent;

/* What all sessions share. */
struct service {
	const struct version *version;
	struct guard guard;
	int64_t idle_ms; /* silence after which a connection is closed */
	bool trusts_player_bits;
	bool binds_seats; /* to addresses; in the one-shot version only */
	bool is_verbose;
	atomic_bool is_stopping; /* read no further command */
};

struct session {
	struct service *service;
	int fd;
	struct net_endpoint peer; /* looked up if is_verbose or binds_seats */
	bool has_peer;            /* ... and it was still there */
	int64_t opened_ms;
	uint8_t seat;        /* 1..3 once joined, or 0 */
	bool is_turned_away; /* no seat was free */
	bool saw_the_end;    /* the last game is over: the server can stop */
	uint64_t commands, refused, foreign; /* read, and what became of them */
	struct cursor unread;                /* in what was received */
	uint8_t received[64];
	struct match_turn turn; /* the command in hand and its answer */
	uint8_t out[TREASURE_PREFIX_LEN + TREASURE_MAX_BODY];
};

/* A session over fd, or NULL without memory.  fd stays the caller's. */
struct session *session_new(struct service *service, int fd) MUST_CHECK;

/* Take a seat; false if none is free. */
bool session_join(struct session *session) MUST_CHECK;
void session_leave(struct session *session);

/*
 * The next command into turn.command.  False when there is none: the client
 * has gone or been silent for too long, or the server is stopping.
 */
bool session_read(struct session *session) MUST_CHECK;

/*
 * Carry out turn.command, if is_allowed; the answer is in turn.  Where seats
 * are bound to addresses, a peer that was gone too early to have one may do
 * nothing.
 */
void session_play(struct session *session, bool is_allowed);

/* Send len bytes of session->out in one write; false if the client is gone. */
bool session_send(struct session *session, size_t len) MUST_CHECK;

/*
 * End the stream after all that was sent, and take in what the client still
 * sends: closing with bytes unread would reset the connection, and a reset
 * can destroy the last reply on its way.
 */
void session_hang_up(struct session *session);

#endif
