/* regular_test.c - the short way and the loop give the same anatomy. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/source/source.h"
#include "tests/capture/same.h"

enum { BATCH = 32 };

/* Regular: Ethernet, VLAN 5, IPv4, TCP with timestamps, three bytes. */
static const uint8_t whole[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0,
    5, 8, 0, 0x45, 0, 0, 55, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0,
    2, 0x80, 0, 0x1b, 0x58, 0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0x18, 1, 0, 0, 0, 0,
    0, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 'a', 'b', 'c', 0, 0};

/* Was it regular?  Then both ways agree. */
static bool check(const struct frame *frame)
{
	bool same;

	if (!same_by_both_ways(frame, &same))
		return false;
	assert_true(same);
	return true;
}

static struct frame frame_over(const uint8_t *data, uint32_t captured)
{
	return (struct frame){
	    .data = data,
	    .captured = captured,
	    .length = sizeof(whole),
	    .link_type = LINK_ETHERNET,
	};
}

static void a_regular_frame_goes_the_short_way(void **state)
{
	struct frame frame = frame_over(whole, sizeof(whole));

	(void)state;
	assert_true(check(&frame));
}

static void any_byte_may_be_another(void **state)
{
	(void)state;
	for (size_t at = 0; at < sizeof(whole); at++) {
		for (unsigned value = 0; value < 256; value++) {
			uint8_t copy[sizeof(whole)];
			struct frame frame = frame_over(copy, sizeof(copy));

			memcpy(copy, whole, sizeof(copy));
			copy[at] = (uint8_t)value;
			check(&frame);
		}
	}
}

static void any_snap_length_agrees(void **state)
{
	(void)state;
	for (uint32_t captured = 0; captured <= sizeof(whole); captured++) {
		struct frame frame =
		    frame_over(guarded(whole, captured), captured);

		check(&frame);
	}
}

/* How many frames of a capture are regular; all that are agree. */
static size_t check_file(const char *path)
{
	struct source_error error;
	struct frame frame[BATCH];
	size_t n, regular = 0;
	struct source *source = source_open(path, &error);

	if (source == NULL)
		return 0;
	while ((n = source_read(source, frame, BATCH)) > 0)
		for (size_t i = 0; i < n; i++)
			regular += check(&frame[i]);
	source_close(source);
	return regular;
}

static void every_capture_agrees(void **state)
{
	const char *folder = getenv("CAPTURES");
	size_t regular = 0;

	(void)state;
	if (folder == NULL)
		folder = "tests/capture/corpus/reader";
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			regular += check_file(path);
	}
	closedir(dir);
	printf("# %zu regular frames\n", regular);
	assert_true(regular > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_regular_frame_goes_the_short_way),
	    cmocka_unit_test(any_byte_may_be_another),
	    cmocka_unit_test(any_snap_length_agrees),
	    cmocka_unit_test(every_capture_agrees),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
