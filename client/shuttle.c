/* shuttle.c - steps to and fro that leave the game as it is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/shuttle.h"

enum { WAYS = 4 };

/* Each beside the one that leads back. */
static const enum treasure_verb ways[WAYS] = {TREASURE_LEFT, TREASURE_RIGHT,
    TREASURE_UP, TREASURE_DOWN};

/* Steps from tile at that way before there is something. */
static unsigned room(const struct treasure_board *board, unsigned at,
    enum treasure_verb verb)
{
	unsigned steps = 0, to;

	while (treasure_step_from(at, board->size, verb, &to) &&
	       !board->tile[to].has_treasure && board->tile[to].player == 0) {
		at = to;
		steps++;
	}
	return steps;
}

/* Begin where there is more room on a line through tile at. */
static struct shuttle choose_from(const struct treasure_board *board,
    unsigned at)
{
	struct shuttle best = {ways[0], ways[1]};
	unsigned most = 0;

	for (unsigned i = 0; i < WAYS; i += 2) {
		unsigned one = room(board, at, ways[i]);
		unsigned other = room(board, at, ways[i + 1]);

		if (one + other <= most)
			continue;
		most = one + other;
		best = one > other ? (struct shuttle){ways[i], ways[i + 1]}
				   : (struct shuttle){ways[i + 1], ways[i]};
	}
	return best;
}

struct shuttle shuttle_choose(const struct treasure_board *board,
    uint8_t player)
{
	for (unsigned at = 0; at < board->size * board->size; at++) {
		if (board->tile[at].player == player)
			return choose_from(board, at);
	}
	return (struct shuttle){ways[0], ways[1]};
}

void shuttle_turn(struct shuttle *shuttle)
{
	*shuttle = (struct shuttle){shuttle->then, shuttle->next};
}
