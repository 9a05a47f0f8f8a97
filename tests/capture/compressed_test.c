/* compressed_test.c - compressed captures: whole, cut, damaged, in a row. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <err.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include "capture/source/source.h"
#include "wire/random.h"

enum {
	FRAMES = 2000,
	FRAME_LEN = 200, /* each, of bytes that do not compress */
	PLAIN_LEN = 24 + FRAMES * (16 + FRAME_LEN),
	ROOM = PLAIN_LEN * 2,
};

struct bytes {
	uint8_t *at;
	size_t len;
};

static struct bytes bytes_new(void)
{
	struct bytes out = {malloc(ROOM), 0};

	if (out.at == NULL)
		err(1, "bytes");
	return out;
}

static void add(struct bytes *to, const void *bytes, size_t len)
{
	memcpy(to->at + to->len, bytes, len);
	to->len += len;
}

static struct bytes plain_new(void)
{
	const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
	const uint32_t record[] = {1, 2, FRAME_LEN, FRAME_LEN};
	struct random random = {1};
	struct bytes out = bytes_new();

	add(&out, head, sizeof(head));
	for (int i = 0; i < FRAMES; i++) {
		add(&out, record, sizeof(record));
		for (size_t j = 0; j < FRAME_LEN; j += 8) {
			uint64_t word = random_next(&random);

			add(&out, &word, 8);
		}
	}
	return out;
}

static void add_gzip(struct bytes *to, const uint8_t *from, size_t len)
{
	z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)from,
	    .avail_in = (uInt)len,
	    .next_out = to->at + to->len,
	    .avail_out = (uInt)(ROOM - to->len)};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len += z.total_out;
	deflateEnd(&z);
}

static void add_zstd(struct bytes *to, const uint8_t *from, size_t len)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	size_t n =
	    ZSTD_compress2(zstd, to->at + to->len, ROOM - to->len, from, len);
	assert_false(ZSTD_isError(n));
	to->len += n;
	ZSTD_freeCCtx(zstd);
}

static void add_lz4(struct bytes *to, const uint8_t *from, size_t len)
{
	const LZ4F_preferences_t how = {
	    .frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
	size_t n = LZ4F_compressFrame(to->at + to->len, ROOM - to->len, from,
	    len, &how);

	assert_false(LZ4F_isError(n));
	to->len += n;
}

static void add_xz(struct bytes *to, const uint8_t *from, size_t len)
{
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL,
			     from, len, to->at, &to->len, ROOM),
	    LZMA_OK);
}

static const struct {
	const char *name;
	void (*add)(struct bytes *to, const uint8_t *from, size_t len);
	size_t trailer; /* bytes at the end that hold nothing of the data */
	size_t block;   /* bytes that a cut may take with it */
} kinds[] = {
    {"gzip", add_gzip, 8, 512},
    {"zstd", add_zstd, 4, 1 << 17},
    {"lz4", add_lz4, 8, 1 << 16},
    {"xz", add_xz, 12, 512},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* How many frames a file of these bytes gives; why it ended, or "". */
static size_t read_all(const uint8_t *bytes, size_t len, char reason[160])
{
	char path[] = "/tmp/compressed_test.XXXXXX";
	int fd = mkstemp(path);
	struct source_error error;
	struct frame frames[32];
	size_t n, count = 0;

	if (fd == -1 || write(fd, bytes, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
	struct source *source = source_open(path, &error);
	unlink(path);
	if (source == NULL) {
		strcpy(reason, error.reason);
		return 0;
	}
	while ((n = source_read(source, frames, 32)) > 0)
		count += n;
	strcpy(reason,
	    source_failure(source) ? source_failure(source)->reason : "");
	source_close(source);
	return count;
}

static void whole_files_are_read_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), file = bytes_new();
		char why[160];

		kinds[i].add(&file, plain.at, plain.len);
		assert_int_equal(read_all(file.at, file.len, why), FRAMES);
		assert_string_equal(why, "");
		free(plain.at);
		free(file.at);
	}
}

/* All that could be decompressed is there, and then it fails. */
static void a_cut_loses_only_what_was_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), file = bytes_new();
		char why[160], expected[32];

		kinds[i].add(&file, plain.at, plain.len);
		snprintf(expected, sizeof(expected), "%s: cut short",
		    kinds[i].name);
		assert_int_equal(read_all(file.at, file.len - kinds[i].trailer,
				     why),
		    FRAMES);
		assert_string_equal(why, expected);
		size_t got = read_all(file.at, file.len / 2, why);
		assert_string_equal(why, expected);
		assert_true(
		    got * (16 + FRAME_LEN) + kinds[i].block + FRAME_LEN >=
		    plain.len / 2);
		free(plain.at);
		free(file.at);
	}
}

/* By its own check sum, or by what it makes of the capture before that. */
static void a_changed_byte_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), file = bytes_new();
		char why[160];

		kinds[i].add(&file, plain.at, plain.len);
		file.at[file.len / 2] ^= 0x10;
		size_t got = read_all(file.at, file.len, why);
		assert_string_not_equal(why, "");
		assert_true(
		    got * (16 + FRAME_LEN) + kinds[i].block + FRAME_LEN >=
		    plain.len / 2);
		free(plain.at);
		free(file.at);
	}
}

static void frames_in_a_row_are_one_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), file = bytes_new();
		size_t half = plain.len / 2;
		char why[160];

		kinds[i].add(&file, plain.at, half);
		add(&file, "\0\0\0", 4); /* padding */
		kinds[i].add(&file, plain.at + half, plain.len - half);
		assert_int_equal(read_all(file.at, file.len, why), FRAMES);
		assert_string_equal(why, "");
		free(plain.at);
		free(file.at);
	}
}

static void what_follows_and_is_no_frame_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), file = bytes_new();
		char why[160], expected[48];

		kinds[i].add(&file, plain.at, plain.len);
		add(&file, "junk", 4);
		snprintf(expected, sizeof(expected),
		    "%s: followed by something else", kinds[i].name);
		assert_int_equal(read_all(file.at, file.len, why), FRAMES);
		assert_string_equal(why, expected);
		free(plain.at);
		free(file.at);
	}
}

static void compressed_twice_is_no_capture(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes plain = plain_new(), once = bytes_new();
		struct bytes twice = bytes_new();
		char why[160];

		kinds[i].add(&once, plain.at, plain.len);
		kinds[i].add(&twice, once.at, once.len);
		assert_int_equal(read_all(twice.at, twice.len, why), 0);
		assert_string_equal(why, "neither pcap nor pcapng");
		free(plain.at);
		free(once.at);
		free(twice.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_files_are_read_whole),
	    cmocka_unit_test(a_cut_loses_only_what_was_cut),
	    cmocka_unit_test(a_changed_byte_is_told),
	    cmocka_unit_test(frames_in_a_row_are_one_file),
	    cmocka_unit_test(what_follows_and_is_no_frame_is_told),
	    cmocka_unit_test(compressed_twice_is_no_capture),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
