/* draw_test.c - which part of a large board is shown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/draw.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_is_shown_from_its_beginning),
	    cmocka_unit_test(the_tile_is_always_shown_and_so_is_a_full_window),
	    cmocka_unit_test(far_from_the_edges_the_tile_is_in_the_middle),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
