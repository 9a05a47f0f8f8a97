/* view.c - what a player knows of the game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/view.h"
#include <stdio.h>
#include <string.h>

static unsigned tiles(const struct view *view)
{
	return view->board.size * view->board.size;
}

void view_see(struct view *view, const struct treasure_reply *reply)
{
	view->has_board = view->is_sound = true;
	view->scores = reply->scores;
	view->board.size = reply->board.size;
	memcpy(view->board.tile, reply->board.tile,
	    tiles(view) * sizeof view->board.tile[0]);
}

bool view_is_same(const struct view *view, const struct treasure_reply *reply)
{
	const struct treasure_scores *scores = &reply->scores;

	if (reply->board.size != view->board.size ||
	    scores->players != view->scores.players)
		return false;
	for (unsigned i = 0; i < scores->players; i++) {
		if (scores->score[i] != view->scores.score[i])
			return false;
	}
	for (unsigned i = 0; i < tiles(view); i++) {
		const struct treasure_tile *is = &reply->board.tile[i];
		const struct treasure_tile *was = &view->board.tile[i];

		if (is->player != was->player ||
		    is->has_treasure != was->has_treasure)
			return false;
	}
	return true;
}

bool view_find(const struct view *view, uint8_t player, unsigned *at)
{
	for (unsigned i = 0; i < tiles(view); i++) {
		if (view->board.tile[i].player != player)
			continue;
		*at = i;
		return true;
	}
	return false;
}

/* Did the scores change just as a player's arrival at tile explains? */
static bool is_explained(const struct view *view, uint8_t player,
    const struct treasure_tile *tile, const struct treasure_scores *scores)
{
	if (scores->players != view->scores.players)
		return false;
	for (unsigned i = 0; i < scores->players; i++) {
		bool has_changed = scores->score[i] != view->scores.score[i];
		bool is_expected = i + 1 == player && tile->has_treasure;

		if (has_changed != is_expected)
			return false;
	}
	return true;
}

bool view_step(struct view *view, uint8_t player, enum treasure_verb verb,
    const struct treasure_scores *scores)
{
	unsigned from, to;
	bool is_sound = view->has_board && view_find(view, player, &from) &&
			treasure_step_from(from, view->board.size, verb, &to);

	if (is_sound) {
		struct treasure_tile *tile = &view->board.tile[to];

		is_sound = tile->player == 0 &&
			   is_explained(view, player, tile, scores);
		tile->has_treasure = false;
		tile->player = player;
		view->board.tile[from].player = 0;
	}
	view->scores = *scores;
	view->is_sound = view->is_sound && is_sound;
	return is_sound;
}

unsigned view_treasures(const struct view *view)
{
	unsigned count = 0;

	for (unsigned i = 0; i < tiles(view); i++)
		count += view->board.tile[i].has_treasure;
	return count;
}

bool view_is_cleared(const struct view *view)
{
	return view->has_board && view->is_sound && view_treasures(view) == 0;
}

/* Who has the highest score, or 0 for a draw. */
static unsigned leader(const struct treasure_scores *scores)
{
	unsigned best = 0;
	bool is_draw = false;

	for (unsigned i = 1; i < scores->players; i++) {
		is_draw = scores->score[i] == scores->score[best] ||
			  (is_draw && scores->score[i] < scores->score[best]);
		if (scores->score[i] > scores->score[best])
			best = i;
	}
	return is_draw ? 0 : best + 1;
}

const char *view_verdict(const struct view *view, uint8_t player,
    char out[VIEW_VERDICT_LEN])
{
	bool has_quit = view_treasures(view) > 0;
	unsigned first = leader(&view->scores);

	if (first == 0)
		snprintf(out, VIEW_VERDICT_LEN, "The game is over.  %s",
		    has_quit ? "Somebody has quit, in a draw."
			     : "It is a draw.");
	else if (first == player)
		snprintf(out, VIEW_VERDICT_LEN, "The game is over.  %s",
		    has_quit ? "Somebody has quit while you led."
			     : "You have won.");
	else
		snprintf(out, VIEW_VERDICT_LEN,
		    has_quit ? "The game is over.  Somebody has quit while "
			       "player %u led."
			     : "The game is over.  Player %u has won.",
		    first);
	return out;
}
