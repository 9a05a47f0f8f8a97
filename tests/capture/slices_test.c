/* slices_test.c - the ledger by time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ledger/slices.h"
#include "tests/support.h"

static const uint64_t width = 1000, start = 5000000;

static void post(struct slices *slices, uint64_t time_ns, uint32_t payload)
{
	struct posting posting = {
	    .entries = 2,
	    .entry = {{ACCOUNT_TCP, 20}, {ACCOUNT_PAYLOAD, payload}},
	    .purpose = PURPOSE_DATA,
	    .time_ns = time_ns,
	    .bytes = 20 + payload,
	    .payload = payload,
	};

	slices_post(slices, &posting);
}

static void an_interval_starts_with_its_first_nanosecond(void **state)
{
	struct slices slices;

	(void)state;
	slices_init(&slices, width);
	post(&slices, start, 1);
	post(&slices, start + width - 1, 2);
	post(&slices, start + width, 4);
	slices_close(&slices);
	assert_int_equal(slices.count, 2);
	assert_int_equal(slices.slice[0].frames, 2);
	assert_int_equal(slices.slice[0].what[GROUP_PAYLOAD], 3);
	assert_int_equal(slices.slice[1].what[GROUP_PAYLOAD], 4);
	assert_int_equal(slices_start(&slices, &slices.slice[1]),
	    start + width);
	slices_destroy(&slices);
}

static void a_clock_that_runs_backwards_loses_nothing(void **state)
{
	struct slices slices;

	(void)state;
	slices_init(&slices, width);
	post(&slices, start, 1);
	post(&slices, start - 1, 2);
	post(&slices, start - width, 4);
	post(&slices, start - width - 1, 8);
	post(&slices, start, 16);
	slices_close(&slices);
	assert_int_equal(slices.count, 3);
	assert_int_equal(slices.slice[0].index, -2);
	assert_int_equal(slices.slice[0].what[GROUP_PAYLOAD], 8);
	assert_int_equal(slices.slice[1].what[GROUP_PAYLOAD], 6);
	assert_int_equal(slices.slice[2].what[GROUP_PAYLOAD], 17);
	slices_destroy(&slices);
}

static void two_intervals_in_turn_take_no_more_room(void **state)
{
	struct slices slices;

	(void)state;
	slices_init(&slices, width);
	for (unsigned i = 0; i < 10000; i++)
		post(&slices, start + i % 2 * width, 1);
	assert_true(slices.room < 100);
	slices_close(&slices);
	assert_int_equal(slices.count, 2);
	assert_int_equal(slices.slice[0].frames, 5000);
	assert_int_equal(slices.slice[1].why[PURPOSE_DATA].payload, 5000);
	slices_destroy(&slices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_interval_starts_with_its_first_nanosecond),
	    cmocka_unit_test(a_clock_that_runs_backwards_loses_nothing),
	    cmocka_unit_test(two_intervals_in_turn_take_no_more_room),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
