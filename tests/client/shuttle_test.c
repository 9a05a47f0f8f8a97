/* shuttle_test.c - steps to and fro that leave the game as it is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/shuttle.h"

/* The shuttle of player 1; rows of '.', '$' and digits, size of them. */
static struct shuttle choice(const char *rows, unsigned size)
{
	struct treasure_board *board = test_calloc(1, sizeof *board);

	board->size = size;
	for (unsigned i = 0; i < size * size; i++) {
		bool is_player = rows[i] >= '1' && rows[i] <= '3';

		board->tile[i].has_treasure = rows[i] == '$';
		board->tile[i].player =
		    is_player ? (uint8_t)(rows[i] - '0') : 0;
	}
	struct shuttle shuttle = shuttle_choose(board, 1);
	test_free(board);
	return shuttle;
}

static void assert_shuttle(struct shuttle s, unsigned next, unsigned then)
{
	assert_int_equal(s.next, next);
	assert_int_equal(s.then, then);
}

static void it_goes_where_there_is_most_room(void **state)
{
	(void)state;
	assert_shuttle(choice("...."
			      "1..."
			      "...."
			      "$..2",
			   4),
	    TREASURE_RIGHT, TREASURE_LEFT);
	assert_shuttle(choice("...."
			      "...."
			      ".1$."
			      "...2",
			   4),
	    TREASURE_UP, TREASURE_DOWN);
	assert_shuttle(choice(".1.."
			      "...."
			      "...."
			      "...2",
			   4),
	    TREASURE_RIGHT, TREASURE_LEFT);
}

static void treasures_and_players_are_in_the_way(void **state)
{
	(void)state;
	assert_shuttle(choice("1$.."
			      "...."
			      "$..."
			      "...2",
			   4),
	    TREASURE_DOWN, TREASURE_UP);
	assert_shuttle(choice("..12"
			      "..$."
			      "...."
			      "...."
			      "$..2",
			   4),
	    TREASURE_LEFT, TREASURE_RIGHT);
}

static void a_player_who_is_shut_in_goes_sideways(void **state)
{
	(void)state;
	assert_shuttle(choice("1$"
			      "2.",
			   2),
	    TREASURE_LEFT, TREASURE_RIGHT);
	assert_shuttle(choice("..$"
			      "..."
			      "..2",
			   3),
	    TREASURE_LEFT, TREASURE_RIGHT);
}

static void it_turns_each_time(void **state)
{
	struct shuttle s = {TREASURE_UP, TREASURE_DOWN};

	(void)state;
	shuttle_turn(&s);
	assert_shuttle(s, TREASURE_DOWN, TREASURE_UP);
	shuttle_turn(&s);
	assert_shuttle(s, TREASURE_UP, TREASURE_DOWN);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_goes_where_there_is_most_room),
	    cmocka_unit_test(treasures_and_players_are_in_the_way),
	    cmocka_unit_test(a_player_who_is_shut_in_goes_sideways),
	    cmocka_unit_test(it_turns_each_time),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
