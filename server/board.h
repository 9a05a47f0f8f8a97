/* board.h - one game: the tiles, the players and the rules. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_BOARD_H
#define SERVER_BOARD_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/treasure.h"

/* What a board is made from: the same rules and seed, the same board. */
struct board_rules {
	unsigned size;      /* tiles a side, TREASURE_MIN_SIZE.._MAX_SIZE */
	unsigned treasures; /* 1..size * size */
	unsigned players;   /* TREASURE_MIN_PLAYERS.._MAX_PLAYERS */
};

/* No I/O, no locks, no clock: whoever owns a board is alone with it. */
struct board {
	struct treasure_board tiles;
	struct treasure_scores scores;
	/* What lies on a tile, 5..10 points, or 0; indexed as the tiles. */
	uint8_t points[TREASURE_MAX_SIZE * TREASURE_MAX_SIZE];
	unsigned position[TREASURE_MAX_PLAYERS]; /* of player 1, 2, 3 */
	unsigned treasures_left;
	uint32_t points_left;
	uint32_t points_at_start; /* all of them, before anyone stood there */
	bool has_quit;
};

/* What the rules say to a command. */
enum board_verdict {
	BOARD_STEPPED, /* the scores are the answer */
	BOARD_SHOWN,   /* the scores and the board are */
	BOARD_REFUSED, /* illegal step, unknown command or player */
	BOARD_QUIT,    /* the player has ended the game */
};

/*
 * Lay out treasures on distinct tiles and players likewise; a player who
 * starts on a treasure has collected it.
 */
void board_init(struct board *board, const struct board_rules *rules,
    uint64_t seed);

/* The same board again; only what its tiles need is written. */
void board_copy(struct board *to, const struct board *from);

/* No treasure is left, or a player has quit. */
bool board_is_over(const struct board *board);

/*
 * Carry out one command.  Once the game is over nothing is carried out and
 * every command is answered BOARD_SHOWN.
 */
enum board_verdict board_play(struct board *board,
    struct treasure_command command) MUST_CHECK;

#endif
