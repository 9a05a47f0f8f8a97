/* pool_test.c - when a pool of threads grows, and when it turns away. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/acceptor.h"

enum { THREADS = 4 };

/* A door where nobody waits, after so many connections; nothing can grow. */
static int64_t look(struct door *door, unsigned accepted)
{
	static struct service service;
	struct acceptor_plan plan = {.threads = ACCEPTOR_POOL, .pool = THREADS};
	struct acceptor acceptor;

	*door = (struct door){.fd = -1};
	atomic_store(&door->threads, THREADS);
	atomic_store(&door->is_crowding, true);
	assert_int_equal(acceptor_init(&acceptor, &service, &plan, door, 1), 0);
	pool_look(&acceptor);
	atomic_fetch_add(&door->accepted, accepted);
	int64_t again_ms = pool_adapt(&acceptor);
	acceptor_destroy(&acceptor);
	return again_ms;
}

static void threads_that_are_stuck_are_a_crowd(void **state)
{
	struct door door;

	(void)state;
	assert_true(look(&door, THREADS - 1) < NET_FOREVER);
	assert_true(door.is_crowded);
}

/* Who comes is taken soon: no thread is missed, and nobody is refused. */
static void threads_that_are_busy_are_none(void **state)
{
	struct door door;

	(void)state;
	assert_true(look(&door, THREADS) < NET_FOREVER); /* looks again */
	assert_false(door.is_crowded);
	assert_true(atomic_load(&door.is_crowding)); /* nobody need tell */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_that_are_stuck_are_a_crowd),
	    cmocka_unit_test(threads_that_are_busy_are_none),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
