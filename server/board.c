/* board.c - one game: the tiles, the players and the rules. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/board.h"
#include <string.h>
#include "wire/random.h"

enum { LEAST_POINTS = 5, MOST_POINTS = 10 };

static void treasure_place(struct board *board, struct random *random)
{
	unsigned tiles = board->tiles.size * board->tiles.size;
	unsigned at = random_below(random, tiles);

	while (board->tiles.tile[at].has_treasure)
		at = random_below(random, tiles);
	board->tiles.tile[at].has_treasure = true;
	board->points[at] =
	    (uint8_t)(LEAST_POINTS +
		      random_below(random, MOST_POINTS - LEAST_POINTS + 1));
	board->treasures_left++;
	board->points_left += board->points[at];
}

/* Put a player (0 is the first) on a tile and take what lies there. */
static void player_enter(struct board *board, unsigned player, unsigned at)
{
	uint16_t *score = &board->scores.score[player];
	uint8_t points = board->points[at];

	board->position[player] = at;
	board->tiles.tile[at].player = (uint8_t)(player + 1);
	if (!board->tiles.tile[at].has_treasure)
		return;
	board->tiles.tile[at].has_treasure = false;
	board->points[at] = 0;
	board->treasures_left--;
	board->points_left -= points;
	*score = points > UINT16_MAX - *score ? UINT16_MAX
					      : (uint16_t)(*score + points);
}

static void player_place(struct board *board, unsigned player,
    struct random *random)
{
	unsigned tiles = board->tiles.size * board->tiles.size;
	unsigned at = random_below(random, tiles);

	while (board->tiles.tile[at].player != 0)
		at = random_below(random, tiles);
	player_enter(board, player, at);
}

void board_init(struct board *board, const struct board_rules *rules,
    uint64_t seed)
{
	struct random random = {seed};

	/* Memory that no tile needs is left alone: rooms come by thousands. */
	size_t tiles = (size_t)rules->size * rules->size;
	memset(board->tiles.tile, 0, tiles * sizeof board->tiles.tile[0]);
	memset(board->points, 0, tiles * sizeof board->points[0]);
	memset(board->scores.score, 0, sizeof board->scores.score);
	board->treasures_left = 0;
	board->points_left = 0;
	board->has_quit = false;
	board->tiles.size = rules->size;
	board->scores.players = rules->players;
	for (unsigned i = 0; i < rules->treasures; i++)
		treasure_place(board, &random);
	board->points_at_start = board->points_left;
	for (unsigned i = 0; i < rules->players; i++)
		player_place(board, i, &random);
}

void board_copy(struct board *to, const struct board *from)
{
	size_t tiles = (size_t)from->tiles.size * from->tiles.size;

	to->tiles.size = from->tiles.size;
	memcpy(to->tiles.tile, from->tiles.tile,
	    tiles * sizeof to->tiles.tile[0]);
	memcpy(to->points, from->points, tiles * sizeof to->points[0]);
	memcpy(to->position, from->position, sizeof to->position);
	to->scores = from->scores;
	to->treasures_left = from->treasures_left;
	to->points_left = from->points_left;
	to->points_at_start = from->points_at_start;
	to->has_quit = from->has_quit;
}

bool board_is_over(const struct board *board)
{
	return board->treasures_left == 0 || board->has_quit;
}

static enum board_verdict step(struct board *board, unsigned player,
    enum treasure_verb verb)
{
	unsigned from = board->position[player], to;

	if (!treasure_step_from(from, board->tiles.size, verb, &to) ||
	    board->tiles.tile[to].player != 0)
		return BOARD_REFUSED;
	board->tiles.tile[from].player = 0;
	player_enter(board, player, to);
	return BOARD_STEPPED;
}

enum board_verdict board_play(struct board *board,
    struct treasure_command command)
{
	if (board_is_over(board) || command.verb == TREASURE_GET)
		return BOARD_SHOWN;
	if (command.player < 1 || command.player > board->scores.players)
		return BOARD_REFUSED;
	if (treasure_is_step(command.verb))
		return step(board, command.player - 1u,
		    (enum treasure_verb)command.verb);
	if (command.verb != TREASURE_QUIT) /* from outside: it can be any */
		return BOARD_REFUSED;
	board->has_quit = true;
	return BOARD_QUIT;
}
