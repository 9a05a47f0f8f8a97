/* draw_test.c - which part of a large board is shown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/board_text.h"
#include "client/draw.h"
#include <stdlib.h>

static void what_fits_is_shown_from_its_beginning(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 10; at++) {
		assert_int_equal(draw_first(10, 10, at), 0);
		assert_int_equal(draw_first(10, 12, at), 0);
	}
	assert_int_equal(draw_first(0, 0, 0), 0);
}

static void the_tile_is_always_shown_and_so_is_a_full_window(void **state)
{
	(void)state;
	for (unsigned size = 2; size <= 40; size++) {
		for (unsigned shown = 1; shown < size; shown++) {
			for (unsigned at = 0; at < size; at++) {
				unsigned first = draw_first(size, shown, at);

				assert_true(first <= at);
				assert_true(at < first + shown);
				assert_true(first + shown <= size);
			}
		}
	}
}

static void far_from_the_edges_the_tile_is_in_the_middle(void **state)
{
	(void)state;
	assert_int_equal(draw_first(40, 11, 20), 15);
	assert_int_equal(draw_first(40, 10, 20), 15);
	assert_int_equal(draw_first(40, 11, 2), 0);
	assert_int_equal(draw_first(40, 11, 39), 29);
}

static void a_board_too_wide_is_shown_in_part(void **state)
{
	static struct treasure_board board = {.size = 40};
	char *out = NULL;
	size_t len;

	(void)state;
	board.tile[20].player = 1;
	FILE *file = open_memstream(&out, &len);
	board_text(file, &board, 20, 80);
	fclose(file);
	assert_memory_equal(out, "Columns 13 to 28 of 40:\n", 24);
	assert_int_equal(len, 24 + 40 * (16 * 5 + 1));
	assert_memory_equal(out + 24 + 8 * 5, "  .1 ", 5);
	free(out);
	file = open_memstream(&out, &len);
	board_text(file, &board, 20, 0);
	fclose(file);
	assert_int_equal(len, 40 * (40 * 5 + 1));
	free(out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_is_shown_from_its_beginning),
	    cmocka_unit_test(the_tile_is_always_shown_and_so_is_a_full_window),
	    cmocka_unit_test(far_from_the_edges_the_tile_is_in_the_middle),
	    cmocka_unit_test(a_board_too_wide_is_shown_in_part),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
