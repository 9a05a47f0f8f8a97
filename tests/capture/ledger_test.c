/* ledger_test.c - the books balance, and notice when they do not. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <math.h>
#include <string.h>
#include "capture/ledger/ledger.h"

static const struct posting frame = {
    .entries = 4,
    .entry =
	{
	    {ACCOUNT_ETH, 14},
	    {ACCOUNT_IP, 20},
	    {ACCOUNT_TCP, 20},
	    {ACCOUNT_PAYLOAD, 6},
	},
    .purpose = PURPOSE_DATA,
    .bytes = 60,
    .payload = 6,
    .time_ns = 5,
};

static void every_axis_holds_every_byte(void **state)
{
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger, LEVEL_LINK, true);
	struct owner *owner = ledger_open(&ledger);
	ledger_post(&ledger, &frame, true, owner, 0);
	ledger_post(&ledger, &frame, true, owner, 1);
	ledger_post(&ledger, &frame, false, NULL, 0);
	ledger_sum(&ledger);
	assert_true(ledger_balances(&ledger));
	assert_int_equal(ledger.total.bytes, 180);
	assert_int_equal(ledger.total.what[ACCOUNT_TCP].frames, 3);
	assert_int_equal(ledger.total.why[PURPOSE_DATA].payload, 18);
	assert_int_equal(owner->from[1].bytes, 60);
	assert_int_equal(ledger.of_none.bytes, 60);
	ledger_destroy(&ledger);
}

static void a_lost_byte_is_noticed_on_each_axis(void **state)
{
	(void)state;
	for (int axis = 0; axis < 4; axis++) {
		struct ledger ledger;

		ledger_init(&ledger, LEVEL_LINK, true);
		struct owner *owner = ledger_open(&ledger);
		ledger_post(&ledger, &frame, true, owner, 0);
		ledger_sum(&ledger);
		assert_true(ledger_balances(&ledger));
		if (axis == 0)
			ledger.total.what[ACCOUNT_IP].bytes--;
		if (axis == 1)
			ledger.total.why[PURPOSE_DATA].bytes--;
		if (axis == 2)
			ledger.of_flows.bytes--;
		if (axis == 3)
			owner->from[0].tally[0].bytes--;
		assert_false(ledger_balances(&ledger));
		ledger_destroy(&ledger);
	}
}

static void an_account_twice_in_a_frame_is_one_frame(void **state)
{
	struct ledger ledger;
	struct posting twice = frame;

	(void)state;
	twice.entry[1].account = ACCOUNT_ETH;
	ledger_init(&ledger, LEVEL_LINK, false);
	ledger_post(&ledger, &twice, false, NULL, 0);
	ledger_sum(&ledger);
	assert_int_equal(ledger.total.what[ACCOUNT_ETH].frames, 1);
	assert_int_equal(ledger.total.what[ACCOUNT_ETH].bytes, 34);
	ledger_destroy(&ledger);
}

static void an_owner_keeps_what_its_frames_had(void **state)
{
	static const struct option_part options[] = {
	    {TCP_OPTION_NOP, 1},
	    {TCP_OPTION_NOP, 1},
	    {TCP_OPTION_TIMESTAMPS, 10},
	};
	struct ledger ledger;
	struct posting posting = frame;
	struct book book;

	(void)state;
	posting.entry[1].account = ACCOUNT_TCP_OPTIONS;
	posting.entry[1].bytes = 12;
	posting.bytes = 52;
	posting.options = 3;
	posting.option = options;
	ledger_init(&ledger, LEVEL_LINK, true);
	struct owner *owner = ledger_open(&ledger);
	ledger_post(&ledger, &posting, true, owner, 1);
	ledger_post(&ledger, &posting, true, owner, 1);
	ledger_sum(&ledger);
	owner_book(owner, 1, &book);
	assert_memory_equal(&book, &ledger.total, sizeof(book));
	assert_int_equal(book.tcp_options[TCP_OPTION_NOP].frames, 2);
	owner_book(owner, 0, &book);
	assert_int_equal(book.frames, 0);
	ledger_destroy(&ledger);
}

static void there_is_no_figure_without_payload(void **state)
{
	struct book book = {.bytes = 100};
	double figure = 42;

	(void)state;
	assert_false(book_overhead(&book, &figure));
	assert_false(book_efficiency(&book, &figure));
	assert_true(figure == 42);
	book.what[ACCOUNT_PAYLOAD].bytes = 25;
	assert_true(book_overhead(&book, &figure));
	assert_true(figure == 3);
	assert_true(book_efficiency(&book, &figure));
	assert_true(figure == 0.25);
}

/* As report_warnings takes for granted, to say one of it. */
static void every_warning_names_what_is_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WARNING_COUNT; i++)
		assert_non_null(strstr(warning_text(i), "s "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_axis_holds_every_byte),
	    cmocka_unit_test(a_lost_byte_is_noticed_on_each_axis),
	    cmocka_unit_test(an_account_twice_in_a_frame_is_one_frame),
	    cmocka_unit_test(an_owner_keeps_what_its_frames_had),
	    cmocka_unit_test(there_is_no_figure_without_payload),
	    cmocka_unit_test(every_warning_names_what_is_counted),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
