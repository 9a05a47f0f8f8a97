/* pool_test.c - when a pool of threads grows, and when it turns away. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/acceptor.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, SOON_MS = 5000, TOO_LONG_S = 10 };

/* A door where nobody waits, after so many connections; nothing can grow. */
static int64_t look(struct door *door, unsigned accepted)
{
	static struct service service;
	struct acceptor_plan plan = {.threads = ACCEPTOR_POOL, .pool = THREADS};
	struct acceptor acceptor;

	*door = (struct door){.fd = -1};
	atomic_store(&door->threads, THREADS);
	atomic_store(&door->is_crowding, true);
	atomic_store(&door->too_many, 1);
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
	assert_int_equal(atomic_load(&door.too_many), 0); /* nobody goes */
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

static struct acceptor *acceptor_new(struct door *door, uint32_t doors)
{
	static struct service service;
	static struct acceptor acceptor;
	struct acceptor_plan plan = {.threads = ACCEPTOR_PER_CONNECTION};

	service = (struct service){.version = &oneshot};
	assert_int_equal(acceptor_init(&acceptor, &service, &plan, door, doors),
	    0);
	return &acceptor;
}

/* A thread of the pool may have been first. */
static void the_main_thread_never_waits_in_accept(void **state)
{
	struct net_endpoint at = {.host = "127.0.0.1", .port = 0};
	struct door door = {.fd = net_listen(&at, 1)};
	struct acceptor *acceptor = acceptor_new(&door, 1);

	(void)state;
	assert_int_equal(door_prepare(&door, acceptor->service, true), 0);
	alarm(TOO_LONG_S);
	assert_int_equal(acceptor_take(acceptor, &door), -1);
	assert_int_equal(errno, EAGAIN);
	at.port = net_port(door.fd);
	int client = net_connect(&at, net_deadline(SOON_MS));
	assert_int_not_equal(client, -1);
	int fd = acceptor_take(acceptor, &door);
	assert_int_not_equal(fd, -1);
	alarm(0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(door.fd, F_GETFL) & O_NONBLOCK, 0);
	close(fd);
	close(client);
	close(door.fd);
	acceptor_destroy(acceptor);
}

/* Say it once and wait a moment; the main thread need not know. */
static void an_unknown_error_is_said_once_and_does_not_spin(void **state)
{
	struct acceptor *acceptor = acceptor_new(NULL, 0);
	int ends[2], saved = dup(STDERR_FILENO);
	static const char said[] = "treasure-server: cannot accept: ";
	char text[1024] = "";

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	int64_t begin_ms = net_now_ms();
	for (int i = 0; i < 5; i++)
		assert_true(acceptor_recover(acceptor, NULL, EPERM));
	int64_t ms = net_now_ms() - begin_ms;
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	ssize_t len = read(ends[0], text, sizeof text - 1);
	close(ends[0]);
	assert_true(ms >= 50);
	assert_true(len > 0);
	assert_int_equal(strncmp(text, said, sizeof said - 1), 0);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	assert_int_equal(atomic_load(&acceptor->workers.told), 0);
	acceptor_destroy(acceptor);
}

static void a_full_pipe_loses_no_stop(void **state)
{
	struct acceptor *acceptor = acceptor_new(NULL, 0);
	char message = 0;

	(void)state;
	while (write(acceptor->stop[1], &message, 1) == 1)
		continue;
	workers_tell(&acceptor->workers, ACCEPTOR_STOP);
	alarm(TOO_LONG_S);
	assert_int_equal(acceptor_start(acceptor), 0);
	assert_true(acceptor_run(acceptor));
	alarm(0);
	acceptor_destroy(acceptor);
}

/* A signal's handler may still be called. */
static void after_the_end_a_message_goes_nowhere(void **state)
{
	struct door door = {.fd = -1};
	struct acceptor *acceptor = acceptor_new(&door, 1);
	int told = acceptor->stop[1], ends[2];
	char byte;

	(void)state;
	acceptor_destroy(acceptor);
	assert_int_equal(pipe(ends), 0); /* takes the numbers that are free */
	assert_int_equal(ends[1], told);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	workers_tell(&acceptor->workers, ACCEPTOR_STATS);
	assert_int_equal(read(ends[0], &byte, 1), -1);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_that_are_stuck_are_a_crowd),
	    cmocka_unit_test(threads_that_are_busy_are_none),
	    cmocka_unit_test(the_main_thread_never_waits_in_accept),
	    cmocka_unit_test(an_unknown_error_is_said_once_and_does_not_spin),
	    cmocka_unit_test(a_full_pipe_loses_no_stop),
	    cmocka_unit_test(after_the_end_a_message_goes_nowhere),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
