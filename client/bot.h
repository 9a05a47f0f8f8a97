/* bot.h - a player that walks the shortest way to the nearest treasure. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_BOT_H
#define CLIENT_BOT_H

#include <stdbool.h>
#include <stdint.h>
#include "client/link.h"
#include "client/view.h"
#include "wire/random.h"

enum bot_end {
	BOT_TREASURES, /* none is left */
	BOT_QUIT,      /* the game is over with treasures left */
	BOT_MOVES,     /* as many steps as were asked for */
	BOT_BLOCKED,   /* refused, or no way to a treasure, again and again */
	BOT_FAILED,    /* result says why */
};

/* One bot and its notes.  Large: keep it on the heap. */
struct bot {
	struct link *link; /* borrowed; alone on it while playing */
	struct random random;
	uint64_t max_moves; /* 0: ten for each tile of the board */
	int64_t think_ms;   /* before every command but the first */
	struct view view;
	bool is_current;   /* nothing has contradicted the view */
	unsigned setbacks; /* since the last legal step */
	uint64_t moves, commands;
	enum link_result result; /* of the last command */
	uint16_t distance[TREASURE_MAX_SIZE * TREASURE_MAX_SIZE];
	uint16_t queue[TREASURE_MAX_SIZE * TREASURE_MAX_SIZE];
};

void bot_init(struct bot *bot, struct link *link, uint64_t seed);

/*
 * The first step of a shortest way around the other players to a nearest
 * treasure; the seed decides between equals.  False if there is no way.
 */
bool bot_choose(struct bot *bot, uint8_t player,
    enum treasure_verb *verb) MUST_CHECK;

/*
 * Join, play, leave.  Always ends: steps, and setbacks between two steps, are
 * bounded.  The same seed and board give the same commands in both versions.
 */
enum bot_end bot_play(struct bot *bot) MUST_CHECK;

/* "treasures", "quit", ... */
const char *bot_end_name(enum bot_end end);

#endif
