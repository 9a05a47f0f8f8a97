/* order_test.c - every thread comes once a round, in some order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/race/order.h"

enum { THREADS = 4, ROUNDS = 60 };

static void every_thread_comes_once_a_round(void **state)
{
	struct orders orders;

	(void)state;
	assert_int_equal(orders_run(THREADS, ROUNDS, &orders), 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned seen = 0;

		for (unsigned i = 0; i < THREADS; i++)
			seen |= 1u << orders.lines[round * THREADS + i];
		assert_int_equal(seen, (1u << THREADS) - 1);
	}
	orders_destroy(&orders);
}

static void orders_and_firsts_add_up_to_the_rounds(void **state)
{
	struct orders orders;
	uint64_t times = 0, firsts = 0;

	(void)state;
	assert_int_equal(orders_run(THREADS, ROUNDS, &orders), 0);
	for (unsigned i = 0; i < orders.distinct_count; i++) {
		times += orders.distinct[i].times;
		if (i > 0)
			assert_true(orders.distinct[i].times <=
				    orders.distinct[i - 1].times);
	}
	for (unsigned i = 0; i < THREADS; i++)
		firsts += orders.first[i];
	assert_int_equal(times, ROUNDS);
	assert_int_equal(firsts, ROUNDS);
	orders_destroy(&orders);
}

static void two_threads_have_two_orders_at_most(void **state)
{
	struct orders orders;

	(void)state;
	assert_int_equal(orders_run(2, ROUNDS, &orders), 0);
	assert_in_range(orders.distinct_count, 1, 2);
	assert_int_equal(orders.first[orders.distinct[0].threads[0]],
	    orders.distinct[0].times);
	orders_destroy(&orders);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_thread_comes_once_a_round),
	    cmocka_unit_test(orders_and_firsts_add_up_to_the_rounds),
	    cmocka_unit_test(two_threads_have_two_orders_at_most),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
