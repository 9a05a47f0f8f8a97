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

void match_begin(struct match *match, uint64_t game)
{
	match->game = game;
	match->is_end_told = false;
	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++)
		match->seat[i].is_taken = false;
	board_init(&match->board, &match->rules.board,
	    game_seed(match->rules.seed, match->game));
}

void match_init(struct match *match, const struct match_rules *rules)
{
	match->rules = *rules;
	match->players_here = 0;
	match->ended_ms = 0;
	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++)
		match->seat[i] = (struct match_seat){.is_taken = false};
	match_begin(match, 1);
}

void match_resume(struct match *match, const struct match *was, int64_t now_ms)
{
	match->game = was->game;
	match->is_end_told = was->is_end_told;
	match->ended_ms = now_ms;
	match->players_here = 0;
	board_copy(&match->board, &was->board);
	for (unsigned i = 0; i < TREASURE_MAX_PLAYERS; i++) {
		match->seat[i] = was->seat[i];
		match->seat[i].is_taken = false;
		match->seat[i].heard_ms = now_ms;
	}
}

/* Over, and somebody has been there to see it. */
static bool is_past(const struct match *match)
{
	return match->is_end_told && match->players_here == 0;
}

bool match_is_finished(const struct match *match)
{
	return is_past(match) && match->rules.games != 0 &&
	       match->game >= match->rules.games;
}

static void end_tell(const struct match *match, struct match_news *news)
{
	const struct board *board = &match->board;

	news->has_ended = true;
	news->reason = board->has_quit ? "quit" : "treasures";
	news->scores = board->scores;
	news->points = board->points_at_start;
	news->left = board->treasures_left;
	news->points_left = board->points_left;
}

/* Every call begins here. */
static void news_begin(const struct match *match, struct match_news *news)
{
	*news = (struct match_news){.game = match->game};
}

/* The next game, and say so. */
static void game_start(struct match *match, struct match_news *news)
{
	match_begin(match, match->game + 1);
	news->game = match->game;
	news->has_begun = true;
}

/* What changes a match ends here: say once that the game has ended. */
static void tell(struct match *match, int64_t now_ms, struct match_news *news)
{
	if (board_is_over(&match->board) && !match->is_end_told) {
		match->is_end_told = true;
		match->ended_ms = now_ms;
		end_tell(match, news);
	}
	news->is_last = match_is_finished(match);
}

static bool is_wished(const struct match_seat *seat, enum match_wish wish,
    const char *host)
{
	switch (wish) {
	case MATCH_OLD_SEAT:
		return host != NULL && strcmp(seat->host, host) == 0;
	case MATCH_NEW_SEAT:
		return seat->host[0] == '\0';
	case MATCH_ANY_SEAT:
		break;
	}
	return true;
}

/* The lowest such seat: 1.., or 0.  Those of a past game are free. */
static uint8_t seat_find(const struct match *match, enum match_wish wish,
    const char *host)
{
	bool are_free = is_past(match);

	for (unsigned i = 0; i < match->rules.board.players; i++) {
		const struct match_seat *seat = &match->seat[i];

		if ((are_free || !seat->is_taken) &&
		    is_wished(seat, wish, host))
			return (uint8_t)(i + 1);
	}
	return 0;
}

static void seat_take(struct match *match, uint8_t number, const char *host,
    struct match_news *news)
{
	struct match_seat *seat = &match->seat[number - 1];

	seat->is_taken = true;
	match->players_here++;
	if (host == NULL || strcmp(seat->host, host) == 0)
		return;
	snprintf(seat->host, sizeof seat->host, "%s", host);
	news->bound = number;
}

uint8_t match_join(struct match *match, enum match_wish wish, const char *host,
    int64_t now_ms, struct match_news *news)
{
	uint8_t seat =
	    match_is_finished(match) ? 0 : seat_find(match, wish, host);

	news_begin(match, news);
	if (seat == 0)
		return 0; /* and an end is left for who finds one */
	if (is_past(match))
		game_start(match, news);
	seat_take(match, seat, host, news);
	tell(match, now_ms, news);
	return seat;
}

bool match_has_seat(const struct match *match, enum match_wish wish)
{
	return !match_is_finished(match) && seat_find(match, wish, NULL) != 0;
}

void match_leave(struct match *match, uint8_t seat, int64_t now_ms,
    struct match_news *news)
{
	news_begin(match, news);
	match->players_here--;
	if (!board_is_over(&match->board))
		match->seat[seat - 1].is_taken = false;
	tell(match, now_ms, news);
}

static bool is_rematch_due(const struct match *match, int64_t now_ms)
{
	return is_past(match) && !match_is_finished(match) &&
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

/* Would it change something for one of the players? */
static bool speaks_for_seat(const struct match *match,
    struct treasure_command command)
{
	bool changes =
	    treasure_is_step(command.verb) || command.verb == TREASURE_QUIT;

	return changes && command.player >= 1 &&
	       command.player <= match->rules.board.players;
}

/*
 * May turn->host use the seat it names?  If so, it is bound to it now; what
 * speaks for nobody is anyone's, and binds nobody.
 */
static bool seat_bind(struct match *match, struct match_turn *turn)
{
	uint8_t player = turn->command.player;

	if (turn->host == NULL || player < 1 ||
	    player > match->rules.board.players)
		return true;
	struct match_seat *seat = &match->seat[player - 1];
	if (strcmp(seat->host, turn->host) != 0) {
		if (!speaks_for_seat(match, turn->command))
			return true;
		if (!is_silent(match, seat, turn->now_ms))
			return false;
		snprintf(seat->host, sizeof seat->host, "%s", turn->host);
		turn->news.bound = player;
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

	news_begin(match, &turn->news);
	if (is_rematch_due(match, turn->now_ms))
		game_start(match, &turn->news);
	turn->is_foreign =
	    !board_is_over(board) &&
	    !(turn->is_allowed ? seat_bind(match, turn)
			       : !speaks_for_seat(match, turn->command));
	turn->verdict =
	    turn->is_foreign ? BOARD_REFUSED : board_play(board, turn->command);
	reply_fill(board, turn);
	tell(match, turn->now_ms, &turn->news);
}
