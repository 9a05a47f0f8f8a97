/* persistent_test.c - the persistent version, and a server of odd manners. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "tests/client/manners.h"
#include "client/carry.h"
#include <errno.h>

static void assert_join(struct server *server, enum link_result expected)
{
	struct link *link = server_start(server, &persistent);

	assert_int_equal(link->version->join(link), expected);
	server_stop(server, link);
}

static void persistent_speaks_for_the_seat_it_is_given(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 2,
	    .greeting = "\0\1\2",
	    .greeting_len = 3,
	    .reply = "\0\4\0\15\0\24",
	    .reply_len = 6};
	struct link *link = server_start(&server, &persistent);

	(void)state;
	assert_int_equal(link->version->join(link), LINK_OK);
	assert_int_equal(link->player, 2);
	assert_int_equal(link->seat, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(link->version->ask(link, TREASURE_LEFT),
		    LINK_OK);
		assert_scores(link);
	}
	server_stop(&server, link);
	assert_memory_equal(server.asked, "\x48\x48", 2);
}

static void persistent_reads_replies_split_byte_by_byte(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 2,
	    .greeting = "\0\1\1",
	    .greeting_len = 3,
	    .reply = "\0\4\0\15\0\24",
	    .reply_len = 6,
	    .piece = 1};
	struct link *link = server_start(&server, &persistent);

	(void)state;
	assert_int_equal(link->version->join(link), LINK_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(link->version->ask(link, TREASURE_UP),
		    LINK_OK);
		assert_scores(link);
	}
	server_stop(&server, link);
}

static void persistent_knows_when_all_seats_are_taken(void **state)
{
	struct server server = {.connections = 1};

	(void)state;
	assert_join(&server, LINK_FULL);
}

/* One of the other version closes as well, once it has waited in vain. */
static void persistent_does_not_take_a_late_close_for_full(void **state)
{
	struct server server = {.connections = 1, .linger_ms = 800};
	struct server crowded = server;

	(void)state;
	assert_false(link_is_turned_away(LINK_SHUT));
	assert_join(&server, LINK_SHUT);
	struct link *link = server_start(&crowded, &persistent);
	link->is_crew = true; /* many wait: a server may be slow to close */
	assert_int_equal(link->version->join(link), LINK_FULL);
	server_stop(&crowded, link);
}

static void persistent_knows_a_server_without_room(void **state)
{
	struct server server = {.connections = 1, .resets = true};

	(void)state;
	assert_true(link_is_turned_away(LINK_REFUSED));
	assert_join(&server, LINK_REFUSED);
}

/* A one-shot server waits for a command where this one greets. */
static void persistent_knows_a_server_of_the_other_version(void **state)
{
	struct server server = {.connections = 1, .asks = 1};
	int64_t begin = net_now_ms();

	(void)state;
	assert_join(&server, LINK_SILENT);
	assert_true(net_now_ms() - begin < SOON_MS);
}

static void persistent_knows_when_the_server_has_gone(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .greeting = "\0\1\1",
	    .greeting_len = 3,
	    .reply = "\0\4\0\15",
	    .reply_len = 4};
	struct link *link = server_start(&server, &persistent);

	(void)state;
	assert_int_equal(link->version->join(link), LINK_OK);
	assert_int_equal(link->version->ask(link, TREASURE_UP), LINK_GONE);
	server_stop(&server, link);
}

static void persistent_refuses_what_is_no_reply(void **state)
{
	struct server server = {.connections = 1,
	    .greeting = "HTTP/1.1 400 Bad Request\r\n",
	    .greeting_len = 26};

	(void)state;
	assert_join(&server, LINK_GARBLED);
}

/* What is seen of a server that was not asked, as soon as it does something. */
static enum link_result look_for_it(struct link *link)
{
	int64_t deadline = net_deadline(SOON_MS);
	enum link_result result = LINK_OK;

	while (result == LINK_OK && net_now_ms() < deadline) {
		result = carry_look(link);
		(void)poll(NULL, 0, 1);
	}
	return result;
}

static void a_server_that_is_not_asked_is_looked_at(void **state)
{
	static const struct {
		struct server server;
		enum link_result result;
		int error;
	} cases[] = {
	    {{.greeting = "\0\1\1E", .greeting_len = 4}, LINK_GARBLED, 0},
	    {{.greeting = "\0\1\1", .greeting_len = 3}, LINK_GONE, 0},
	    {{.greeting = "\0\1\1", .greeting_len = 3, .resets = true},
		LINK_GONE, ECONNRESET},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct server server = cases[i].server;

		server.connections = 1;
		server.piece = 3;
		server.pause_ms = server.linger_ms = 100;
		struct link *link = server_start(&server, &persistent);
		assert_int_equal(carry_look(link), LINK_OK); /* nobody yet */
		assert_int_equal(link->version->join(link), LINK_OK);
		assert_int_equal(carry_look(link), LINK_OK);
		assert_int_equal(look_for_it(link), cases[i].result);
		assert_int_equal(link->error, cases[i].error);
		server_stop(&server, link);
	}
}

static void more_than_an_answer_is_no_answer_to_the_next(void **state)
{
	struct server server = {.greeting = "\0\1\1\0\1E", .greeting_len = 6};

	(void)state;
	server.connections = 1;
	server.piece = 6;
	server.linger_ms = 100;
	struct link *link = server_start(&server, &persistent);
	assert_int_equal(link->version->join(link), LINK_OK);
	assert_int_equal(carry_look(link), LINK_GARBLED);
	assert_int_equal(link->version->ask(link, TREASURE_DOWN), LINK_GARBLED);
	server_stop(&server, link);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(persistent_speaks_for_the_seat_it_is_given),
	    cmocka_unit_test(persistent_reads_replies_split_byte_by_byte),
	    cmocka_unit_test(persistent_knows_when_all_seats_are_taken),
	    cmocka_unit_test(persistent_does_not_take_a_late_close_for_full),
	    cmocka_unit_test(persistent_knows_a_server_without_room),
	    cmocka_unit_test(persistent_knows_a_server_of_the_other_version),
	    cmocka_unit_test(persistent_knows_when_the_server_has_gone),
	    cmocka_unit_test(persistent_refuses_what_is_no_reply),
	    cmocka_unit_test(a_server_that_is_not_asked_is_looked_at),
	    cmocka_unit_test(more_than_an_answer_is_no_answer_to_the_next),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
