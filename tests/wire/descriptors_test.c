/* descriptors_test.c - as many as the system lets a process have. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "wire/descriptors.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FEW = 32, MORE = 64 };

static struct rlimit limit_now(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit;
}

static void the_limit_is_raised_as_far_as_it_goes(void **state)
{
	struct rlimit limit = limit_now();

	(void)state;
	limit.rlim_cur = FEW;
	limit.rlim_max = MORE;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(descriptors_raise(FEW - 1), FEW);
	assert_int_equal(limit_now().rlim_cur, FEW);
	assert_int_equal(descriptors_raise(FEW + 1), FEW + 1);
	assert_int_equal(limit_now().rlim_cur, FEW + 1);
	assert_int_equal(descriptors_raise(UINT64_MAX), MORE);
	assert_int_equal(limit_now().rlim_cur, MORE);
}

static void giving_up_keeps_the_reason(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_not_equal(fd, -1);
	errno = ENOLCK;
	descriptor_give_up(fd);
	assert_int_equal(errno, ENOLCK);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	errno = ENOLCK;
	descriptor_give_up(-1);
	assert_int_equal(errno, ENOLCK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_limit_is_raised_as_far_as_it_goes),
	    cmocka_unit_test(giving_up_keeps_the_reason),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
