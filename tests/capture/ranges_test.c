/* ranges_test.c - sequence ranges against a map of single bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "capture/flow/ranges.h"

enum { SPACE = 400, ROUNDS = 2000, STEPS = 40 };

static uint64_t given_up;

static uint32_t add(struct ranges *ranges, uint32_t seq, uint32_t len)
{
	return ranges_add(ranges, seq, len, &given_up);
}

static void all_is_new_once(void **state)
{
	struct ranges ranges = {0};

	(void)state;
	assert_int_equal(add(&ranges, 1000, 10), 10);
	assert_int_equal(add(&ranges, 1000, 10), 0);
	assert_int_equal(add(&ranges, 1005, 10), 5);
	assert_int_equal(add(&ranges, 990, 30), 15);
	assert_null(ranges.holes);
	ranges_destroy(&ranges);
}

static void a_hole_is_filled_from_its_middle(void **state)
{
	struct ranges ranges = {0};

	(void)state;
	assert_int_equal(add(&ranges, 0, 10), 10);
	assert_int_equal(add(&ranges, 40, 10), 10);
	assert_int_equal(add(&ranges, 20, 10), 10);
	assert_int_equal(add(&ranges, 0, 50), 20);
	assert_null(ranges.holes);
	ranges_destroy(&ranges);
}

static void nothing_is_new_below_a_syn(void **state)
{
	struct ranges ranges = {0};

	(void)state;
	ranges_start(&ranges, 101);
	assert_int_equal(add(&ranges, 100, 1), 0);
	assert_int_equal(add(&ranges, 100, 3), 2);
	ranges_destroy(&ranges);
}

static void numbers_wrap(void **state)
{
	struct ranges ranges = {0};

	(void)state;
	assert_int_equal(add(&ranges, UINT32_MAX - 4, 10), 10);
	assert_int_equal(add(&ranges, 0, 5), 0);
	assert_int_equal(add(&ranges, 5, 5), 5);
	assert_int_equal(add(&ranges, UINT32_MAX - 9, 5), 5);
	ranges_destroy(&ranges);
}

static void more_than_four_gigabytes_stay_new(void **state)
{
	struct ranges ranges = {0};
	uint32_t seq = 7, step = 1 << 30;

	(void)state;
	for (int i = 0; i < 20; i++, seq += step)
		assert_int_equal(add(&ranges, seq, step), step);
	assert_int_equal(add(&ranges, seq - step, step), 0);
	ranges_destroy(&ranges);
}

static void the_oldest_hole_is_given_up(void **state)
{
	struct ranges ranges = {0};
	uint32_t seq = 0;

	(void)state;
	given_up = 0;
	for (int i = 0; i <= RANGES_MAX_HOLES + 1; i++, seq += 10)
		add(&ranges, seq, 5);
	assert_int_equal(given_up, 1);
	assert_int_equal(add(&ranges, 5, 5), 0);  /* the first hole: gone */
	assert_int_equal(add(&ranges, 15, 5), 5); /* the second: there */
	ranges_destroy(&ranges);
}

/* Any row of segments counts exactly the bytes not marked in a map. */
static void equal_a_map_of_bytes(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		struct ranges ranges = {0};
		bool seen[SPACE] = {false};
		uint32_t start = (uint32_t)rand() * 2654435761u;

		for (int step = 0; step < STEPS; step++) {
			uint32_t from = (uint32_t)rand() % (SPACE - 30);
			uint32_t len = (uint32_t)rand() % 30;
			uint32_t fresh = 0;

			for (uint32_t i = from; i < from + len; i++) {
				fresh += !seen[i];
				seen[i] = true;
			}
			assert_int_equal(add(&ranges, start + from, len),
			    fresh);
		}
		ranges_destroy(&ranges);
	}
	assert_int_equal(given_up, 1); /* by the test above: none here */
}

/* What a map of bytes holds, as a list. */
static size_t list_map(const bool seen[SPACE], uint64_t start,
    struct range list[SPACE])
{
	size_t count = 0;

	for (uint64_t i = 0; i < SPACE; i++) {
		if (!seen[i])
			continue;
		if (count == 0 || list[count - 1].to != start + i)
			list[count++].from = start + i;
		list[count - 1].to = start + i + 1;
	}
	return count;
}

static void random_bytes(struct ranges *ranges, bool seen[SPACE],
    uint32_t start)
{
	for (int step = rand() % 12; step >= 0; step--) {
		uint32_t from = (uint32_t)rand() % (SPACE - 30);
		uint32_t len = (uint32_t)rand() % 29 + 1;

		add(ranges, start + from, len);
		memset(seen + from, true, len);
	}
}

static void a_list_and_what_is_unseen_equal_a_map(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct ranges ranges = {0};
		bool seen[SPACE] = {false};
		struct range expected[SPACE], list[RANGES_MAX], unseen;
		uint32_t from = (uint32_t)rand() % (SPACE - 30), len = 30;
		uint64_t first = 0, last = 0;

		random_bytes(&ranges, seen, 5000);
		size_t count = list_map(seen, RANGES_ORIGIN + 5000, expected);
		assert_int_equal(ranges_list(&ranges, list), count);
		assert_memory_equal(list, expected, count * sizeof(list[0]));
		for (uint32_t i = from; i < from + len; i++) {
			if (seen[i])
				continue;
			first = first == 0 ? RANGES_ORIGIN + 5000 + i : first;
			last = RANGES_ORIGIN + 5000 + i + 1;
		}
		bool is_new = ranges_unseen(&ranges, 5000 + from, len, &unseen);
		assert_int_equal(is_new, first != 0);
		if (is_new) {
			assert_int_equal(unseen.from, first);
			assert_int_equal(unseen.to, last);
		}
		ranges_destroy(&ranges);
	}
}

/* Two captures of one direction: what both saw, and what either did. */
static void joined_ranges_equal_a_joined_map(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct ranges one = {0}, two = {0};
		bool of_one[SPACE] = {false}, of_two[SPACE] = {false};
		struct range expected[SPACE], list[RANGES_MAX];
		uint32_t start = (uint32_t)rand() * 2654435761u;
		uint64_t both = 0;

		random_bytes(&one, of_one, start);
		random_bytes(&two, of_two, start);
		for (size_t i = 0; i < SPACE; i++) {
			both += of_one[i] && of_two[i];
			of_one[i] |= of_two[i];
		}
		/* The later one's positions may have been around once more. */
		uint64_t near =
		    one.next + (uint64_t)(int64_t)(int32_t)((uint32_t)two.base -
							    (uint32_t)one.next);
		assert_int_equal(ranges_join(&one, &two, near - two.base,
				     &given_up),
		    both);
		size_t count = ranges_list(&one, list);
		uint64_t at = list[0].from;
		uint32_t before = 0;
		while (!of_one[before])
			before++;
		assert_int_equal(list_map(of_one, at - before, expected),
		    count);
		assert_memory_equal(list, expected, count * sizeof(list[0]));
		ranges_destroy(&one);
		ranges_destroy(&two);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_is_new_once),
	    cmocka_unit_test(a_hole_is_filled_from_its_middle),
	    cmocka_unit_test(nothing_is_new_below_a_syn),
	    cmocka_unit_test(numbers_wrap),
	    cmocka_unit_test(more_than_four_gigabytes_stay_new),
	    cmocka_unit_test(the_oldest_hole_is_given_up),
	    cmocka_unit_test(equal_a_map_of_bytes),
	    cmocka_unit_test(a_list_and_what_is_unseen_equal_a_map),
	    cmocka_unit_test(joined_ranges_equal_a_joined_map),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
