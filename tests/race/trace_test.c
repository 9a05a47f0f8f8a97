/* trace_test.c - conflicts told from steps, found for real, and replayed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdlib.h>
#include <string.h>
#include "server/race/replay.h"
#include "server/race/trace.h"

enum { STEPS_MAX = 8 };

/* Copies, because finding sorts. */
static bool finds_conflict(const struct trace_step *steps, size_t count,
    struct schedule *out)
{
	struct trace_step copy[STEPS_MAX];

	memcpy(copy, steps, count * sizeof *steps);
	return trace_find_conflict(copy, count, out);
}

static bool finds_clean(const struct trace_step *steps, size_t count,
    struct schedule *out)
{
	struct trace_step copy[STEPS_MAX];

	memcpy(copy, steps, count * sizeof *steps);
	return trace_find_clean(copy, count, out);
}

static void both_read_before_either_saves_is_a_conflict(void **state)
{
	struct trace_step steps[] = {{4, 7, 7, 90, 100, 110, 120},
	    {2, 7, 8, 95, 105, 130, 140}};
	struct schedule found;

	(void)state;
	assert_true(finds_conflict(steps, 2, &found));
	assert_int_equal(found.threads[0], 4);
	assert_int_equal(found.threads[1], 2);
	assert_int_equal(schedule_start(&found), 7);
	assert_int_equal(schedule_gain(&found), 1);
	assert_int_equal(schedule_lost(&found), 1);
	assert_int_equal(found.acts[0].ns, 0);
	assert_int_equal(found.acts[1].ns, 5);
	assert_int_equal(found.acts[1].who, 1);
	assert_int_equal(found.acts[5].ns, 40);
	assert_false(finds_clean(steps, 2, &found));
}

static void what_is_no_conflict_is_not_taken_for_one(void **state)
{
	struct trace_step one_thread[] = {{1, 7, 7, 90, 100, 130, 140},
	    {1, 7, 8, 95, 105, 135, 145}};
	struct trace_step other_number[] = {{1, 7, 7, 90, 100, 130, 140},
	    {2, 8, 8, 95, 105, 135, 145}};
	/* The number was 7 twice, because a third saved an old one. */
	struct trace_step other_time[] = {{1, 7, 7, 90, 100, 110, 120},
	    {2, 7, 8, 95, 110, 120, 130}};
	/* A third had put the number back before the second saved. */
	struct trace_step put_back[] = {{1, 7, 7, 90, 100, 110, 120},
	    {2, 7, 3, 95, 105, 130, 140}};
	struct schedule found;

	(void)state;
	assert_false(finds_conflict(one_thread, 2, &found));
	assert_false(finds_conflict(other_number, 2, &found));
	assert_false(finds_conflict(other_time, 2, &found));
	assert_false(finds_conflict(other_time, 1, &found));
	assert_false(finds_conflict(other_time, 0, &found));
	assert_false(finds_conflict(put_back, 2, &found));
}

static void the_last_save_undoes_what_others_saved(void **state)
{
	struct trace_step steps[] = {{4, 7, 7, 90, 100, 110, 120},
	    {2, 7, 5000, 95, 105, 130, 9000}};
	struct schedule found;

	(void)state;
	assert_true(finds_conflict(steps, 2, &found));
	assert_int_equal(schedule_gain(&found), 1);
	assert_int_equal(schedule_lost(&found), 4993);
	assert_int_equal(found.acts[5].replaced, 5000);
}

static void the_table_shows_what_others_saved(void **state)
{
	struct trace_step steps[] = {{4, 7, 7, 90, 100, 110, 120},
	    {2, 7, 5000, 95, 105, 130, 9000}};
	struct schedule found;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	assert_true(finds_conflict(steps, 2, &found));
	schedule_print(out, (const char *[]){"left", "right"},
	    (const struct schedule *[]){&found, &replay_clean});
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "  others save                 5000"));
	assert_non_null(strstr(text, "rose by 1: 4993 lost"));
	free(text);
}

/* The saves were at the same time, but one replaced the other's number. */
static void what_was_replaced_says_who_saved_first(void **state)
{
	struct trace_step steps[] = {{4, 7, 8, 90, 100, 110, 130},
	    {2, 7, 7, 95, 105, 115, 150}};
	struct schedule found;

	(void)state;
	assert_true(finds_conflict(steps, 2, &found));
	assert_int_equal(found.threads[0], 4); /* who read first */
	assert_int_equal(found.acts[4].who, 1);
	assert_int_equal(found.acts[4].ns, 30); /* not after the other */
	assert_int_equal(found.acts[5].who, 0);
	assert_int_equal(schedule_lost(&found), 1);
	steps[0].replaced = 9; /* now nobody knows */
	assert_false(finds_conflict(steps, 2, &found));
}

static void the_second_reading_what_the_first_saved_is_clean(void **state)
{
	struct trace_step steps[] = {{2, 8, 8, 122, 125, 130, 140},
	    {4, 7, 7, 90, 100, 110, 120}};
	struct schedule found;

	(void)state;
	assert_true(finds_clean(steps, 2, &found));
	assert_int_equal(schedule_start(&found), 7);
	assert_int_equal(schedule_gain(&found), 2);
	assert_int_equal(schedule_lost(&found), 0);
	assert_false(finds_conflict(steps, 2, &found));
	steps[0].start_ns = 120; /* at the same time: not certain */
	assert_false(finds_clean(steps, 2, &found));
	steps[0] = (struct trace_step){4, 8, 8, 122, 125, 130, 140};
	assert_false(finds_clean(steps, 2, &found));
	steps[0] = (struct trace_step){2, 8, 10, 122, 125, 130, 140};
	assert_false(finds_clean(steps, 2, &found));
}

static void what_a_third_was_in_conflict_with_is_not_clean(void **state)
{
	struct trace_step steps[] = {{4, 7, 7, 95, 100, 110, 120},
	    {2, 8, 8, 122, 125, 130, 140}, {3, 7, 8, 90, 100, 101, 121}};
	const struct trace_step thirds[] =
	    {{3, 7, 8, 80, 100, 101, 121},      /* read what the first read */
		{3, 7, 7, 50, 60, 61, 95},      /* may have */
		{3, 7, 8, 121, 121, 122, 123},  /* before the second read */
		{3, 8, 9, 130, 135, 150, 200},  /* read what the second read */
		{4, 8, 9, 131, 136, 151, 200},  /* a thread of the two */
		{3, 8, 9, 140, 150, 160, 170}}; /* may have */
	const struct trace_step strangers[] = {{3, 7, 7, 50, 60, 61,
						   94}, /* was done before */
	    {4, 7, 7, 50, 60, 61, 95},     /* the first's own, before it */
	    {3, 9, 9, 130, 141, 150, 160}, /* read what they came to */
	    {3, 8, 9, 141, 150, 160, 170}, /* began after them */
	    {3, 2, 9, 50, 100, 150, 200}}; /* read another */
	struct schedule found;

	(void)state;
	for (size_t i = 0; i < sizeof thirds / sizeof thirds[0]; i++) {
		steps[2] = thirds[i];
		assert_false(finds_clean(steps, 3, &found));
	}
	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
		steps[2] = strangers[i];
		assert_true(finds_clean(steps, 3, &found));
		assert_int_equal(schedule_start(&found), 7);
	}
}

static void the_closest_pair_is_shown(void **state)
{
	struct trace_step steps[] = {
	    {1, 7, 7, 90, 100, 900, 910},
	    {2, 7, 8, 95, 105, 990, 999},
	    {1, 50, 50, 1990, 2000, 2020, 2030},
	    {3, 50, 51, 1995, 2010, 2035, 2045},
	};
	struct schedule found;

	(void)state;
	assert_true(finds_conflict(steps, 4, &found));
	assert_int_equal(schedule_start(&found), 50);
	steps[3].replaced = 52; /* but sooner one without others' saves */
	assert_true(finds_conflict(steps, 4, &found));
	assert_int_equal(schedule_start(&found), 7);
	steps[1].replaced = 9;
	steps[3] = (struct trace_step){3, 50, 51, 1995, 2010, 9035, 9045};
	assert_true(finds_conflict(steps, 4, &found));
	assert_int_equal(schedule_start(&found), 50);
}

static void a_real_run_shows_both(void **state)
{
	struct race_size size = {4, 20000};
	struct trace trace;

	(void)state;
	assert_int_equal(trace_run(&size, &trace), TRACE_FOUND);
	assert_int_equal(schedule_gain(&trace.conflict), 1);
	assert_in_range(schedule_lost(&trace.conflict), 1, 80000);
	assert_int_equal(schedule_gain(&trace.clean), 2);
	assert_int_equal(schedule_lost(&trace.clean), 0);
	assert_int_equal(race_expected(&trace.size), 80000);
	assert_in_range(trace.counted, 1, 80000 - 1);
	assert_true(trace.rounds >= 1);
}

/* Bit i of order says who acts at place i; both act three times. */
static struct schedule schedule_of(unsigned order)
{
	struct schedule schedule = {.threads = {0, 1}};
	unsigned done[2] = {0, 0};

	for (unsigned i = 0; i < SCHEDULE_ACTS; i++) {
		unsigned who = order >> i & 1;

		schedule.acts[i] =
		    (struct act){(enum act_kind)done[who]++, who, 100, 0, 0};
	}
	return schedule;
}

/* An update is lost unless one saves before the other reads. */
static bool is_lossy(const struct schedule *schedule)
{
	unsigned reads = 0;

	for (unsigned i = 0; i < SCHEDULE_ACTS; i++) {
		if (schedule->acts[i].kind == ACT_SAVE)
			return reads == 2;
		reads += schedule->acts[i].kind == ACT_READ;
	}
	return false;
}

static bool both_act_thrice(unsigned order)
{
	unsigned ones = 0;

	for (; order > 0; order >>= 1)
		ones += order & 1;
	return ones == 3;
}

static void each_of_the_twenty_orders_does_what_it_must(void **state)
{
	unsigned played = 0, lossy = 0;

	(void)state;
	for (unsigned order = 0; order < 64; order++) {
		struct schedule script = schedule_of(order), out;

		if (!both_act_thrice(order))
			continue;
		assert_int_equal(replay_run(&script, &out), 0);
		assert_int_equal(out.acts[0].value, 100);
		assert_int_equal(schedule_gain(&out),
		    is_lossy(&script) ? 1 : 2);
		assert_int_equal(schedule_lost(&out), is_lossy(&script));
		played++;
		lossy += is_lossy(&script);
	}
	assert_int_equal(played, 20);
	assert_int_equal(lossy, 18);
}

static void the_lectures_two_orders_lose_one_and_none(void **state)
{
	struct schedule out;

	(void)state;
	assert_int_equal(replay_run(&replay_conflict, &out), 0);
	assert_int_equal(schedule_gain(&out), 1);
	assert_int_equal(replay_run(&replay_clean, &out), 0);
	assert_int_equal(schedule_gain(&out), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_read_before_either_saves_is_a_conflict),
	    cmocka_unit_test(what_is_no_conflict_is_not_taken_for_one),
	    cmocka_unit_test(the_second_reading_what_the_first_saved_is_clean),
	    cmocka_unit_test(the_last_save_undoes_what_others_saved),
	    cmocka_unit_test(the_table_shows_what_others_saved),
	    cmocka_unit_test(what_was_replaced_says_who_saved_first),
	    cmocka_unit_test(what_a_third_was_in_conflict_with_is_not_clean),
	    cmocka_unit_test(the_closest_pair_is_shown),
	    cmocka_unit_test(a_real_run_shows_both),
	    cmocka_unit_test(each_of_the_twenty_orders_does_what_it_must),
	    cmocka_unit_test(the_lectures_two_orders_lose_one_and_none),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
