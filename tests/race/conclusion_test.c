/* conclusion_test.c - no sentence says what the times do not. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdlib.h>
#include <string.h>
#include "server/race/conclusion.h"

enum { MUTEX_NS = 100000 };

/* What is said where mutex takes MUTEX_NS; caller frees. */
static char *concluded(int64_t queue, int64_t once, int64_t each, unsigned runs)
{
	struct race_result results[4][2] = {{{2, MUTEX_NS}, {2, MUTEX_NS}},
	    {{2, queue}, {2, queue}}, {{2, once}, {2, once}},
	    {{2, each}, {2, each}}};
	struct race_size size = {2, 1};
	struct race_series all[] = {{&way_mutex, size, runs, results[0]},
	    {&way_queue, size, runs, results[1]},
	    {&way_mutex_once, size, runs, results[2]},
	    {&way_queue_each, size, runs, results[3]}};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	conclusion_print(out, all, 4);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void the_lecture_holds_and_the_reasons_are_given(void **state)
{
	char *text = concluded(50000, 1010, 1600000, 2);

	(void)state;
	assert_string_equal(text,
	    "One message a thread (queue) is 2.0 times as fast as a mutex "
	    "around each increment.\n"
	    "One lock a thread (mutex-once) is 99 times as fast as it: both "
	    "add up first.\n"
	    "One message an increment (queue-each) is 16 times slower than it: "
	    "a queue alone saves nothing.\n");
	free(text);
}

static void what_does_not_hold_is_not_explained(void **state)
{
	char *text = concluded(220000, 101000, 50000, 2);

	(void)state;
	assert_string_equal(text,
	    "One message a thread (queue) is 2.2 times slower than a mutex "
	    "around each increment.\n"
	    "One lock a thread (mutex-once) is about as fast as it.\n"
	    "One message an increment (queue-each) is 2.0 times as fast as "
	    "it.\n"
	    "Adding up first has not saved time both ways: see with a larger "
	    "--count.\n");
	free(text);
}

static void one_run_is_said_to_be_one(void **state)
{
	char *text = concluded(1000, 1000, 1600000, 1);

	(void)state;
	assert_non_null(strstr(text, "--runs 20"));
	free(text);
	text = concluded(1000, 1000, 1600000, 2);
	assert_null(strstr(text, "--runs"));
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lecture_holds_and_the_reasons_are_given),
	    cmocka_unit_test(what_does_not_hold_is_not_explained),
	    cmocka_unit_test(one_run_is_said_to_be_one),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
