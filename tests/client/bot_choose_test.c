/* bot_choose_test.c - the first step of the shortest way. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/bot.h"

/* Rows of '.', '$' and digits, size of them, one after the other. */
static void board_fill(struct treasure_board *board, const char *rows,
    unsigned size)
{
	board->size = size;
	for (unsigned i = 0; i < size * size; i++) {
		struct treasure_tile *tile = &board->tile[i];
		bool is_player = rows[i] >= '1' && rows[i] <= '3';

		tile->has_treasure = rows[i] == '$';
		tile->player = is_player ? (uint8_t)(rows[i] - '0') : 0;
	}
}

/* What a bot would do first, or 0 if it knows nothing to do. */
static unsigned choice(const char *rows, unsigned size, uint64_t seed)
{
	struct bot *bot = test_malloc(sizeof *bot);
	enum treasure_verb verb;

	bot_init(bot, NULL, seed);
	board_fill(&bot->view.board, rows, size);
	unsigned chosen = bot_choose(bot, 1, &verb) ? verb : 0;
	test_free(bot);
	return chosen;
}

static void the_nearest_treasure_is_walked_to(void **state)
{
	(void)state;
	assert_int_equal(choice("$..."
				"...."
				".1.$"
				"...2",
			     4, 1),
	    TREASURE_RIGHT);
	assert_int_equal(choice("..$."
				"...."
				"..1."
				"$..2",
			     4, 1),
	    TREASURE_UP);
	assert_int_equal(choice("1..."
				"...."
				"$..."
				"...2",
			     4, 1),
	    TREASURE_DOWN);
	assert_int_equal(choice("$.1."
				"...."
				"...."
				"...2",
			     4, 1),
	    TREASURE_LEFT);
}

static void the_way_leads_around_other_players(void **state)
{
	(void)state;
	assert_int_equal(choice("12$"
				"..."
				"...",
			     3, 1),
	    TREASURE_DOWN);
	assert_int_equal(choice("12$"
				".3."
				"...",
			     3, 1),
	    TREASURE_DOWN);
}

static void a_nearer_treasure_behind_a_wall_is_not_nearest(void **state)
{
	(void)state;
	assert_int_equal(choice("..12$"
				"...3."
				"....."
				"....."
				"..$..",
			     5, 1),
	    TREASURE_DOWN);
	assert_int_equal(choice("$.12$"
				"...3."
				"....."
				"....."
				".....",
			     5, 1),
	    TREASURE_LEFT);
}

static void no_way_is_no_choice(void **state)
{
	(void)state;
	assert_int_equal(choice("12$"
				"3.."
				"...",
			     3, 1),
	    0);
	assert_int_equal(choice("1.."
				"..."
				"..2",
			     3, 1),
	    0);
	assert_int_equal(choice("2.$"
				"..."
				"...",
			     3, 1),
	    0);
}

static void the_seed_decides_between_equals(void **state)
{
	static const char rows[] = "..$.."
				   "....."
				   "$.1.$"
				   "....."
				   "..$.2";
	unsigned seen[16] = {0};

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		unsigned chosen = choice(rows, 5, seed);

		assert_int_equal(choice(rows, 5, seed), chosen);
		seen[chosen]++;
	}
	assert_true(seen[TREASURE_UP] > 20 && seen[TREASURE_DOWN] > 20);
	assert_true(seen[TREASURE_LEFT] > 20 && seen[TREASURE_RIGHT] > 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_nearest_treasure_is_walked_to),
	    cmocka_unit_test(the_way_leads_around_other_players),
	    cmocka_unit_test(a_nearer_treasure_behind_a_wall_is_not_nearest),
	    cmocka_unit_test(no_way_is_no_choice),
	    cmocka_unit_test(the_seed_decides_between_equals),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
