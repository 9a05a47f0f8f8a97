/* match.c - game after game: seats, rematches, and who may speak. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/match.h"
#include <stdio.h>
#include <string.h>
#include "wire/random.h"

/* Near seeds and near numbers give unrelated boards. */
static uint64_t game_seed(uint64_t seed, uint64_t game)
{
	struct random run = {seed};
	struct random one = {random_next(&run) + game};

	return random_next(&one);
}

static void game_start(struct match *match)
{
	match->game++;
	match->is_end_told = false;
	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++)
		match->seat[i].is_taken = false;
	board_init(&match->board, &match->rules.board,
	    game_seed(match->rules.seed, match->game));
}

void match_init(struct match *match, const struct match_rules *rules)
{
	*match = (struct match){.rules = *rules};
	game_start(match);
}

/* Over, and somebody has been there to see it. */
static bool is_past(const struct match *match)
{
	return match->is_end_told && match->players_here == 0;
}

static bool is_finished(const struct match *match)
{
	return is_past(match) && match->rules.games != 0 &&
	       match->game >= match->rules.games;
}

static void end_tell(const struct match *match, struct match_news *news)
{
	const struct board *board = &match->board;

	news->has_ended = true;
	news->game = match->game;
	news->reason = board->has_quit ? "quit" : "treasures";
	news->scores = board->scores;
	news->points = board->points_at_start;
	news->left = board->treasures_left;
	news->points_left = board->points_left;
}

/* Every call ends here: say once that the game has ended. */
static void tell(struct match *match, int64_t now_ms, struct match_news *news)
{
	*news = (struct match_news){.has_ended = false};
	if (board_is_over(&match->board) && !match->is_end_told) {
		match->is_end_told = true;
		match->ended_ms = now_ms;
		end_tell(match, news);
	}
	news->is_last = is_finished(match);
}

static bool seat_take(struct match *match, uint8_t *taken)
{
	for (uint8_t i = 0; i < match->rules.board.players; i++) {
		if (match->seat[i].is_taken)
			continue;
		match->seat[i].is_taken = true;
		match->players_here++;
		*taken = (uint8_t)(i + 1);
		return true;
	}
	return false;
}

uint8_t match_join(struct match *match, int64_t now_ms, struct match_news *news)
{
	uint8_t seat = 0;

	if (is_past(match) && !is_finished(match))
		game_start(match);
	if (is_finished(match) || !seat_take(match, &seat))
		seat = 0;
	tell(match, now_ms, news);
	return seat;
}

void match_leave(struct match *match, uint8_t seat, int64_t now_ms,
    struct match_news *news)
{
	match->players_here--;
	if (!board_is_over(&match->board))
		match->seat[seat - 1].is_taken = false;
	tell(match, now_ms, news);
}

static bool is_rematch_due(const struct match *match, int64_t now_ms)
{
	return is_past(match) && !is_finished(match) &&
	       match->rules.rematch_ms != MATCH_NEVER &&
	       now_ms - match->ended_ms >= match->rules.rematch_ms;
}

static bool is_silent(const struct match *match, const struct match_seat *seat,
    int64_t now_ms)
{
	return seat->host[0] == '\0' ||
	       (match->rules.silence_ms != MATCH_NEVER &&
		   now_ms - seat->heard_ms >= match->rules.silence_ms);
}

/* May turn->host use the seat it names?  If so, it is bound to it now. */
static bool seat_bind(struct match *match, const struct match_turn *turn)
{
	uint8_t player = turn->command.player;

	if (turn->host == NULL || player < 1 ||
	    player > match->rules.board.players)
		return true;
	struct match_seat *seat = &match->seat[player - 1];
	bool is_get = turn->command.verb == TREASURE_GET;
	if (strcmp(seat->host, turn->host) != 0) {
		if (is_get) /* anyone may look, and looking binds nobody */
			return true;
		if (!is_silent(match, seat, turn->now_ms))
			return false;
		snprintf(seat->host, sizeof seat->host, "%s", turn->host);
	}
	seat->heard_ms = turn->now_ms;
	return true;
}

static void reply_fill(const struct board *board, struct match_turn *turn)
{
	size_t tiles = (size_t)board->tiles.size * board->tiles.size;

	turn->reply.scores = board->scores;
	if (turn->verdict != BOARD_SHOWN)
		return;
	turn->reply.board.size = board->tiles.size;
	memcpy(turn->reply.board.tile, board->tiles.tile,
	    tiles * sizeof board->tiles.tile[0]);
}

void match_play(struct match *match, struct match_turn *turn)
{
	struct board *board = &match->board;

	if (is_rematch_due(match, turn->now_ms))
		game_start(match);
	turn->is_foreign = !board_is_over(board) &&
			   (!turn->is_allowed || !seat_bind(match, turn));
	turn->verdict =
	    turn->is_foreign ? BOARD_REFUSED : board_play(board, turn->command);
	reply_fill(board, turn);
	tell(match, turn->now_ms, &turn->news);
}
