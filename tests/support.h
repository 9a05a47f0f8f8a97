/* support.h - what the unit tests share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

/* cmocka wants these before its own header. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/*
 * Leave a test that this machine cannot run.  Not cmocka's skip(), which says
 * "not ok": prove takes that for a failure.
 */
#define TEST_SKIP(why)                                                         \
	do {                                                                   \
		print_message("# skipped: %s\n", why);                         \
		return;                                                        \
	} while (0)

/* Print TAP, so that prove can count.  Call it first in main. */
void test_setup(void);

/*
 * A copy of len bytes that ends exactly at an unreadable page: reading one
 * byte too far is a crash.  It lives until the program ends.
 */
const uint8_t *guarded(const void *data, size_t len);

#endif
