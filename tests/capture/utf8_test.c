/* utf8_test.c - text of any bytes becomes UTF-8. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdio.h>
#include <string.h>
#include "capture/source/utf8.h"

#define BAD "\xef\xbf\xbd"

/* The text ends at an unreadable page. */
static void assert_clean(const char *text, size_t room, const char *expected)
{
	char out[64];
	const void *copy = guarded(text, strlen(text) + 1);
	size_t len = utf8_clean(out, room, copy);

	assert_true(len <= room);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(out, expected, len);
}

static void characters_stay(void **state)
{
	(void)state;
	assert_clean("", 64, "");
	assert_clean("a\x7f\n", 64, "a\x7f\n");
	assert_clean("\xc2\x80\xdf\xbf", 64, "\xc2\x80\xdf\xbf");
	assert_clean("\xe0\xa0\x80\xef\xbf\xbf", 64,
	    "\xe0\xa0\x80\xef\xbf\xbf");
	assert_clean("\xed\x9f\xbf\xee\x80\x80", 64,
	    "\xed\x9f\xbf\xee\x80\x80");
	assert_clean("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 64,
	    "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

static void each_byte_of_no_character_is_replaced(void **state)
{
	(void)state;
	assert_clean("a\xff", 64, "a" BAD);
	assert_clean("\x80\xbf", 64, BAD BAD);
	assert_clean("\xc0\xaf\xc1\xbf", 64, BAD BAD BAD BAD); /* overlong */
	assert_clean("\xe0\x9f\xbf", 64, BAD BAD BAD);
	assert_clean("\xf0\x8f\xbf\xbf", 64, BAD BAD BAD BAD);
	assert_clean("\xed\xa0\x80", 64, BAD BAD BAD); /* UTF-16 */
	assert_clean("\xf4\x90\x80\x80", 64, BAD BAD BAD BAD);
	assert_clean("\xf5", 64, BAD);
	assert_clean("\xc3x", 64, BAD "x");
}

static void every_prefix_of_a_character_is_none(void **state)
{
	static const char *const whole[] = {"\xc3\xa4", "\xe2\x82\xac",
	    "\xf0\x9f\x98\x80"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t len = 1; len < strlen(whole[i]); len++) {
			char text[8], expected[32] = "";

			snprintf(text, sizeof(text), "%.*s", (int)len,
			    whole[i]);
			for (size_t j = 0; j < len; j++)
				strcat(expected, BAD);
			assert_clean(text, 64, expected);
		}
	}
}

static void the_cut_is_between_characters(void **state)
{
	static const char *const upto[] = {"", "a", "a", "a\xc3\xa4",
	    "a\xc3\xa4", "a\xc3\xa4", "a\xc3\xa4\xe2\x82\xac"};

	(void)state;
	for (size_t room = 0; room < 7; room++)
		assert_clean("a\xc3\xa4\xe2\x82\xac", room, upto[room]);
	assert_clean("\xff", 2, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(characters_stay),
	    cmocka_unit_test(each_byte_of_no_character_is_replaced),
	    cmocka_unit_test(every_prefix_of_a_character_is_none),
	    cmocka_unit_test(the_cut_is_between_characters),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
