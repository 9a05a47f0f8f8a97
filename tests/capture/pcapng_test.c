/* pcapng_test.c - pcapng files written here are read back as they were. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "capture/source/write.h"
#include "tests/capture/made.h"

static void pcapng_keeps_sections_and_interfaces_apart(void **state)
{
	struct made made = {.is_big = true};
	struct source_error error;
	struct frame frame[8];

	(void)state;
	put_section(&made);
	put_interface(&made, 1, 9, 5);      /* nanoseconds, 5 s later */
	put_interface(&made, 101, 0x81, 0); /* halves of a second */
	put_enhanced(&made, 0, 7);
	put_unknown(&made);
	put_enhanced(&made, 1, 3);
	made.is_big = false;
	put_section(&made);
	put_interface(&made, 113, 3, 0); /* milliseconds */
	put_enhanced(&made, 0, 2);
	put_simple(&made);
	struct source *source = open_made(&made, made.len, &error);
	assert_non_null(source);
	assert_int_equal(source_read(source, frame, 8), 4);
	assert_null(source_failure(source));
	assert_int_equal(frame[0].link_type, 1);
	assert_int_equal(frame[0].time_ns, 5000000007);
	assert_int_equal(frame[1].link_type, 101);
	assert_int_equal(frame[1].time_ns, 1500000000);
	assert_int_equal(frame[2].link_type, 113);
	assert_int_equal(frame[2].time_ns, 2000000);
	assert_int_equal(frame[2].length, 70);
	assert_int_equal(frame[3].length, 3);
	assert_true(frame[3].has_no_time);
	assert_int_equal(source_info(source)->first_ns, 2000000);
	assert_memory_equal(frame[3].data, "xyz", 3);
	source_close(source);
}

static void every_prefix_of_a_pcapng_is_honest(void **state)
{
	struct made made = {.is_big = true};
	size_t ends[3];

	(void)state;
	put_section(&made);
	size_t head = made.len;
	put_interface(&made, 1, 6, 0);
	size_t interface = made.len;
	for (unsigned i = 0; i < 3; i++) {
		put_enhanced(&made, 0, i);
		ends[i] = made.len;
	}
	for (size_t len = head + 1; len < interface; len++) {
		struct source_error error;
		struct frame frame;
		struct source *source = open_made(&made, len, &error);

		assert_non_null(source);
		assert_int_equal(source_read(source, &frame, 1), 0);
		assert_non_null(source_failure(source));
		source_close(source);
	}
	for (size_t len = interface; len <= made.len; len++) {
		struct source_error error;
		struct frame frames[8];
		size_t whole = 0;
		struct source *source = open_made(&made, len, &error);

		while (whole < 3 && ends[whole] <= len)
			whole++;
		assert_int_equal(source_read(source, frames, 8), whole);
		assert_int_equal(source_read(source, frames, 8), 0);
		assert_int_equal(source_failure(source) != NULL,
		    len != (whole == 0 ? interface : ends[whole - 1]));
		source_close(source);
	}
}

static void check_dropped(const struct made *made, uint64_t expected)
{
	struct source_error error;
	struct frame frames[8];
	struct source *source = open_made(made, made->len, &error);

	assert_non_null(source);
	while (source_read(source, frames, 8) > 0)
		continue;
	assert_null(source_failure(source));
	assert_int_equal(source_info(source)->dropped, expected);
	source_close(source);
}

static void lost_frames_are_counted_once(void **state)
{
	(void)state;
	for (int is_big = 0; is_big < 2; is_big++) {
		struct made made = {.is_big = is_big};

		put_section(&made);
		put_interface(&made, 1, 6, 0);
		put_enhanced_options(&made, 0, 0, 3);
		put_obsolete(&made, 2);
		put_obsolete(&made, 0xffff); /* not known */
		check_dropped(&made, 5);
		put_statistics(&made, 0, 3, 0); /* fewer than the packets say */
		check_dropped(&made, 5);
		put_statistics(&made, 0, 4, 5); /* later ones, and more */
		check_dropped(&made, 9);
		put_section(&made);
		put_interface(&made, 1, 6, 0);
		put_statistics(&made, 0, 1, 0);
		check_dropped(&made, 10);
		put_interface(&made, 1, 6, 0);
		put_statistics(&made, 1, UINT64_MAX, 1);
		check_dropped(&made, INT64_MAX);
	}
}

static void a_packet_says_its_own_fcs_length(void **state)
{
	struct made made = {.is_big = true};
	struct source_error error;
	struct frame frame[3];

	(void)state;
	put_section(&made);
	put_interface_fcs(&made, 4);
	put_enhanced_options(&made, 0, 2 << 5, 0);
	put_enhanced_options(&made, 0, 1, 0); /* 0: not known */
	put_enhanced(&made, 0, 1);
	struct source *source = open_made(&made, made.len, &error);
	assert_int_equal(source_read(source, frame, 3), 3);
	assert_int_equal(frame[0].fcs_len, 2);
	assert_int_equal(frame[1].fcs_len, 4);
	assert_int_equal(frame[2].fcs_len, 4);
	source_close(source);
}

static void times_that_do_not_fit_are_none(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset;
		uint64_t stamp, expected_ns;
	} times[] = {
	    {6, 0, 1500000, 1500000000},
	    {6, -1, 1500000, 500000000},
	    {6, -2, 1500000, 0}, /* before 1970 */
	    {6, INT64_MIN, 1500000, 0},
	    {6, INT64_MAX, 1500000, 0},
	    {0, 0, 18446744072, UINT64_C(18446744072000000000)},
	    {0, 0, 18446744073, 0}, /* in 2554 64 bits are full */
	    {0, 0, UINT64_MAX, 0},
	    {0, 1, UINT64_MAX, 0},
	    {9, 0, 123456789, 123456789},
	    {12, 0, 123456789000, 123456789},
	    {0x7f, 1, UINT64_MAX, 1000000000},
	    {0x80, 0, UINT64_MAX, 0},
	    {0x82, 1, 5, 2250000000},
	    {0xff, 1, UINT64_MAX, 1000000000},
	};
	struct made made = {.is_big = true};
	struct source_error error;
	struct frame frame[16];
	size_t count = sizeof(times) / sizeof(times[0]);

	(void)state;
	put_section(&made);
	for (size_t i = 0; i < count; i++) {
		put_interface_offset(&made, times[i].resolution,
		    times[i].offset);
		put_enhanced(&made, (uint32_t)i, times[i].stamp);
	}
	struct source *source = open_made(&made, made.len, &error);
	assert_int_equal(source_read(source, frame, 16), count);
	uint64_t before = 0; /* that of the frame before stands in */
	for (size_t i = 0; i < count; i++) {
		bool has_time = times[i].expected_ns != 0;

		if (has_time)
			before = times[i].expected_ns;
		assert_int_equal(frame[i].time_ns, before);
		assert_int_equal(frame[i].has_no_time, !has_time);
	}
	assert_int_equal(source_info(source)->first_ns, 123456789);
	assert_int_equal(source_info(source)->last_ns,
	    UINT64_C(18446744072000000000));
	source_close(source);
}

static void what_the_writer_writes_is_read_back(void **state)
{
	char path[] = "/tmp/source_test.XXXXXX";
	struct writer_head head = {
	    .application = "test",
	    .comment = "a comment",
	    .interface = "lo",
	    .filter = "tcp",
	    .link_type = LINK_RAW,
	    .snap_len = 65535,
	};
	struct frame frame = {.data = (const uint8_t *)"abcde",
	    .captured = 5,
	    .length = 50,
	    .time_ns = 1700000000123456789};
	struct writer writer = {0};
	struct source_error error;
	struct frame back[4];

	(void)state;
	close(mkstemp(path));
	assert_true(writer_open(&writer, path));
	assert_true(writer_begin(&writer, &head));
	assert_true(writer_frame(&writer, &frame));
	assert_true(writer_end(&writer, 1, 10, 3));
	assert_true(writer_close(&writer));
	struct source *source = source_open(path, &error);
	assert_non_null(source);
	assert_int_equal(source_read(source, back, 4), 1);
	assert_int_equal(back[0].time_ns, frame.time_ns);
	assert_int_equal(back[0].length, 50);
	assert_int_equal(back[0].link_type, LINK_RAW);
	assert_memory_equal(back[0].data, "abcde", 5);
	assert_int_equal(source_read(source, back, 4), 0);
	assert_int_equal(source_info(source)->dropped, 3);
	assert_null(source_failure(source));
	source_close(source);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pcapng_keeps_sections_and_interfaces_apart),
	    cmocka_unit_test(every_prefix_of_a_pcapng_is_honest),
	    cmocka_unit_test(lost_frames_are_counted_once),
	    cmocka_unit_test(a_packet_says_its_own_fcs_length),
	    cmocka_unit_test(times_that_do_not_fit_are_none),
	    cmocka_unit_test(what_the_writer_writes_is_read_back),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
