/* oneshot_test.c - the one-shot version, and a server of odd manners. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "tests/client/manners.h"
#include "client/carry.h"
#include <errno.h>

/* One ask of this server, and no more, comes to this. */
static void assert_ask(struct server *server, enum link_result expected)
{
	struct link *link = server_start(server, &oneshot);

	assert_int_equal(link->version->ask(link, TREASURE_UP), expected);
	server_stop(server, link);
}

static void one_shot_connects_for_each_command(void **state)
{
	struct server server = {.connections = 3,
	    .asks = 1,
	    .reply = "\0\15\0\24",
	    .reply_len = 4};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(link->version->join(link), LINK_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(link->version->ask(link, TREASURE_UP),
		    LINK_OK);
		assert_scores(link);
		assert_int_equal(link->fd, -1);
	}
	server_stop(&server, link);
	assert_memory_equal(server.asked, "\x24\x24\x24", 3);
}

static void one_shot_reads_a_reply_split_byte_by_byte(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .reply = "\0\15\0\24",
	    .reply_len = 4,
	    .piece = 1};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(link->version->ask(link, TREASURE_UP), LINK_OK);
	assert_scores(link);
	server_stop(&server, link);
}

/* Whoever asks for resets takes them for an end. */
static void one_shot_keeps_a_reply_that_ends_with_a_reset(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .reply = "\0\15\0\24",
	    .reply_len = 4,
	    .resets = true};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	link->route.switches.is_linger0 = true;
	assert_int_equal(link->version->ask(link, TREASURE_UP), LINK_OK);
	assert_scores(link);
	server_stop(&server, link);
}

/* What a reset cuts off after four or six bytes may have been a board. */
static void one_shot_believes_no_scores_that_a_reset_ends(void **state)
{
	(void)state;
	for (size_t len = 0; len <= 6; len++) {
		struct server server = {.connections = 1,
		    .asks = 1,
		    .reply = "\0\15\0\24\0\0",
		    .reply_len = len,
		    .resets = true};
		struct link *link = server_start(&server, &oneshot);

		bool is_reply = len == 4 || len == 6;
		assert_int_equal(link->version->ask(link, TREASURE_UP),
		    is_reply ? LINK_CUT : LINK_GONE);
		assert_int_not_equal(link->error, 0);
		server_stop(&server, link);
	}
}

/* 0 bytes are the end of a server, but for one that ends all replies so. */
static void one_shot_knows_a_server_that_ends_by_resets(void **state)
{
	struct server server = {.connections = 2, .asks = 1, .resets = true};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	link->ends_by_reset = true;
	assert_int_equal(link->version->ask(link, TREASURE_UP), LINK_CUT);
	assert_int_equal(link->version->ask(link, TREASURE_QUIT), LINK_GONE);
	server_stop(&server, link);
}

static void one_shot_keeps_a_whole_board_that_a_reset_ends(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .reply = "\0\15\0\24"
		     "  .1   .  \n"
		     " $.    .2 \n",
	    .reply_len = 26,
	    .resets = true};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(link->version->ask(link, TREASURE_GET), LINK_OK);
	assert_int_equal(link->reply.kind, TREASURE_SCORES_BOARD);
	assert_true(link->ends_by_reset);
	server_stop(&server, link);
}

/* The bytes of a persistent server: its id, an answer, and no end. */
static void one_shot_knows_a_server_of_the_other_version(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .greeting = "\0\1\1",
	    .greeting_len = 3,
	    .reply = "\0\4\0\15\0\24",
	    .reply_len = 6,
	    .linger_ms = 1500};
	int64_t begin = net_now_ms();

	(void)state;
	assert_ask(&server, LINK_OTHER);
	assert_true(net_now_ms() - begin < SOON_MS);
}

/* Likewise where it closes soon after. */
static void one_shot_knows_an_id_where_a_reply_should_be(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .greeting = "\0\1\1",
	    .greeting_len = 3,
	    .reply = "\0\4\0\15\0\24",
	    .reply_len = 6};

	(void)state;
	assert_ask(&server, LINK_OTHER);
}

/* Bytes that keep coming do not put the end of the waiting off. */
static void a_reply_has_one_deadline_however_it_drips(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .reply = "                    ",
	    .reply_len = 20,
	    .piece = 1,
	    .pause_ms = 30};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(carry_connect(link), LINK_OK);
	assert_int_equal(carry_send(link, TREASURE_GET), LINK_OK);
	carry_expect_within(link, 100);
	carry_expect_within(link, 10000);
	enum link_result heard = LINK_OK;
	while (heard == LINK_OK)
		heard = carry_receive(link);
	assert_int_equal(heard, LINK_ERROR);
	assert_int_equal(link->error, ETIMEDOUT);
	assert_false(link->is_reset);
	assert_true(link->received < 20);
	server_stop(&server, link);
}

static void one_shot_takes_an_empty_reply_for_no(void **state)
{
	struct server server = {.connections = 1, .asks = 1};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(link->version->ask(link, TREASURE_UP), LINK_OK);
	assert_int_equal(link->reply.kind, TREASURE_NOTHING);
	server_stop(&server, link);
}

static void one_shot_refuses_half_a_reply(void **state)
{
	struct server server = {.connections = 1,
	    .asks = 1,
	    .reply = "\0\15\0",
	    .reply_len = 3};

	(void)state;
	assert_ask(&server, LINK_GARBLED);
}

/* A server without room: the one-shot bot is as full as a persistent one. */
static void a_first_command_that_is_reset_is_turned_away(void **state)
{
	struct server server = {.connections = 3, .asks = 1, .resets = true};
	struct link *link = server_start(&server, &oneshot);

	(void)state;
	assert_int_equal(link_ask(link, TREASURE_GET), LINK_REFUSED);
	assert_int_equal(link_ask(link, TREASURE_QUIT), LINK_GONE);
	link->has_played = true;
	assert_int_equal(link_ask(link, TREASURE_GET), LINK_GONE);
	server_stop(&server, link);
}

/* Whoever is about to wait for the connection finds it reset. */
static bool reset_first(void *context)
{
	int *listener = context;
	struct pollfd pfd = {.fd = *listener, .events = POLLIN};

	if (poll(&pfd, 1, 0) == 1)
		net_reset(net_accept(*listener));
	return true;
}

static void a_connection_reset_at_once_is_metered(void **state)
{
	struct server server = {.connections = 0};
	struct link *link = server_start(&server, &oneshot);
	struct net_patience patience = {reset_first, &server.listener};

	(void)state;
	link->route.patience = &patience;
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(link->version->ask(link, TREASURE_UP),
		    LINK_GONE);
		assert_int_equal(link->error, ECONNRESET);
		assert_int_equal(link->fd, -1);
		if (meter_is_supported())
			assert_int_equal(link->meter.connections, i);
	}
	assert_int_equal(link->meter.payload_out, 0);
	server_stop(&server, link);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_shot_connects_for_each_command),
	    cmocka_unit_test(one_shot_reads_a_reply_split_byte_by_byte),
	    cmocka_unit_test(one_shot_keeps_a_reply_that_ends_with_a_reset),
	    cmocka_unit_test(one_shot_believes_no_scores_that_a_reset_ends),
	    cmocka_unit_test(one_shot_knows_a_server_that_ends_by_resets),
	    cmocka_unit_test(one_shot_keeps_a_whole_board_that_a_reset_ends),
	    cmocka_unit_test(one_shot_knows_a_server_of_the_other_version),
	    cmocka_unit_test(one_shot_knows_an_id_where_a_reply_should_be),
	    cmocka_unit_test(a_reply_has_one_deadline_however_it_drips),
	    cmocka_unit_test(one_shot_takes_an_empty_reply_for_no),
	    cmocka_unit_test(one_shot_refuses_half_a_reply),
	    cmocka_unit_test(a_first_command_that_is_reset_is_turned_away),
	    cmocka_unit_test(a_connection_reset_at_once_is_metered),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
