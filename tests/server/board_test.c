/* board_test.c - the rules of the game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/board.h"
#include <string.h>

static const struct board_rules usual = {.size = 10,
    .treasures = 5,
    .players = 2};

/* An empty 4 x 4 board: player 1 at (0,0), player 2 at (0,1). */
static struct board *corner_new(void)
{
	struct board *board = test_calloc(1, sizeof *board);

	board->tiles.size = 4;
	board->scores.players = 2;
	board->position[0] = 0;
	board->position[1] = 1;
	board->tiles.tile[0].player = 1;
	board->tiles.tile[1].player = 2;
	return board;
}

static void treasure_put(struct board *board, unsigned at, uint8_t points)
{
	board->tiles.tile[at].has_treasure = true;
	board->points[at] = points;
	board->points_left += points;
	board->treasures_left++;
}

static enum board_verdict play(struct board *board, unsigned verb,
    uint8_t player)
{
	return board_play(board,
	    (struct treasure_command){.verb = (uint8_t)verb, .player = player});
}

static unsigned count_players(const struct board *board)
{
	unsigned count = 0;

	for (unsigned i = 0; i < board->tiles.size * board->tiles.size; i++)
		count += board->tiles.tile[i].player != 0;
	return count;
}

static void the_same_seed_gives_the_same_board(void **state)
{
	struct board *a = test_malloc(sizeof *a), *b = test_malloc(sizeof *b);

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		memset(a, 0, sizeof *a);
		memset(b, 0, sizeof *b);
		board_init(a, &usual, seed);
		board_init(b, &usual, seed);
		assert_memory_equal(a, b, sizeof *a);
		board_init(b, &usual, seed + 1);
		assert_memory_not_equal(a, b, sizeof *a);
	}
	test_free(a);
	test_free(b);
}

static void everything_lies_on_distinct_tiles_and_adds_up(void **state)
{
	struct board *board = test_malloc(sizeof *board);

	(void)state;
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct board_rules rules = {.size = 2 + (unsigned)seed % 5,
		    .treasures = 1 + (unsigned)seed % 4,
		    .players = 2 + (unsigned)seed % 2};
		unsigned treasures = 0, points = 0, scores = 0;

		board_init(board, &rules, seed);
		for (unsigned i = 0; i < rules.size * rules.size; i++) {
			uint8_t worth = board->points[i];

			assert_int_equal(board->tiles.tile[i].has_treasure,
			    worth != 0);
			assert_true(worth == 0 || (worth >= 5 && worth <= 10));
			treasures += worth != 0;
			points += worth;
		}
		for (unsigned i = 0; i < rules.players; i++)
			scores += board->scores.score[i];
		assert_int_equal(count_players(board), rules.players);
		assert_int_equal(treasures, board->treasures_left);
		assert_int_equal(points, board->points_left);
		assert_int_equal(points + scores, board->points_at_start);
	}
	test_free(board);
}

static void a_player_who_starts_on_a_treasure_has_it(void **state)
{
	struct board_rules full = {.size = 2, .treasures = 4, .players = 3};
	struct board *board = test_malloc(sizeof *board);

	(void)state;
	board_init(board, &full, 1);
	assert_int_equal(board->treasures_left, 1);
	for (unsigned i = 0; i < 3; i++)
		assert_in_range(board->scores.score[i], 5, 10);
	assert_false(board_is_over(board));
	test_free(board);
}

static void steps_go_where_their_names_say(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 15, 5);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_int_equal(board->position[0], 4);
	assert_int_equal(play(board, TREASURE_RIGHT, 1), BOARD_STEPPED);
	assert_int_equal(board->position[0], 5);
	assert_int_equal(play(board, TREASURE_LEFT, 1), BOARD_STEPPED);
	assert_int_equal(play(board, TREASURE_UP, 1), BOARD_STEPPED);
	assert_int_equal(board->position[0], 0);
	assert_int_equal(board->tiles.tile[0].player, 1);
	assert_int_equal(count_players(board), 2);
	test_free(board);
}

static void a_step_off_any_edge_moves_nothing(void **state)
{
	static const struct {
		unsigned at, verb;
	} edges[] = {{2, TREASURE_UP}, {13, TREASURE_DOWN}, {8, TREASURE_LEFT},
	    {11, TREASURE_RIGHT}};

	(void)state;
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		struct board *board = corner_new();

		treasure_put(board, 5, 5);
		board->tiles.tile[0].player = 0;
		board->tiles.tile[edges[i].at].player = 1;
		board->position[0] = edges[i].at;
		assert_int_equal(play(board, edges[i].verb, 1), BOARD_REFUSED);
		assert_int_equal(board->position[0], edges[i].at);
		assert_int_equal(board->tiles.tile[edges[i].at].player, 1);
		test_free(board);
	}
}

static void a_step_onto_a_player_moves_nothing(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 5, 5);
	assert_int_equal(play(board, TREASURE_RIGHT, 1), BOARD_REFUSED);
	assert_int_equal(play(board, TREASURE_LEFT, 2), BOARD_REFUSED);
	assert_int_equal(board->tiles.tile[0].player, 1);
	assert_int_equal(board->tiles.tile[1].player, 2);
	test_free(board);
}

static void stepping_onto_a_treasure_collects_it(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 4, 7);
	treasure_put(board, 5, 9);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_int_equal(board->scores.score[0], 7);
	assert_int_equal(board->points_left, 9);
	assert_int_equal(board->treasures_left, 1);
	assert_false(board->tiles.tile[4].has_treasure);
	assert_int_equal(play(board, TREASURE_UP, 1), BOARD_STEPPED);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_int_equal(board->scores.score[0], 7);
	test_free(board);
}

static void the_last_treasure_gets_its_ordinary_reply(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 4, 7);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_true(board_is_over(board));
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_SHOWN);
	assert_int_equal(board->position[0], 4);
	test_free(board);
}

static void once_over_every_byte_shows_the_board(void **state)
{
	struct board *board = corner_new();

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++)
		assert_int_equal(board_play(board,
				     treasure_decode_command((uint8_t)byte)),
		    BOARD_SHOWN);
	assert_false(board->has_quit);
	assert_int_equal(board->position[0], 0);
	test_free(board);
}

static void a_player_who_quits_ends_the_game(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 4, 7);
	assert_int_equal(play(board, TREASURE_QUIT, 2), BOARD_QUIT);
	assert_true(board_is_over(board));
	assert_int_equal(play(board, TREASURE_QUIT, 1), BOARD_SHOWN);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_SHOWN);
	assert_int_equal(board->scores.score[0], 0);
	test_free(board);
}

static void strangers_and_unknown_commands_are_refused(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 15, 7);
	for (unsigned verb = 0; verb < 16; verb++) {
		if (verb == TREASURE_GET)
			continue;
		assert_int_equal(play(board, verb, 0), BOARD_REFUSED);
		assert_int_equal(play(board, verb, 3), BOARD_REFUSED);
		if (!strchr("\x2\x3\x4\x6\x8", (int)verb) || verb == 0)
			assert_int_equal(play(board, verb, 1), BOARD_REFUSED);
	}
	assert_false(board->has_quit);
	test_free(board);
}

static void anyone_may_look(void **state)
{
	struct board *board = corner_new();

	(void)state;
	treasure_put(board, 15, 7);
	for (uint8_t player = 0; player <= 3; player++)
		assert_int_equal(play(board, TREASURE_GET, player),
		    BOARD_SHOWN);
	test_free(board);
}

static void a_score_stops_at_65535(void **state)
{
	struct board *board = corner_new();

	(void)state;
	board->scores.score[0] = 65530;
	treasure_put(board, 4, 5);
	treasure_put(board, 8, 6);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_int_equal(board->scores.score[0], 65535);
	assert_int_equal(play(board, TREASURE_DOWN, 1), BOARD_STEPPED);
	assert_int_equal(board->scores.score[0], 65535);
	test_free(board);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_seed_gives_the_same_board),
	    cmocka_unit_test(everything_lies_on_distinct_tiles_and_adds_up),
	    cmocka_unit_test(a_player_who_starts_on_a_treasure_has_it),
	    cmocka_unit_test(steps_go_where_their_names_say),
	    cmocka_unit_test(a_step_off_any_edge_moves_nothing),
	    cmocka_unit_test(a_step_onto_a_player_moves_nothing),
	    cmocka_unit_test(stepping_onto_a_treasure_collects_it),
	    cmocka_unit_test(the_last_treasure_gets_its_ordinary_reply),
	    cmocka_unit_test(once_over_every_byte_shows_the_board),
	    cmocka_unit_test(a_player_who_quits_ends_the_game),
	    cmocka_unit_test(strangers_and_unknown_commands_are_refused),
	    cmocka_unit_test(anyone_may_look),
	    cmocka_unit_test(a_score_stops_at_65535),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
