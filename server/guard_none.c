/* guard_none.c - nobody waits for anybody: the race, to look at. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/guard.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/*
 * A command reads the match, works on what it read, and puts back the scores
 * and whatever else it changed.  Two commands at once put back scores that do
 * not know of each other: the later one wins, and points are lost.  Or both
 * find the same treasure, and it counts twice.  Real programs do that between
 * two instructions, and a thread may have to give up its processor there;
 * here it always does, so that nobody has to wait a year to see it.
 *
 * These are data races on purpose.  What keeps the server standing: sizes do
 * not change, a position put back is checked when it is read, and seats are
 * taken, left, and bound to addresses under the lock: points are there to be
 * lost, seats are not.
 */

static void positions_check(struct match *mine)
{
	struct board *board = &mine->board;
	unsigned tiles = board->tiles.size * board->tiles.size;

	for (unsigned i = 0; i < board->scores.players; i++) {
		if (board->position[i] >= tiles)
			board->position[i] = 0;
	}
}

static void tiles_put_back(struct board *all, const struct board *before,
    const struct board *mine)
{
	unsigned tiles = mine->tiles.size * mine->tiles.size;

	for (unsigned i = 0; i < tiles; i++) {
		const struct treasure_tile *old = &before->tiles.tile[i];
		const struct treasure_tile *new = &mine->tiles.tile[i];

		if (new->player != old->player)
			all->tiles.tile[i].player = new->player;
		if (new->has_treasure == old->has_treasure)
			continue;
		all->tiles.tile[i].has_treasure = new->has_treasure;
		all->points[i] = mine->points[i];
	}
}

/* These follow from the tiles: a game must be able to end. */
static void treasures_count(struct board *all)
{
	unsigned tiles = all->tiles.size * all->tiles.size, left = 0;
	uint32_t points = 0;

	for (unsigned i = 0; i < tiles; i++) {
		left += all->tiles.tile[i].has_treasure;
		points += all->points[i];
	}
	all->treasures_left = left;
	all->points_left = points;
}

/* Nobody binds a seat here meanwhile: no host is read by half. */
static void seats_read(struct guard *guard, struct match *mine)
{
	pthread_mutex_lock(&guard->lock);
	memcpy(mine->seat, guard->match.seat, sizeof mine->seat);
	pthread_mutex_unlock(&guard->lock);
}

/* A seat that somebody else was given meanwhile stays theirs. */
static void seats_put_back(struct guard *guard, const struct match *before,
    const struct match *mine)
{
	pthread_mutex_lock(&guard->lock);
	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++) {
		const struct match_seat *old = &before->seat[i];
		const struct match_seat *new = &mine->seat[i];
		struct match_seat *seat = &guard->match.seat[i];

		if (new->is_taken != old->is_taken)
			seat->is_taken = new->is_taken;
		if (strcmp(seat->host, old->host) != 0)
			continue;
		memcpy(seat->host, new->host, sizeof seat->host);
		seat->heard_ms = new->heard_ms;
	}
	pthread_mutex_unlock(&guard->lock);
}

/* A whole new board. */
static void game_put_back(struct match *all, const struct match *mine)
{
	all->game = mine->game;
	all->board = mine->board;
	all->is_end_told = mine->is_end_told;
	all->ended_ms = mine->ended_ms;
}

static void put_back(struct match *all, const struct match *before,
    const struct match *mine)
{
	const struct board *was = &before->board, *is = &mine->board;

	if (mine->game != before->game) {
		game_put_back(all, mine);
		return;
	}
	tiles_put_back(&all->board, was, is);
	for (unsigned i = 0; i < is->scores.players; i++) {
		all->board.scores.score[i] = is->scores.score[i];
		if (is->position[i] != was->position[i])
			all->board.position[i] = is->position[i];
	}
	if (is->treasures_left != was->treasures_left)
		treasures_count(&all->board);
	if (is->has_quit)
		all->board.has_quit = true;
	if (mine->is_end_told && !before->is_end_told) {
		all->is_end_told = true;
		all->ended_ms = mine->ended_ms;
	}
}

static void play(struct guard *guard, guard_action *action, void *context)
{
	struct match *match = malloc(2 * sizeof *match);
	struct match *before = match, *mine = match + 1;

	if (match == NULL) { /* then quickly */
		action(&guard->match, context);
		return;
	}
	*before = guard->match;
	seats_read(guard, before);
	positions_check(before);
	*mine = *before;
	sched_yield();
	action(mine, context);
	put_back(&guard->match, before, mine);
	seats_put_back(guard, before, mine);
	free(match);
}

static void run(struct guard *guard, guard_action *action, void *context)
{
	guard_mutex.run(guard, action, context);
}

const struct guard_kind guard_none = {"none", NULL, NULL, run, play};
