/* view.h - what a player knows of the game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_VIEW_H
#define CLIENT_VIEW_H

#include <stdbool.h>
#include "wire/treasure.h"

/*
 * The board as last seen, with the player's own steps since then.  The others
 * move unseen; only the scores tell.
 */
struct view {
	bool has_board;
	struct treasure_scores scores;
	struct treasure_board board;
};

/* A reply of kind TREASURE_SCORES_BOARD: this is how things are. */
void view_see(struct view *view, const struct treasure_reply *reply);

/*
 * Our step was legal and these are the scores now.  True if that is what the
 * view led us to expect; false if somebody has changed the board and it is
 * time to look again.
 */
bool view_step(struct view *view, uint8_t player, enum treasure_verb verb,
    const struct treasure_scores *scores);

/* Where player stands: tile[*at]; false if nowhere. */
bool view_find(const struct view *view, uint8_t player,
    unsigned *at) MUST_CHECK;

unsigned view_treasures(const struct view *view);

#endif
