/* number_test.c - numbers as a user types and reads them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "wire/number.h"

static bool is_number(const char *text, uint64_t min, uint64_t max)
{
	uint64_t value;

	return number_parse(text, min, max, &value);
}

static void digits_in_range_are_a_number(void **state)
{
	uint64_t value = 0;

	(void)state;
	assert_true(number_parse("12345", 0, 65535, &value));
	assert_int_equal(value, 12345);
	assert_true(
	    number_parse("18446744073709551615", 0, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_true(is_number("007", 7, 7));
}

static void anything_but_digits_is_refused(void **state)
{
	static const char *const texts[] = {"", "-", "/", "-1", "+1", " 1",
	    "1 ", "1x", "0x10", "1.0", "1e3"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_false(is_number(texts[i], 0, UINT64_MAX));
}

static void just_outside_the_range_is_refused(void **state)
{
	uint64_t value = 99;

	(void)state;
	assert_false(number_parse("1", 2, 100, &value));
	assert_false(number_parse("101", 2, 100, &value));
	assert_int_equal(value, 99);
	assert_false(is_number("18446744073709551616", 0, UINT64_MAX));
	assert_false(is_number("99999999999999999999", 0, UINT64_MAX));
}

static void thousands_are_set_apart(void **state)
{
	(void)state;
	assert_string_equal(number_text(0).text, "0");
	assert_string_equal(number_text(999).text, "999");
	assert_string_equal(number_text(1000).text, "1,000");
	assert_string_equal(number_text(123456).text, "123,456");
	assert_string_equal(number_text(UINT64_MAX).text,
	    "18,446,744,073,709,551,615");
}

static void a_figure_has_three_digits(void **state)
{
	(void)state;
	assert_string_equal(number_decimal(0).text, "0.00000");
	assert_string_equal(number_decimal(156 / 4539.0).text, "0.03437");
	assert_string_equal(number_decimal(0.0996).text, "0.100");
	assert_string_equal(number_decimal(0.9996).text, "1.00");
	assert_string_equal(number_decimal(9.994).text, "9.99");
	assert_string_equal(number_decimal(9.996).text, "10.0");
	assert_string_equal(number_decimal(12345.67).text, "12,345.7");
	assert_string_equal(number_decimal(1e300).text,
	    "900,000,000,000,000.0");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digits_in_range_are_a_number),
	    cmocka_unit_test(anything_but_digits_is_refused),
	    cmocka_unit_test(just_outside_the_range_is_refused),
	    cmocka_unit_test(thousands_are_set_apart),
	    cmocka_unit_test(a_figure_has_three_digits),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
