/* link.h - asking the server one command at a time, in either version. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include "client/exchange.h"
#include "client/meter.h"
#include "wire/net.h"
#include "wire/treasure.h"

enum link_result {
	LINK_OK,
	LINK_FULL,    /* all seats are taken */
	LINK_REFUSED, /* a reset to begin with: most likely there is no room */
	LINK_GONE,    /* the server closed: link->error is 0, or a reset's */
	LINK_CUT,     /* a reply that a reset ended: part of it, or all */
	LINK_OTHER,   /* it begins with an id: the other version's server */
	LINK_SILENT,  /* it gives no id: the other version's, or busy */
	LINK_SHUT,    /* no id, then it closed: likewise, or full */
	LINK_GARBLED, /* what came is no reply of this game, or part of one */
	LINK_MISFIT,  /* a reply, but to no such command: link->exchange */
	LINK_ABSENT,  /* the board has no such player: see link->reply */
	LINK_ASTRAY,  /* it has, but our player is on no tile */
	LINK_STOPPED, /* route.patience is at an end: the player wants to go */
	LINK_ERROR,   /* on the way to the server: link->error says which */
	LINK_LOCAL,   /* no client could be made, link->error says why */
	LINK_INPUT,   /* likewise, from standard input */
	LINK_OUTPUT,  /* likewise, to standard output */
};

struct link;

/* How connections are used: oneshot.c and persistent.c hold one each. */
struct version {
	const char *name;
	/* Come to the table: player and seat are known after LINK_OK. */
	enum link_result (*join)(struct link *link);
	/* Send one command and read any reply: link_ask, unjudged. */
	enum link_result (*ask)(struct link *link, enum treasure_verb verb);
	/* Leave without a word; joined or not. */
	void (*leave)(struct link *link);
	bool sends_once; /* each connection carries one command */
};

extern const struct version oneshot, persistent;

/* One player's way to the server.  Large: keep it on the heap. */
struct link {
	const struct version *version;
	struct net_endpoint server;
	uint8_t player; /* whose bits are sent, 1..3 */
	uint8_t seat;   /* the id the server gave, or 0 */
	/* By the user: a server's id does not change the player. */
	bool is_player_given;
	bool is_crew;           /* player follows from turn and the board */
	unsigned turn;          /* in its crew: 0, 1, ... */
	struct net_route route; /* how to connect, and to wait for a reply */
	int fd;                 /* -1 while not connected */
	int64_t deadline;       /* of the reply that is awaited */
	bool is_metered;        /* read the kernel's counters before a close */
	struct meter meter;     /* of the connections closed so far */
	int error;              /* an errno, where the result has one */
	uint64_t sent;          /* commands, answered or not */
	struct treasure_reply reply;
	struct exchange exchange; /* the last that link_ask saw, if any */
	bool has_played;          /* a command has had its answer */
	bool ends_by_reset;       /* the last reply was whole, and was reset */
	bool is_reset;            /* connect, a write or a read failed so */
	size_t received;          /* bytes at the front of in */
	uint8_t in[TREASURE_PREFIX_LEN + TREASURE_MAX_BODY];
};

/* player is 0 if the user names none.  No I/O. */
void link_init(struct link *link, const struct version *version,
    const struct net_endpoint *server, uint8_t player);

/*
 * Send one command; after LINK_OK its answer is in link->reply and is one that
 * this command can have.
 */
enum link_result link_ask(struct link *link,
    enum treasure_verb verb) MUST_CHECK;

/*
 * One of a crew plays the seat that its turn gives it on a board with so many
 * players; reply holds that board's scores.  Others keep theirs.
 */
void link_settle(struct link *link);

/* Has it been sent away before it could play? */
bool link_is_turned_away(enum link_result result) MUST_CHECK;

/* How the players of this version get another game: a sentence. */
const char *link_another_game(const struct version *version);

/* What is known once a quit was not answered as refused: a sentence. */
const char *link_quit_told(const struct version *version);

/*
 * One sentence without a full stop; not for two threads at once.  error and
 * exchange are the link's.
 */
const char *link_explain(enum link_result result, int error,
    const struct exchange *exchange);

/* The pause before a command: think_ms, but before the first none. */
void link_think(uint64_t commands, int64_t think_ms);

/* A person who has waited so long for the server is told so. */
enum { LINK_TELL_MS = 1000 };

#endif
