/* worker_test.c - threads that end are joined, and none is left over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/worker.h"
#include <poll.h>
#include <string.h>

enum { WORKERS = 50, SOON_MS = 5000 };

static atomic_uint ended;

static void *run(void *context)
{
	struct worker *worker = context;

	worker_end(worker);
	atomic_fetch_add(&ended, 1);
	return NULL;
}

/* A thread that is over must not wait for the next connection. */
static void ended_threads_are_joined_without_the_main_thread(void **state)
{
	static struct service service;
	static struct workers workers;
	struct worker_limits limits = {.connections = WORKERS};
	struct worker_task task = {.run = run, .fd = -1};

	(void)state;
	assert_int_equal(workers_init(&workers, &service, &limits, -1), 0);
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_equal(worker_start(&workers, &task), 0);
	int64_t deadline = net_deadline(SOON_MS);
	while (atomic_load(&ended) < WORKERS && net_now_ms() < deadline)
		(void)poll(NULL, 0, 1);
	assert_int_equal(atomic_load(&ended), WORKERS);
	assert_int_equal(workers_tally(&workers).threads, 0);
	assert_null(workers.live);
	assert_non_null(workers.done);
	assert_null(workers.done->next); /* one is left, for whoever reaps */
	workers_reap(&workers);
	assert_null(workers.done);
	workers_destroy(&workers);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ended_threads_are_joined_without_the_main_thread),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
