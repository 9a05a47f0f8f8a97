/* ways_test.c - what each way of counting comes to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdbool.h>
#include "server/race/race.h"

/* Enough for threads to meet; what has to talk each time needs less. */
static struct race_size size_for(const struct way *way)
{
	return (struct race_size){3, way == &way_queue_each ? 5000 : 500000};
}

static uint64_t count_with(const struct way *way, struct race_size size)
{
	struct race_result result;
	struct race_series series = {way, size, 0, &result};

	assert_int_equal(race_run(&series), 0);
	assert_int_equal(series.runs, 1);
	return result.counted;
}

static void every_way_but_none_loses_nothing(void **state)
{
	(void)state;
	for (const struct way *const *way = ways; *way != NULL; way++) {
		struct race_size size = size_for(*way);

		for (unsigned run = 0; run < 3 && *way != &way_none; run++)
			assert_int_equal(count_with(*way, size),
			    race_expected(&size));
	}
}

static void one_increment_a_thread_is_enough(void **state)
{
	struct race_size least = {2, 1};

	(void)state;
	for (const struct way *const *way = ways; *way != NULL; way++)
		if (*way != &way_none)
			assert_int_equal(count_with(*way, least), 2);
}

static void none_loses_but_never_finds_more(void **state)
{
	struct race_size size = size_for(&way_none);
	bool has_lost = false;

	(void)state;
	for (unsigned run = 0; run < 100 && !has_lost; run++) {
		uint64_t counted = count_with(&way_none, size);

		assert_in_range(counted, 1, race_expected(&size));
		has_lost = counted < race_expected(&size);
	}
	assert_true(has_lost);
}

static void a_way_is_found_by_its_name_only(void **state)
{
	(void)state;
	for (const struct way *const *way = ways; *way != NULL; way++)
		assert_ptr_equal(way_find((*way)->name), *way);
	assert_null(way_find("all"));
	assert_null(way_find(""));
	assert_null(way_find("mute"));
}

static void a_summary_is_of_the_middle_run(void **state)
{
	struct race_result results[] = {{90, 3000}, {100, 1000}, {40, 2000},
	    {70, 9000}};
	struct race_series series = {&way_none, {2, 50}, 3, results};
	struct race_summary sum = race_sum_up(&series);

	(void)state;
	assert_int_equal(sum.counted, 40);
	assert_int_equal(sum.least_lost, 0);
	assert_int_equal(sum.most_lost, 60);
	assert_true(sum.ns_each > 19.9 && sum.ns_each < 20.1);
	assert_true(sum.per_second > 49.9e6 && sum.per_second < 50.1e6);
	series.runs = 4; /* the lower of the middle two */
	assert_int_equal(race_sum_up(&series).counted, 40);
	series.runs = 1;
	assert_int_equal(race_sum_up(&series).counted, 90);
	results[1].ns = results[2].ns = results[0].ns;
	series.runs = 3;
	assert_int_equal(race_sum_up(&series).counted, 100);
}

static void no_time_is_a_nanosecond(void **state)
{
	struct race_size size = {2, 3};

	(void)state;
	assert_true(race_speed(&size, 0) > 5.9e9);
	assert_true(race_speed(&size, 0) < 6.1e9);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_way_but_none_loses_nothing),
	    cmocka_unit_test(one_increment_a_thread_is_enough),
	    cmocka_unit_test(none_loses_but_never_finds_more),
	    cmocka_unit_test(a_way_is_found_by_its_name_only),
	    cmocka_unit_test(a_summary_is_of_the_middle_run),
	    cmocka_unit_test(no_time_is_a_nanosecond),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
