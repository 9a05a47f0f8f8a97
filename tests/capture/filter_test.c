/* filter_test.c - expressions are compiled for each link type as it is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <pcap/pcap.h>
#include <string.h>
#include "capture/source/dlt.h"
#include "capture/source/filter.h"

/* An IPv4 packet from 10.0.0.1 behind what each link type puts in front. */
static const uint8_t ethernet[] =
    "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0"
    "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\0\1\0\2\0\x08\0";
static const uint8_t llc_snap[] =
    "\xaa\xaa\3\0\0\0\x08\0"
    "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\0\1\0\2\0\x08\0";

static bool passes(const char *expression, uint16_t link_type,
    const uint8_t *data, uint32_t len)
{
	char reason[FILTER_REASON_LEN];
	struct filter *filter = filter_new(expression, reason);
	struct frame frame = {.data = data,
	    .captured = len,
	    .length = len,
	    .link_type = link_type};

	assert_non_null(filter);
	filter_prepare(filter, &frame, 1);
	bool first = filter_passes(filter, &frame);
	assert_int_equal(filter_passes(filter, &frame), first);
	assert_null(filter_failure(filter));
	filter_free(filter);
	return first;
}

static void each_link_type_has_its_own_program(void **state)
{
	(void)state;
	assert_true(passes("src host 10.0.0.1", LINK_ETHERNET, ethernet,
	    sizeof(ethernet)));
	assert_false(passes("src host 10.0.0.2", LINK_ETHERNET, ethernet,
	    sizeof(ethernet)));
	assert_true(passes("src host 10.0.0.1", LINK_RAW, ethernet + 14,
	    sizeof(ethernet) - 14));
	assert_true(passes("src host 10.0.0.1", LINK_ATM_RFC1483, llc_snap,
	    sizeof(llc_snap)));
	assert_false(passes("src host 10.0.0.2", LINK_ATM_RFC1483, llc_snap,
	    sizeof(llc_snap)));
}

/* IPv6 and UDP behind a number that each system has for its own. */
static void each_system_has_its_loopback(void **state)
{
	static const uint8_t numbers[] = {24, 28, 30}; /* BSD, FreeBSD, macOS */
	uint8_t frame[4 + 48] = {[4] = 0x60, [4 + 6] = 17};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers); i++) {
		uint32_t host = numbers[i];

		memcpy(frame, &host, sizeof(host));
		assert_true(passes("udp", LINK_NULL, frame, sizeof(frame)));
		assert_false(passes("tcp", LINK_NULL, frame, sizeof(frame)));
		host = (uint32_t)numbers[i] << 24; /* the other byte order */
		memcpy(frame, &host, sizeof(host));
		assert_true(passes("udp", LINK_NULL, frame, sizeof(frame)));
		memcpy(frame, (uint8_t[]){0, 0, 0, numbers[i]}, 4);
		assert_true(passes("ip6", LINK_LOOP, frame, sizeof(frame)));
	}
}

static void numbers_of_this_system(void **state)
{
	(void)state;
	assert_int_equal(dlt_to_link_type(DLT_EN10MB), LINK_ETHERNET);
	assert_int_equal(dlt_to_link_type(DLT_RAW), LINK_RAW);
	assert_int_equal(dlt_to_link_type(DLT_LOOP), LINK_LOOP);
}

static void what_makes_no_sense_is_told(void **state)
{
	char reason[FILTER_REASON_LEN];
	struct filter *filter = filter_new("ether src 2:0:0:0:0:1", reason);
	struct frame frame = {.data = ethernet + 14,
	    .captured = 28,
	    .length = 28,
	    .link_type = LINK_RAW};

	(void)state;
	assert_null(filter_new("port port", reason));
	assert_string_not_equal(reason, "");
	assert_non_null(filter);
	filter_prepare(filter, &frame, 1);
	assert_false(filter_passes(filter, &frame));
	assert_non_null(filter_failure(filter));
	filter_free(filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_link_type_has_its_own_program),
	    cmocka_unit_test(each_system_has_its_loopback),
	    cmocka_unit_test(numbers_of_this_system),
	    cmocka_unit_test(what_makes_no_sense_is_told),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
