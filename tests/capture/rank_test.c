/* rank_test.c - the order of flows. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "capture/ledger/rank.h"

/* A double of today's nanoseconds is 256 of them wide. */
static const uint64_t early = 1700000000000000007, late = 1700000000000000037;

static void test_times_to_the_nanosecond(void **state)
{
	(void)state;
	struct owner first = {.first_ns = early,
	    .last_ns = late + 1,
	    .first_frame = 2,
	    .protocol = "tcp"};
	struct owner second = {.first_ns = late,
	    .last_ns = late,
	    .first_frame = 1,
	    .protocol = "tcp"};
	struct rank a = rank_of(&first, COLUMN_START);
	struct rank b = rank_of(&second, COLUMN_START);

	assert_true(rank_compare(&a, &b) < 0);
	assert_true(rank_compare(&b, &a) > 0);
	a = rank_of(&first, COLUMN_END);
	b = rank_of(&second, COLUMN_END);
	assert_true(rank_compare(&a, &b) > 0);
}

static void test_alike_in_order_of_appearance(void **state)
{
	(void)state;
	struct owner first = {.first_ns = early,
	    .first_frame = 1,
	    .protocol = "tcp"};
	struct owner second = {.first_ns = early,
	    .first_frame = 2,
	    .protocol = "tcp"};

	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		struct rank a = rank_of(&first, (enum column)i);
		struct rank b = rank_of(&second, (enum column)i);

		assert_true(rank_compare(&a, &b) < 0);
		assert_int_equal(rank_compare(&a, &a), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times_to_the_nanosecond),
	    cmocka_unit_test(test_alike_in_order_of_appearance),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
