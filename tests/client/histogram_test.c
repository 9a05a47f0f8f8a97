/* histogram_test.c - percentiles against a sorted list. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/histogram.h"
#include <pthread.h>
#include <stdlib.h>
#include "wire/random.h"

enum { MANY = 20000, THREADS = 4 };

static struct histogram *histogram_new(void)
{
	return test_calloc(1, sizeof(struct histogram));
}

/* Is a within 0.4 % of b? */
static void assert_near(uint64_t a, uint64_t b)
{
	uint64_t apart = a > b ? a - b : b - a;

	assert_true(apart * 250 <= b);
}

static void one_value_comes_back_nearly_unchanged(void **state)
{
	(void)state;
	/* Around each power of two from 1 ns to 200 s. */
	for (uint64_t power = 1; power < UINT64_C(200000000000); power *= 2) {
		for (uint64_t ns = power - 1; ns <= power + 1; ns++) {
			struct histogram *h = histogram_new();

			histogram_add(h, ns);
			histogram_add(h, 2 * ns + 300); /* not the largest */
			assert_near(histogram_at(h, 0.5), ns);
			test_free(h);
		}
	}
}

static void small_values_are_exact(void **state)
{
	(void)state;
	for (uint64_t ns = 0; ns < 256; ns++) {
		struct histogram *h = histogram_new();

		histogram_add(h, ns);
		histogram_add(h, 10000);
		assert_int_equal(histogram_at(h, 0.5), ns);
		test_free(h);
	}
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void percentiles_equal_those_of_a_sorted_list(void **state)
{
	static const double shares[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999};
	struct histogram *h = histogram_new();
	uint64_t *list = test_malloc(MANY * sizeof *list);
	struct random random = {7};

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		/* From 1 us to 100 s, as many in each power of two. */
		uint64_t base = UINT64_C(1000) << random_below(&random, 26);

		list[i] = base + random_next(&random) % base;
		histogram_add(h, list[i]);
	}
	qsort(list, MANY, sizeof *list, compare);
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		size_t rank = (size_t)(shares[i] * MANY);

		assert_near(histogram_at(h, shares[i]), list[rank - 1]);
	}
	assert_int_equal(histogram_at(h, 1), list[MANY - 1]);
	assert_int_equal(histogram_total(h), MANY);
	test_free(list);
	test_free(h);
}

static void the_largest_is_exact_even_beyond_the_top(void **state)
{
	struct histogram *h = histogram_new();

	(void)state;
	histogram_add(h, 123456789);
	assert_int_equal(histogram_at(h, 1), 123456789);
	histogram_add(h, UINT64_MAX);
	assert_int_equal(atomic_load(&h->max), UINT64_MAX);
	assert_int_equal(histogram_total(h), 2);
	histogram_add(h, UINT64_MAX);
	assert_near(histogram_at(h, 0.6), HISTOGRAM_TOP);
	test_free(h);
}

static void an_empty_one_is_zero(void **state)
{
	struct histogram *h = histogram_new();

	(void)state;
	assert_int_equal(histogram_at(h, 0.5), 0);
	assert_int_equal(histogram_total(h), 0);
	test_free(h);
}

static void *add_many(void *context)
{
	for (unsigned i = 1; i <= MANY; i++)
		histogram_add(context, i);
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	struct histogram *h = histogram_new();
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, h),
		    0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(histogram_total(h), THREADS * MANY);
	assert_int_equal(histogram_at(h, 1), MANY);
	test_free(h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_value_comes_back_nearly_unchanged),
	    cmocka_unit_test(small_values_are_exact),
	    cmocka_unit_test(percentiles_equal_those_of_a_sorted_list),
	    cmocka_unit_test(the_largest_is_exact_even_beyond_the_top),
	    cmocka_unit_test(an_empty_one_is_zero),
	    cmocka_unit_test(threads_lose_nothing),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
