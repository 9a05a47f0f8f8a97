/* copies_test.c - a packet captured twice is known by its bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <string.h>
#include "capture/flow/copies.h"

enum { IPV4_LEN = 20, MAX_LEN = 200 };

static const uint8_t header[IPV4_LEN] = {0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 9,
    9, 10, 0, 0, 1, 10, 0, 0, 2};

/* Packet number id, of so many bytes, all readable and none beyond. */
static struct copies_packet packet_of(uint16_t id, uint32_t len, uint64_t ms)
{
	uint8_t bytes[MAX_LEN];

	memset(bytes, 0x5a, sizeof(bytes));
	memcpy(bytes, header, sizeof(header));
	bytes[4] = (uint8_t)(id >> 8);
	bytes[5] = (uint8_t)id;
	return (struct copies_packet){
	    .at = guarded(bytes, len),
	    .captured = len,
	    .length = len,
	    .time_ns = ms * 1000000,
	};
}

static void a_copy_is_known_and_another_byte_is_none(void **state)
{
	(void)state;
	for (uint32_t len = IPV4_LEN; len < MAX_LEN; len += 7) {
		for (uint32_t at = IPV4_LEN; at < len; at++) {
			struct copies copies = {0};
			struct copies_packet packet = packet_of(1, len, 5);
			uint8_t other[MAX_LEN];
			struct copies_packet second = packet;

			memcpy(other, packet.at, len);
			second.at = other;
			assert_false(copies_has(&copies, &packet));
			assert_true(copies_has(&copies, &second));
			copies_keep(&copies);
			other[at] ^= 1;
			/* Beyond the bytes looked at, all is the same. */
			assert_int_equal(copies_has(&copies, &second),
			    at >= COPIES_BYTES);
		}
	}
}

static void only_the_last_and_near_ones_are_known(void **state)
{
	struct copies copies = {0};
	struct copies_packet first = packet_of(1, 40, 0);
	struct copies_packet late = packet_of(1, 40, 101);

	(void)state;
	assert_false(copies_has(&copies, &first));
	assert_false(copies_has(&copies, &late));
	assert_true(copies_has(&copies, &late));
	for (uint16_t id = 2; id < COPIES_MEMORY + 1; id++) {
		struct copies_packet other = packet_of(id, 40, 101);

		assert_false(copies_has(&copies, &other));
	}
	assert_true(copies_has(&copies, &late));
	for (uint16_t id = 200; id < 200 + COPIES_MEMORY; id++) {
		struct copies_packet other = packet_of(id, 40, 101);

		assert_false(copies_has(&copies, &other));
	}
	assert_false(copies_has(&copies, &late));
}

static void what_cannot_tell_is_not_looked_at(void **state)
{
	struct copies copies = {0};
	struct copies_packet zero = packet_of(0, 40, 0);
	struct copies_packet shorter = packet_of(1, IPV4_LEN - 1, 0);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_false(copies_has(&copies, &zero));
		assert_false(copies_has(&copies, &shorter));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_copy_is_known_and_another_byte_is_none),
	    cmocka_unit_test(only_the_last_and_near_ones_are_known),
	    cmocka_unit_test(what_cannot_tell_is_not_looked_at),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
