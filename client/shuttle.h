/* shuttle.h - steps to and fro that leave the game as it is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_SHUTTLE_H
#define CLIENT_SHUTTLE_H

#include "wire/treasure.h"

/* The next step, and the one after it. */
struct shuttle {
	enum treasure_verb next, then;
};

/*
 * Along the line with most room before a treasure, a player or the edge:
 * others may play the same seat, and then it is not only we who move it.
 * Sideways where player is not on the board or cannot move.
 */
struct shuttle shuttle_choose(const struct treasure_board *board,
    uint8_t player);

/* The next step has been asked for. */
void shuttle_turn(struct shuttle *shuttle);

#endif
