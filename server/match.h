/* match.h - game after game: seats, rematches, and who may speak. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_MATCH_H
#define SERVER_MATCH_H

#include <stdbool.h>
#include <stdint.h>
#include "server/board.h"
#include "wire/net.h"

/* No I/O, no locks, no clock: reach a match through its guard (guard.h). */

enum { MATCH_NEVER = -1 };

struct match_rules {
	struct board_rules board;
	uint64_t seed;      /* game k's board follows from seed and k */
	uint64_t games;     /* the last game's number, or 0: no end */
	int64_t rematch_ms; /* from an end to a new board, or MATCH_NEVER */
	int64_t silence_ms; /* then a bound seat is free, or MATCH_NEVER */
};

/*
 * A seat is taken by a connection (join) or bound to an address (play).  Where
 * join is told of an address, it is kept for who comes back.
 */
struct match_seat {
	bool is_taken;
	char host[NET_HOST_LEN]; /* "" while nobody is bound to it */
	int64_t heard_ms;        /* when host last spoke for it */
};

struct match {
	struct match_rules rules;
	uint64_t game; /* 1, 2, ... */
	struct board board;
	struct match_seat seat[TREASURE_MAX_PLAYERS];
	unsigned players_here; /* connections that joined and did not leave */
	bool is_end_told;      /* this game's end has been news */
	int64_t ended_ms;      /* when it was */
};

/* What a call has brought about; every call fills all of it. */
struct match_news {
	uint64_t game;
	bool has_begun; /* this game has: before the command was played */
	uint8_t bound;  /* the seat that has got another host, or 0 */
	bool has_ended; /* the game has, and the fields below are about it */
	const char *reason; /* "treasures" or "quit" */
	struct treasure_scores scores;
	uint32_t points;      /* of all treasures at the start */
	unsigned left;        /* treasures not collected */
	uint32_t points_left; /* theirs */
	bool is_last; /* rules.games are over and nobody is here: the end */
};

/* One command and its answer. */
struct match_turn {
	struct treasure_command command;
	bool is_allowed;  /* false: the sender may not speak for the player */
	const char *host; /* bind the seat to it, or NULL: no binding */
	int64_t now_ms;
	enum board_verdict verdict;  /* out */
	bool is_foreign;             /* out: refused as not the sender's seat */
	struct treasure_reply reply; /* out: scores, and board if BOARD_SHOWN */
	struct match_news news;      /* out */
};

/* Memory that the board does not need is left as it is. */
void match_init(struct match *match, const struct match_rules *rules);

/*
 * Be as another match was, after a pause: nobody is here, and who was bound to
 * a seat has just been heard.  rules stay.
 */
void match_resume(struct match *match, const struct match *was, int64_t now_ms);

/* Lay out this game's board; seats keep their hosts. */
void match_begin(struct match *match, uint64_t game);

/* Which seat is wanted, of those that are free. */
enum match_wish {
	MATCH_OLD_SEAT, /* one the host had */
	MATCH_NEW_SEAT, /* one nobody had */
	MATCH_ANY_SEAT,
};

/*
 * Take the lowest free seat of those wished for: 1..players, or 0 if there is
 * none, and then nothing has changed.  Given a host, the seat is kept for it.
 * A seat left in an unfinished game is free; one left in a finished game is
 * not, so that a finished game goes when its players have gone, and the next
 * to join finds a new board.
 */
uint8_t match_join(struct match *match, enum match_wish wish, const char *host,
    int64_t now_ms, struct match_news *news) MUST_CHECK;

/* Have rules.games been played, and is nobody here? */
bool match_is_finished(const struct match *match) MUST_CHECK;

/* Would match_join find a seat, for a host that had none? */
bool match_has_seat(const struct match *match, enum match_wish wish) MUST_CHECK;

void match_leave(struct match *match, uint8_t seat, int64_t now_ms,
    struct match_news *news);

/* Answer turn->command.  Over comes before all other reasons to refuse. */
void match_play(struct match *match, struct match_turn *turn);

#endif
