/* source_test.c - pcap files written here are read back as they were. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdio.h>
#include "tests/capture/made.h"

static void pcap_reads_alike_in_all_four_forms(void **state)
{
	(void)state;
	for (int form = 0; form < 4; form++) {
		bool is_nano = form & 2;
		struct made made = {.is_big = form & 1};
		struct source_error error;
		struct frame frame;

		put_pcap_head(&made, is_nano ? 0xa1b23c4d : 0xa1b2c3d4, 1);
		put_pcap_record(&made, 5, 60);
		struct source *source = open_made(&made, made.len, &error);
		assert_non_null(source);
		assert_int_equal(source_read(source, &frame, 1), 1);
		assert_int_equal(frame.captured, 5);
		assert_int_equal(frame.length, 60);
		assert_int_equal(frame.link_type, LINK_ETHERNET);
		assert_int_equal(frame.time_ns,
		    1000000000000 + (is_nano ? 500 : 500000));
		assert_memory_equal(frame.data, "abcde", 5);
		assert_int_equal(source_read(source, &frame, 1), 0);
		assert_null(source_failure(source));
		source_close(source);
	}
}

/* However short the file: whole frames are read, a rest is a failure. */
static void check_every_prefix(const struct made *made, size_t head,
    const size_t *ends, size_t count)
{
	for (size_t len = 0; len <= made->len; len++) {
		struct source_error error = {.reason = ""};
		struct frame frames[8];
		size_t whole = 0;
		struct source *source = open_made(made, len, &error);

		if (source == NULL) {
			assert_true(len < head);
			assert_string_not_equal(error.reason, "");
			continue;
		}
		assert_true(len >= head);
		while (whole < count && ends[whole] <= len)
			whole++;
		assert_int_equal(source_read(source, frames, 8), whole);
		assert_int_equal(source_read(source, frames, 8), 0);
		bool is_cut = len != (whole == 0 ? head : ends[whole - 1]);
		assert_int_equal(source_failure(source) != NULL, is_cut);
		if (is_cut)
			assert_int_equal(source_failure(source)->offset,
			    whole == 0 ? head : ends[whole - 1]);
		source_close(source);
	}
}

static void every_prefix_of_a_pcap_is_honest(void **state)
{
	struct made made = {.is_big = false};
	size_t ends[3];

	(void)state;
	put_pcap_head(&made, 0xa1b2c3d4, 1);
	for (unsigned i = 0; i < 3; i++) {
		put_pcap_record(&made, i * 4, 60);
		ends[i] = made.len;
	}
	check_every_prefix(&made, 24, ends, 3);
}

/* Each batch has bytes of its own, as long as nobody frees them. */
static void frames_outlive_the_next_read_after_a_swap(void **state)
{
	struct made made = {.is_big = false};
	struct source_error error;
	struct buffer used[3] = {{NULL, 0}};
	struct frame frame[4];

	(void)state;
	put_pcap_head(&made, 0xa1b2c3d4, 1);
	for (unsigned i = 0; i < 3; i++)
		put_pcap_record(&made, i + 1, 60);
	struct source *source = open_made(&made, made.len, &error);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(source_read(source, &frame[i], 1), 1);
		source_swap(source, &used[i]);
		assert_in_range((uintptr_t)frame[i].data,
		    (uintptr_t)used[i].bytes,
		    (uintptr_t)used[i].bytes + used[i].size - 60);
		assert_int_equal(frame[i].captured, i + 1);
	}
	assert_int_equal(source_read(source, &frame[3], 1), 0);
	assert_null(source_failure(source));
	source_close(source);
	for (unsigned i = 0; i < 3; i++)
		free(used[i].bytes);
}

enum { LARGE = 4 << 20, SMALL = 26, COUNT = 20000 };

/* One large record, then small ones.  Caller closes. */
static struct source *open_large(void)
{
	struct made head = {.is_big = false}, small = {.is_big = false};
	struct source_error error;
	uint8_t *large = test_calloc(LARGE, 1);
	char path[] = "/tmp/source_test.XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	put_pcap_head(&head, 0xa1b2c3d4, 189 /* USB */);
	put32(&head, 1);
	put32(&head, 0);
	put32(&head, LARGE);
	put32(&head, LARGE);
	put_pcap_record(&small, SMALL, SMALL);
	fwrite(head.bytes, 1, head.len, file);
	fwrite(large, 1, LARGE, file);
	for (unsigned i = 0; i < COUNT; i++)
		fwrite(small.bytes, 1, small.len, file);
	assert_int_equal(fclose(file), 0);
	test_free(large);
	struct source *source = source_open(path, &error);
	unlink(path);
	assert_non_null(source);
	return source;
}

/* It enlarges the buffer that holds it, and no other. */
static void one_large_record_makes_no_other_buffer_large(void **state)
{
	enum { USED = 4, MANY = 64 };
	struct source *source = open_large();
	struct buffer used[USED] = {{NULL, 0}};
	struct frame frames[MANY];
	size_t n, sum = 0, count = 0;

	(void)state;
	for (unsigned i = 0; (n = source_read(source, frames, MANY)) > 0; i++) {
		count += n;
		source_swap(source, &used[i % USED]);
	}
	assert_null(source_failure(source));
	assert_int_equal(count, 1 + COUNT);
	for (unsigned i = 0; i < USED; i++) {
		sum += used[i].size;
		free(used[i].bytes);
	}
	assert_in_range(sum, 1, 3 * LARGE);
	source_close(source);
}

/* A length that cannot be ends the file; what came before is kept. */
static void absurd_lengths_are_refused(void **state)
{
	static const uint32_t lengths[] = {262145, 0x7fffffff, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct made made = {.is_big = false};
		struct source_error error;
		struct frame frames[4];

		put_pcap_head(&made, 0xa1b2c3d4, 1);
		put_pcap_record(&made, 4, 4);
		put32(&made, 0);
		put32(&made, 0);
		put32(&made, lengths[i]);
		put32(&made, lengths[i]);
		struct source *source = open_made(&made, made.len, &error);
		assert_int_equal(source_read(source, frames, 4), 1);
		assert_int_equal(source_read(source, frames, 4), 0);
		assert_non_null(source_failure(source));
		assert_int_equal(source_failure(source)->offset, 44);
		source_close(source);
	}
}

static void what_is_no_capture_is_refused(void **state)
{
	struct source_error error = {.reason = ""};
	struct made made = {.is_big = false};

	(void)state;
	put_text(&made, "#!/bin/sh is not a capture at all", 33);
	assert_null(open_made(&made, made.len, &error));
	assert_string_not_equal(error.reason, "");
	assert_null(source_open("/nonexistent/file", &error));
	assert_string_not_equal(error.reason, "");
}

/* Capinfos reads them all alike, but for DG/UX's, whose lengths change places.
 */
static void pcap_of_any_later_version_is_read(void **state)
{
	static const struct {
		uint16_t major, minor;
		bool is_read, is_swapped;
	} versions[] = {
	    {1, 4, false, false},
	    {2, 2, true, true},
	    {2, 4, true, false},
	    {3, 0, true, false},
	    {543, 0, true, true},
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		bool swaps = versions[i].is_swapped;
		struct made made = {.is_big = true};
		struct source_error error;
		struct frame frame;

		put_pcap_head(&made, 0xa1b2c3d4, 1);
		made.bytes[4] = (uint8_t)(versions[i].major >> 8);
		made.bytes[5] = (uint8_t)versions[i].major;
		made.bytes[7] = (uint8_t)versions[i].minor;
		put32(&made, 1);
		put32(&made, 2);
		put32(&made, swaps ? 9 : 4);
		put32(&made, swaps ? 4 : 9);
		put_text(&made, "abcd", 4);
		struct source *source = open_made(&made, made.len, &error);
		assert_int_equal(source != NULL, versions[i].is_read);
		if (source == NULL)
			continue;
		assert_int_equal(source_read(source, &frame, 1), 1);
		assert_int_equal(frame.captured, 4);
		assert_int_equal(frame.length, 9);
		source_close(source);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pcap_reads_alike_in_all_four_forms),
	    cmocka_unit_test(every_prefix_of_a_pcap_is_honest),
	    cmocka_unit_test(frames_outlive_the_next_read_after_a_swap),
	    cmocka_unit_test(one_large_record_makes_no_other_buffer_large),
	    cmocka_unit_test(absurd_lengths_are_refused),
	    cmocka_unit_test(what_is_no_capture_is_refused),
	    cmocka_unit_test(pcap_of_any_later_version_is_read),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
