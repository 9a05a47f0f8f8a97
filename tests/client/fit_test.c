/* fit_test.c - what the screen says in much room, and in little. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/fit.h"
#include <string.h>

enum { LEAST = 26, NARROW = 40, MEDIUM = 60, USUAL = 80, MOST = 200 };

static struct link *link_here(const struct version *version)
{
	static struct link link;
	static const struct net_endpoint at = {.host = "127.0.0.1",
	    .port = 12345};

	link_init(&link, version, &at, 1);
	return &link;
}

/* Player 1 stands in the middle of 100 x 100, with one treasure elsewhere. */
static struct view *view_with(unsigned row, unsigned column)
{
	static struct view view;

	memset(&view, 0, sizeof view);
	view.board.size = 100;
	view.board.tile[50 * 100 + 50].player = 1;
	view.board.tile[row * 100 + column].has_treasure = true;
	return &view;
}

static void assert_fits(struct fitted fitted, unsigned columns)
{
	assert_true(strlen(fitted.text) > 0);
	assert_true(strlen(fitted.text) <= columns);
}

static void all_fit_from_the_least_width_on(void **state)
{
	static struct screen screen;
	struct meter meter = {.connections = 1,
	    .payload_in = 99999999,
	    .segments_in = 99999};

	(void)state;
	for (unsigned columns = LEAST; columns <= MOST; columns++) {
		struct link *link = link_here(&persistent);

		assert_fits(fit_title(link, columns), columns);
		link->seat = 2;
		assert_fits(fit_title(link, columns), columns);
		assert_fits(fit_meter(&meter, columns), columns);
		assert_fits(fit_waiting(10000, columns), columns);
		for (int i = 0; i < 4; i++) {
			screen.is_over = (i & 1) != 0;
			screen.is_looking = (i & 2) != 0;
			struct fitted keys = fit_keys(&screen, columns);
			assert_fits(keys, columns);
			assert_non_null(strstr(keys.text, "X leaves"));
			assert_non_null(strstr(keys.text, "G looks"));
		}
	}
}

static void more_room_says_more(void **state)
{
	struct link *link = link_here(&oneshot);

	(void)state;
	assert_string_equal(fit_title(link, USUAL).text,
	    "You are player 1 at 127.0.0.1:12345: oneshot, "
	    "a connection for each command");
	assert_string_equal(fit_title(link, MEDIUM).text,
	    "You are player 1 at 127.0.0.1:12345: oneshot");
	assert_string_equal(fit_title(link, NARROW).text,
	    "Player 1 at 127.0.0.1:12345: oneshot");
	assert_string_equal(fit_title(link, LEAST).text, "Player 1: oneshot");
}

static void the_way_is_said_in_every_width(void **state)
{
	const struct view *view = view_with(61, 38);
	struct fitted long_one = fit_treasures(view, 1, true, MEDIUM);

	(void)state;
	assert_string_equal(long_one.text,
	    "treasures left: 1, the nearest: down 11, left 12");
	for (unsigned columns = 16; columns < 48; columns++) {
		struct fitted way = fit_treasures(view, 1, true, columns);

		assert_fits(way, columns);
		assert_memory_equal(way.text, "down 11, left 12", 16);
	}
	assert_string_equal(fit_treasures(view, 1, true, 15).text, "D11 L12");
	assert_string_equal(fit_treasures(view, 1, false, USUAL).text,
	    "treasures left: 1");
}

static void what_is_no_way_is_not_said(void **state)
{
	(void)state;
	assert_string_equal(fit_treasures(view_with(47, 50), 1, true, 10).text,
	    "up 3");
	assert_string_equal(fit_treasures(view_with(50, 51), 1, true, 10).text,
	    "right 1");
	assert_string_equal(fit_treasures(view_with(50, 51), 2, true, 20).text,
	    "treasures left: 1"); /* is not on the board */
}

static void a_game_that_is_over_offers_no_steps(void **state)
{
	static struct screen screen = {.is_over = true};

	(void)state;
	assert_null(strstr(fit_keys(&screen, USUAL).text, "step"));
	assert_null(strstr(fit_keys(&screen, USUAL).text, "Q "));
}

/* On the border the room is the board's, at least five tiles. */
static void a_part_is_named_within_the_border(void **state)
{
	(void)state;
	assert_string_equal(fit_part("columns", 3, 6, 10, 19).text,
	    " columns 4-9 of 10 ");
	assert_string_equal(fit_part("columns", 3, 6, 10, 16).text,
	    " 4-9 of 10 ");
	assert_fits(fit_part("columns", 95, 5, 100, 13), 13);
	assert_fits(fit_part("rows", 0, 3, 4, 10), 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_fit_from_the_least_width_on),
	    cmocka_unit_test(more_room_says_more),
	    cmocka_unit_test(the_way_is_said_in_every_width),
	    cmocka_unit_test(what_is_no_way_is_not_said),
	    cmocka_unit_test(a_game_that_is_over_offers_no_steps),
	    cmocka_unit_test(a_part_is_named_within_the_border),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
