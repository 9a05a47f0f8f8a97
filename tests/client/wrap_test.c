/* wrap_test.c - lines end between words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/wrap.h"
#include <stdlib.h>
#include <string.h>

static void assert_wraps(const char *text, unsigned columns, const char *lines)
{
	char *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);

	wrap_text(out, text, columns);
	fclose(out);
	assert_string_equal(got, lines);
	free(got);
}

static void what_fits_stays_whole(void **state)
{
	(void)state;
	assert_wraps("one two", 0, "one two\n");
	assert_wraps("one two", 7, "one two\n");
	assert_wraps("", 7, "\n");
}

static void lines_end_between_words(void **state)
{
	(void)state;
	assert_wraps("one two", 6, "one\ntwo\n");
	assert_wraps("one two", 3, "one\ntwo\n");
	assert_wraps("one two three", 8, "one two\nthree\n");
	assert_wraps("one.  Two", 5, "one.\nTwo\n");
}

static void a_word_that_is_too_long_has_its_own_line(void **state)
{
	(void)state;
	assert_wraps("a longer b", 3, "a\nlonger\nb\n");
	assert_wraps("longer b", 3, "longer\nb\n");
}

static void what_follows_is_indented_alike(void **state)
{
	(void)state;
	assert_wraps("  one two", 5, "  one\n  two\n");
	assert_wraps("  one two", 1, "  one\n  two\n");
}

/* Programs read whole lines, however long. */
static void what_is_no_terminal_is_never_too_narrow(void **state)
{
	char *got = NULL, text[WRAP_LEN / 2];
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);

	(void)state;
	memset(text, ' ', sizeof text);
	text[0] = text[sizeof text - 2] = 'x';
	text[sizeof text - 1] = '\0';
	wrap_print(out, "%s", text);
	fclose(out);
	assert_int_equal(len, sizeof text);
	free(got);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_stays_whole),
	    cmocka_unit_test(lines_end_between_words),
	    cmocka_unit_test(a_word_that_is_too_long_has_its_own_line),
	    cmocka_unit_test(what_follows_is_indented_alike),
	    cmocka_unit_test(what_is_no_terminal_is_never_too_narrow),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
