/* record_test.c - what a journal begins with. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/record.h"
#include <string.h>

enum {
	NAME_AT = RECORD_HEADER_LEN + 1,
	VERSION_AT = NAME_AT + sizeof "treasure-journal " - 1,
};

static const struct record_terms terms = {
    .is_oneshot = true,
    .rooms = 3,
    .board = {.size = 12, .treasures = 7, .players = 2},
    .seed = 11,
};

static enum record_first first_of(const uint8_t *data, size_t len)
{
	const uint8_t *copy = guarded(data, len);
	struct cursor in = cursor_over(copy, len);
	struct record_terms out;
	enum record_first first = record_take_terms(&in, &out);
	bool is_ours = first == RECORD_FIRST_OURS;

	assert_ptr_equal(in.at, is_ours ? copy + RECORD_FIRST_LEN : copy);
	if (is_ours)
		assert_int_equal(out.seed, terms.seed);
	return first;
}

static void bytes_make(struct bytes *bytes)
{
	*bytes = (struct bytes){.len = 0};
	record_terms(bytes, &terms);
	assert_int_equal(bytes->len, RECORD_FIRST_LEN);
}

static void the_first_record_is_taken_whole_or_not(void **state)
{
	struct bytes bytes;

	(void)state;
	bytes_make(&bytes);
	for (size_t len = 0; len < bytes.len; len++)
		assert_int_equal(first_of(bytes.data, len),
		    len < VERSION_AT + 2 ? RECORD_FIRST_FOREIGN
					 : RECORD_FIRST_DAMAGED);
	record_end(&bytes, 0);
	assert_int_equal(first_of(bytes.data, bytes.len), RECORD_FIRST_OURS);
	bytes_free(&bytes);
}

/* One bit can make another version of it, and a name no name. */
static void a_flipped_bit_is_damage_where_the_name_is_there(void **state)
{
	struct bytes bytes;

	(void)state;
	bytes_make(&bytes);
	for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
		uint8_t *byte = &bytes.data[bit / 8];
		enum record_first should = RECORD_FIRST_DAMAGED;

		*byte ^= (uint8_t)(1 << bit % 8);
		if (bit / 8 >= NAME_AT && bit / 8 < VERSION_AT)
			should = RECORD_FIRST_FOREIGN;
		else if (bit / 8 == VERSION_AT && *byte >= '0' && *byte <= '9')
			should = RECORD_FIRST_OTHER;
		assert_int_equal(first_of(bytes.data, bytes.len), should);
		*byte ^= (uint8_t)(1 << bit % 8);
	}
	bytes_free(&bytes);
}

static void another_version_is_neither_ours_nor_foreign(void **state)
{
	static const char *const others[] = {"2\n", "0\n", "10\n", "11\n"};
	struct bytes bytes;

	(void)state;
	bytes_make(&bytes);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		memcpy(bytes.data + VERSION_AT, others[i], strlen(others[i]));
		assert_int_equal(first_of(bytes.data, bytes.len),
		    RECORD_FIRST_OTHER);
	}
	memcpy(bytes.data + VERSION_AT, "111", 3); /* and no end */
	assert_int_equal(first_of(bytes.data, VERSION_AT + 3),
	    RECORD_FIRST_DAMAGED);
	bytes_free(&bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_record_is_taken_whole_or_not),
	    cmocka_unit_test(a_flipped_bit_is_damage_where_the_name_is_there),
	    cmocka_unit_test(another_version_is_neither_ours_nor_foreign),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
