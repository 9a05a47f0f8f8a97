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
	bool is_sound; /* nothing has contradicted it since the last look */
	struct treasure_scores scores;
	struct treasure_board board;
};

/* A reply of kind TREASURE_SCORES_BOARD: this is how things are. */
void view_see(struct view *view, const struct treasure_reply *reply);

/* Does a reply of that kind show just what we saw last? */
bool view_is_same(const struct view *view,
    const struct treasure_reply *reply) MUST_CHECK;

/*
 * Our step was legal and these are the scores now.  True if that is what the
 * view led us to expect; false if somebody has changed the board and it is
 * time to look again.
 */
bool view_step(struct view *view, uint8_t player, enum treasure_verb verb,
    const struct treasure_scores *scores) MUST_CHECK;

/* Where player stands: tile[*at]; false if nowhere. */
bool view_find(const struct view *view, uint8_t player,
    unsigned *at) MUST_CHECK;

unsigned view_treasures(const struct view *view);

/* Has our own step taken the last treasure?  Only a sound view can tell. */
bool view_is_cleared(const struct view *view) MUST_CHECK;

/* How a game that is over has ended for player: whole sentences. */
enum { VIEW_VERDICT_LEN = 80 };
const char *view_verdict(const struct view *view, uint8_t player,
    char out[VIEW_VERDICT_LEN]);

#endif
