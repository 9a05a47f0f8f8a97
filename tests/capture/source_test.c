/* source_test.c - captures written here are read back as they were. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "capture/source/source.h"
#include "capture/source/write.h"

/* A capture being put together, in either byte order. */
struct made {
	bool is_big;
	uint8_t bytes[4096];
	size_t len;
};

static void put32(struct made *made, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		made->bytes[made->len++] =
		    (uint8_t)(value >> (made->is_big ? 24 - 8 * i : 8 * i));
}

static void put16(struct made *made, uint16_t value)
{
	for (unsigned i = 0; i < 2; i++)
		made->bytes[made->len++] =
		    (uint8_t)(value >> (made->is_big ? 8 - 8 * i : 8 * i));
}

static void put_text(struct made *made, const char *text, size_t len)
{
	memcpy(made->bytes + made->len, text, len);
	made->len += len;
}

static void put_pcap_head(struct made *made, uint32_t magic, uint32_t type)
{
	put32(made, magic);
	put16(made, 2);
	put16(made, 4);
	put32(made, 0);
	put32(made, 0);
	put32(made, 65535);
	put32(made, type);
}

static void put_pcap_record(struct made *made, uint32_t captured,
    uint32_t length)
{
	put32(made, 1000);
	put32(made, 500);
	put32(made, captured);
	put32(made, length);
	put_text(made, "abcdefghijklmnopqrstuvwxyz", captured);
}

/* Read made's first len bytes as a file.  Caller closes. */
static struct source *open_made(const struct made *made, size_t len,
    struct source_error *error)
{
	char path[] = "/tmp/source_test.XXXXXX";
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, made->bytes, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
	struct source *source = source_open(path, error);
	unlink(path);
	return source;
}

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

static void put_section(struct made *made)
{
	put32(made, 0x0A0D0D0A);
	put32(made, 28);
	put32(made, 0x1A2B3C4D);
	put16(made, 1);
	put16(made, 0);
	put32(made, UINT32_MAX);
	put32(made, UINT32_MAX);
	put32(made, 28);
}

/* An interface with a time resolution and offset. */
static void put_interface(struct made *made, uint16_t type, uint8_t resolution,
    uint32_t offset_s)
{
	put32(made, 1);
	put32(made, 44);
	put16(made, type);
	put16(made, 0);
	put32(made, 0);
	put16(made, 9); /* if_tsresol */
	put16(made, 1);
	made->bytes[made->len] = resolution;
	memset(made->bytes + made->len + 1, 0, 3);
	made->len += 4;
	put16(made, 14); /* if_tsoffset */
	put16(made, 8);
	put32(made, made->is_big ? 0 : offset_s);
	put32(made, made->is_big ? offset_s : 0);
	put32(made, 0);
	put32(made, 44);
}

static void put_enhanced(struct made *made, uint32_t interface, uint64_t stamp)
{
	put32(made, 6);
	put32(made, 36);
	put32(made, interface);
	put32(made, (uint32_t)(stamp >> 32));
	put32(made, (uint32_t)stamp);
	put32(made, 3);
	put32(made, 70);
	put_text(made, "abc", 4);
	put32(made, 36);
}

static void put_simple(struct made *made)
{
	put32(made, 3);
	put32(made, 20);
	put32(made, 3);
	put_text(made, "xyz", 4);
	put32(made, 20);
}

static void put_unknown(struct made *made)
{
	put32(made, 0x77);
	put32(made, 12);
	put32(made, 12);
}

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
	    cmocka_unit_test(pcap_reads_alike_in_all_four_forms),
	    cmocka_unit_test(every_prefix_of_a_pcap_is_honest),
	    cmocka_unit_test(pcapng_keeps_sections_and_interfaces_apart),
	    cmocka_unit_test(every_prefix_of_a_pcapng_is_honest),
	    cmocka_unit_test(absurd_lengths_are_refused),
	    cmocka_unit_test(what_is_no_capture_is_refused),
	    cmocka_unit_test(what_the_writer_writes_is_read_back),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
