/* bot_test.c - what a bot asks, and when it ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/bot.h"
#include <string.h>

enum { ASKED_MAX = 4096 };

/*
 * A server of its own: ask() below plays on this board.  The script may keep
 * refusing, or say the game is over after so many commands.
 */
struct table {
	struct link link; /* first: a link is its table */
	struct treasure_board board;
	struct treasure_scores scores;
	unsigned asked_count;
	enum treasure_verb asked[ASKED_MAX];
	unsigned over_after;  /* commands, or 0 */
	unsigned thief_after; /* commands until another takes a treasure */
	bool refuses;
	bool is_scores_only; /* whatever is asked */
	bool pays_nothing;
};

static unsigned neighbour(const struct table *t, unsigned at, unsigned verb)
{
	unsigned size = t->board.size;

	switch (verb) {
	case TREASURE_UP:
		return at / size > 0 ? at - size : at;
	case TREASURE_DOWN:
		return at / size + 1 < size ? at + size : at;
	case TREASURE_LEFT:
		return at % size > 0 ? at - 1 : at;
	default:
		return at % size + 1 < size ? at + 1 : at;
	}
}

static unsigned position(const struct table *t, uint8_t player)
{
	unsigned at = 0;

	while (t->board.tile[at].player != player)
		at++;
	return at;
}

static void steal(struct table *t)
{
	unsigned at = 0;

	while (!t->board.tile[at].has_treasure)
		at++;
	t->board.tile[at].has_treasure = false;
	t->scores.score[1] = (uint16_t)(t->scores.score[1] + 5);
}

static void step(struct table *t, unsigned verb)
{
	unsigned from = position(t, t->link.player);
	unsigned to = neighbour(t, from, verb);

	t->link.reply.kind = TREASURE_ERROR;
	if (t->refuses || t->board.tile[to].player != 0)
		return;
	t->board.tile[from].player = 0;
	t->board.tile[to].player = t->link.player;
	if (t->board.tile[to].has_treasure && !t->pays_nothing)
		t->scores.score[t->link.player - 1] += 7;
	t->board.tile[to].has_treasure &= t->pays_nothing;
	t->link.reply.kind = TREASURE_SCORES;
	t->link.reply.scores = t->scores;
}

static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	struct table *t = (struct table *)link;
	bool is_over = t->over_after != 0 && t->asked_count >= t->over_after;

	assert_true(t->asked_count < ASKED_MAX);
	t->asked[t->asked_count++] = verb;
	if (t->thief_after != 0 && t->asked_count == t->thief_after)
		steal(t);
	if (t->is_scores_only) {
		link->reply.kind = TREASURE_SCORES;
		link->reply.scores = t->scores;
		return LINK_OK;
	}
	if (verb != TREASURE_GET && !is_over) {
		step(t, verb);
		return LINK_OK;
	}
	link->reply.kind = TREASURE_SCORES_BOARD;
	link->reply.scores = t->scores;
	link->reply.board = t->board;
	return LINK_OK;
}

static enum link_result join(struct link *link)
{
	(void)link;
	return LINK_OK;
}

static void leave(struct link *link)
{
	(void)link;
}

static const struct version scripted = {"scripted", join, ask, leave, false};

/* Rows of '.', '$' and digits, size of them, one after the other. */
static struct table *table_new(const char *rows, unsigned size)
{
	static const struct net_endpoint nowhere = {.port = 1};
	struct table *t = test_calloc(1, sizeof *t);

	link_init(&t->link, &scripted, &nowhere, 1);
	t->board.size = size;
	t->scores.players = 2;
	for (unsigned i = 0; i < size * size; i++) {
		t->board.tile[i].has_treasure = rows[i] == '$';
		if (rows[i] >= '1' && rows[i] <= '3')
			t->board.tile[i].player = (uint8_t)(rows[i] - '0');
	}
	return t;
}

static struct bot *bot_new(struct table *t, uint64_t seed)
{
	struct bot *bot = test_malloc(sizeof *bot);

	bot_init(bot, &t->link, seed);
	return bot;
}

static enum bot_end play(struct table *t, uint64_t seed, uint64_t *moves)
{
	struct bot *bot = bot_new(t, seed);
	enum bot_end end = bot_play(bot);

	*moves = bot->moves;
	assert_int_equal(bot->commands, t->asked_count);
	test_free(bot);
	return end;
}

static void alone_a_game_costs_one_look_and_the_steps(void **state)
{
	uint64_t moves;
	struct table *t = table_new("1..."
				    "...."
				    "$..."
				    "..$2",
	    4);

	(void)state;
	assert_int_equal(play(t, 1, &moves), BOT_TREASURES);
	assert_int_equal(moves, 2 + 3);
	assert_int_equal(t->asked_count, 1 + moves);
	assert_int_equal(t->asked[0], TREASURE_GET);
	test_free(t);
}

static void the_same_seed_asks_the_same(void **state)
{
	static const char rows[] = "1...$"
				   "....."
				   "..$.."
				   "....."
				   "$...2";
	uint64_t moves;

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct table *a = table_new(rows, 5);
		struct table *b = table_new(rows, 5);

		assert_int_equal(play(a, seed, &moves), BOT_TREASURES);
		assert_int_equal(play(b, seed, &moves), BOT_TREASURES);
		assert_int_equal(a->asked_count, b->asked_count);
		assert_memory_equal(a->asked, b->asked, sizeof a->asked);
		test_free(a);
		test_free(b);
	}
}

static void another_ones_points_make_it_look_again(void **state)
{
	uint64_t moves;
	struct table *t = table_new("1...."
				    "....."
				    "....$"
				    "....."
				    "2..$$",
	    5);

	(void)state;
	t->thief_after = 3;
	assert_int_equal(play(t, 1, &moves), BOT_TREASURES);
	assert_int_equal(t->asked[3], TREASURE_GET);
	assert_int_equal(t->asked_count, moves + 2);
	test_free(t);
}

static void a_treasure_that_pays_nothing_makes_it_look_again(void **state)
{
	uint64_t moves;
	struct table *t = table_new("1$."
				    "..."
				    "..2",
	    3);

	(void)state;
	t->pays_nothing = true;
	assert_int_equal(play(t, 1, &moves), BOT_BLOCKED);
	assert_int_equal(t->asked[1], TREASURE_RIGHT);
	assert_int_equal(t->asked[2], TREASURE_GET);
	assert_int_equal(moves, 1);
	test_free(t);
}

static void a_server_that_always_refuses_does_not_hold_it(void **state)
{
	uint64_t moves;
	struct table *t = table_new("1.$"
				    "..."
				    "..2",
	    3);

	(void)state;
	t->refuses = true;
	assert_int_equal(play(t, 1, &moves), BOT_BLOCKED);
	assert_int_equal(moves, 0);
	assert_int_equal(t->asked[1], TREASURE_RIGHT);
	assert_int_equal(t->asked[2], TREASURE_GET);
	test_free(t);
}

static void a_board_for_a_step_is_the_end(void **state)
{
	uint64_t moves;
	struct table *t = table_new("1.$"
				    "..."
				    "..2",
	    3);

	(void)state;
	t->over_after = 2;
	assert_int_equal(play(t, 1, &moves), BOT_QUIT);
	assert_int_equal(moves, 1);
	assert_int_equal(t->asked_count, 3);
	test_free(t);
}

static void no_more_steps_than_asked_for_are_made(void **state)
{
	struct table *t = table_new("1.$"
				    "..."
				    "..2",
	    3);
	struct bot *bot = bot_new(t, 1);

	(void)state;
	bot->max_moves = 1;
	assert_int_equal(bot_play(bot), BOT_MOVES);
	assert_int_equal(bot->moves, 1);
	assert_int_equal(t->asked_count, 2);
	test_free(bot);
	test_free(t);
}

static void one_of_a_crew_takes_a_seat_the_board_has(void **state)
{
	uint64_t moves;

	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		struct table *t = table_new("1.$"
					    "..."
					    "..2",
		    3);

		t->link.is_crew = true;
		t->link.turn = turn;
		assert_int_equal(play(t, 1, &moves), BOT_TREASURES);
		assert_int_equal(t->link.player, 1 + turn % 2);
		test_free(t);
	}
}

/* Who got it from the server cannot choose another. */
static void a_player_the_board_has_lost_fails_at_once(void **state)
{
	struct table *t = table_new("1.$"
				    "..."
				    "...",
	    3);
	struct bot *bot = bot_new(t, 1);

	(void)state;
	t->link.player = t->link.seat = 2;
	assert_int_equal(bot_play(bot), BOT_FAILED);
	assert_int_equal(bot->result, LINK_ASTRAY);
	const char *why = link_explain(bot->result, 0, &t->link.exchange);
	assert_non_null(strstr(why, "lost your player"));
	assert_null(strstr(why, "--player"));
	assert_int_equal(t->asked_count, 1);
	test_free(bot);
	test_free(t);
}

static void only_who_could_choose_a_player_is_told_to(void **state)
{
	struct table *t = table_new("1.$"
				    "..."
				    "..2",
	    3);

	(void)state;
	for (uint8_t seat = 2; seat <= 3; seat++) {
		t->link.player = 3;
		t->link.seat = seat;
		enum link_result result = link_ask(&t->link, TREASURE_GET);
		assert_int_equal(result, LINK_ABSENT);
		const char *why = link_explain(result, 0, &t->link.exchange);
		assert_int_equal(strstr(why, "--player") != NULL, seat == 2);
	}
	test_free(t);
}

/* It would ask in vain, a hundred times. */
static void a_look_without_a_board_fails_at_once(void **state)
{
	struct table *t = table_new("1.$"
				    "..."
				    "..2",
	    3);
	struct bot *bot = bot_new(t, 1);

	(void)state;
	t->is_scores_only = true;
	assert_int_equal(bot_play(bot), BOT_FAILED);
	assert_int_equal(bot->result, LINK_MISFIT);
	assert_int_equal(t->asked_count, 1);
	test_free(bot);
	test_free(t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alone_a_game_costs_one_look_and_the_steps),
	    cmocka_unit_test(the_same_seed_asks_the_same),
	    cmocka_unit_test(another_ones_points_make_it_look_again),
	    cmocka_unit_test(a_treasure_that_pays_nothing_makes_it_look_again),
	    cmocka_unit_test(a_server_that_always_refuses_does_not_hold_it),
	    cmocka_unit_test(a_board_for_a_step_is_the_end),
	    cmocka_unit_test(no_more_steps_than_asked_for_are_made),
	    cmocka_unit_test(one_of_a_crew_takes_a_seat_the_board_has),
	    cmocka_unit_test(a_player_the_board_has_lost_fails_at_once),
	    cmocka_unit_test(only_who_could_choose_a_player_is_told_to),
	    cmocka_unit_test(a_look_without_a_board_fails_at_once),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
