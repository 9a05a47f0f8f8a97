/* bot.c - a player that walks the shortest way to the nearest treasure. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/bot.h"
#include <poll.h>

enum {
	FAR = UINT16_MAX, /* no way from there */
	SETBACKS_MAX = 100,
	SETBACK_MS = 10, /* for others to get out of the way */
	MOVES_A_TILE = 10,
	DIRECTIONS = 4,
};

static const enum treasure_verb directions[DIRECTIONS] = {TREASURE_UP,
    TREASURE_DOWN, TREASURE_LEFT, TREASURE_RIGHT};

void bot_init(struct bot *bot, struct link *link, uint64_t seed)
{
	bot->link = link;
	bot->random = (struct random){seed};
	bot->max_moves = 0;
	bot->think_ms = 0;
	bot->view.has_board = false;
	bot->view.scores = (struct treasure_scores){.players = 0};
	bot->view.board.size = 0;
	bot->is_current = false;
	bot->setbacks = 0;
	bot->moves = bot->commands = 0;
	bot->result = LINK_OK;
}

/* Every treasure that can be stepped on is where the walk back starts. */
static unsigned treasures_queue(struct bot *bot)
{
	const struct treasure_board *board = &bot->view.board;
	unsigned queued = 0;

	for (unsigned i = 0; i < board->size * board->size; i++) {
		const struct treasure_tile *tile = &board->tile[i];

		bot->distance[i] = FAR;
		if (!tile->has_treasure || tile->player != 0)
			continue;
		bot->distance[i] = 0;
		bot->queue[queued++] = (uint16_t)i;
	}
	return queued;
}

/* Breadth first from all treasures: steps from each tile to the nearest. */
static void distances_measure(struct bot *bot)
{
	unsigned queued = treasures_queue(bot);

	for (unsigned head = 0; head < queued; head++) {
		unsigned at = bot->queue[head], to;

		if (bot->view.board.tile[at].player != 0)
			continue; /* no way leads through a player */
		for (unsigned i = 0; i < DIRECTIONS; i++) {
			if (!treasure_step_from(at, bot->view.board.size,
				directions[i], &to) ||
			    bot->distance[to] != FAR)
				continue;
			bot->distance[to] = (uint16_t)(bot->distance[at] + 1);
			bot->queue[queued++] = (uint16_t)to;
		}
	}
}

/* A way off a tile that is on a shortest way. */
static bool leads_nearer(const struct bot *bot, unsigned from, unsigned i)
{
	unsigned to;

	return treasure_step_from(from, bot->view.board.size, directions[i],
		   &to) &&
	       bot->view.board.tile[to].player == 0 &&
	       bot->distance[to] < bot->distance[from];
}

bool bot_choose(struct bot *bot, uint8_t player, enum treasure_verb *verb)
{
	enum treasure_verb equals[DIRECTIONS];
	unsigned from, count = 0;

	if (!view_find(&bot->view, player, &from))
		return false;
	distances_measure(bot);
	for (unsigned i = 0; i < DIRECTIONS; i++) {
		if (leads_nearer(bot, from, i))
			equals[count++] = directions[i];
	}
	if (count == 0)
		return false;
	*verb = equals[count == 1 ? 0 : random_below(&bot->random, count)];
	return true;
}

static bool ask(struct bot *bot, enum treasure_verb verb)
{
	link_think(bot->commands++, bot->think_ms);
	bot->result = link_ask(bot->link, verb);
	return bot->result == LINK_OK;
}

static void setback(struct bot *bot)
{
	bot->setbacks++;
	bot->is_current = false;
}

/* Wait a little for what is in the way to go. */
static void setback_wait(struct bot *bot)
{
	setback(bot);
	(void)poll(NULL, 0,
	    SETBACK_MS + (int)random_below(&bot->random, SETBACK_MS));
}

static bool look(struct bot *bot)
{
	if (!ask(bot, TREASURE_GET))
		return false;
	view_see(&bot->view, &bot->link->reply);
	bot->is_current = true;
	link_settle(bot->link);
	if (bot->max_moves == 0)
		bot->max_moves = (uint64_t)MOVES_A_TILE * bot->view.board.size *
				 bot->view.board.size;
	unsigned at;
	if (!view_find(&bot->view, bot->link->player, &at))
		bot->result = LINK_ASTRAY;
	return bot->result == LINK_OK;
}

static enum bot_end over(const struct bot *bot)
{
	return view_treasures(&bot->view) == 0 ? BOT_TREASURES : BOT_QUIT;
}

/* Take one step; true with *end set if it was the last. */
static bool walk(struct bot *bot, enum bot_end *end)
{
	struct link *link = bot->link;
	enum treasure_verb verb;

	if (!bot_choose(bot, link->player, &verb)) {
		setback_wait(bot);
		return false;
	}
	*end = BOT_FAILED;
	if (!ask(bot, verb))
		return true;
	switch (link->reply.kind) {
	case TREASURE_SCORES:
		bot->moves++;
		bot->setbacks = 0;
		bot->is_current = view_step(&bot->view, link->player, verb,
		    &link->reply.scores);
		return false;
	case TREASURE_SCORES_BOARD:
		view_see(&bot->view, &link->reply);
		*end = over(bot);
		return true;
	case TREASURE_NOTHING:
	case TREASURE_ERROR:
		setback(bot);
		return false;
	case TREASURE_ID:
	case TREASURE_OVER:
		break;
	}
	bot->result = LINK_GARBLED;
	return true;
}

static enum bot_end play(struct bot *bot)
{
	enum bot_end end = BOT_FAILED;

	for (;;) {
		if (bot->setbacks > SETBACKS_MAX)
			return BOT_BLOCKED;
		if (!bot->is_current) {
			if (!look(bot))
				return BOT_FAILED;
			continue;
		}
		if (view_treasures(&bot->view) == 0)
			return BOT_TREASURES;
		if (bot->moves >= bot->max_moves)
			return BOT_MOVES;
		if (walk(bot, &end))
			return end;
	}
}

enum bot_end bot_play(struct bot *bot)
{
	enum bot_end end = BOT_FAILED;

	bot->result = bot->link->version->join(bot->link);
	if (bot->result == LINK_OK)
		end = play(bot);
	bot->link->version->leave(bot->link);
	return end;
}

const char *bot_end_name(enum bot_end end)
{
	switch (end) {
	case BOT_TREASURES:
		return "treasures";
	case BOT_QUIT:
		return "quit";
	case BOT_MOVES:
		return "moves";
	case BOT_BLOCKED:
		return "blocked";
	case BOT_FAILED:
		break;
	}
	return "failed";
}
