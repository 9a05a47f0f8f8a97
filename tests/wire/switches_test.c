/* switches_test.c - what each switch sets, and on which sockets. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "wire/net.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { SOON_MS = 5000, KEEPALIVE_S = 7, BUFFER = 8192 };

/* Both ends of a connection, each with the switches. */
struct ends {
	int client, server;
};

static void ends_open(const struct net_switches *switches, const char *source,
    struct ends *ends)
{
	struct net_endpoint at = {.host = "127.0.0.1", .port = 0};
	struct net_route route = {.switches = *switches, .source = source};
	int listener = net_listen(&at, 1);

	assert_int_not_equal(listener, -1);
	assert_int_equal(switches_to_listener(switches, listener), 0);
	at.port = net_port(listener);
	ends->client = net_connect_by(&route, &at, net_deadline(SOON_MS));
	assert_int_not_equal(ends->client, -1);
	struct pollfd pfd = {.fd = listener, .events = POLLIN};
	assert_int_equal(poll(&pfd, 1, SOON_MS), 1);
	ends->server = net_accept(listener);
	assert_int_not_equal(ends->server, -1);
	switches_to_accepted(switches, ends->server);
	close(listener);
}

static void ends_close(const struct ends *ends)
{
	close(ends->client);
	close(ends->server);
}

static int option_of(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof value;

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static int no_delay(int fd)
{
	return option_of(fd, IPPROTO_TCP, TCP_NODELAY) != 0;
}

static void nobody_waits_unless_asked_to(void **state)
{
	struct net_switches none = {.keepalive_s = 0};
	struct net_switches nagle = {.has_nagle = true};
	struct ends ends;

	(void)state;
	ends_open(&none, NULL, &ends);
	assert_true(no_delay(ends.client) && no_delay(ends.server));
	assert_int_equal(option_of(ends.server, SOL_SOCKET, SO_KEEPALIVE), 0);
	ends_close(&ends);
	ends_open(&nagle, NULL, &ends);
	assert_false(no_delay(ends.client) || no_delay(ends.server));
	ends_close(&ends);
}

static void assert_keeps_alive(int fd)
{
	assert_true(option_of(fd, SOL_SOCKET, SO_KEEPALIVE) != 0);
#ifdef TCP_KEEPIDLE
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), KEEPALIVE_S);
#endif
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPINTVL),
	    KEEPALIVE_S);
}

static void both_ends_keep_alive_and_have_small_buffers(void **state)
{
	struct net_switches switches = {
	    .keepalive_s = KEEPALIVE_S,
	    .buffer_len = BUFFER,
	};
	struct net_switches none = {.keepalive_s = 0};
	struct ends ends, usual;

	(void)state;
	ends_open(&none, NULL, &usual);
	ends_open(&switches, NULL, &ends);
	assert_keeps_alive(ends.client);
	assert_keeps_alive(ends.server);
	assert_true(option_of(ends.client, SOL_SOCKET, SO_SNDBUF) <
		    option_of(usual.client, SOL_SOCKET, SO_SNDBUF));
	assert_true(option_of(ends.server, SOL_SOCKET, SO_RCVBUF) <
		    option_of(usual.server, SOL_SOCKET, SO_RCVBUF));
	ends_close(&usual);
	ends_close(&ends);
}

static void linger0_closes_by_a_reset(void **state)
{
	struct net_switches switches = {.is_linger0 = true};
	struct ends ends;
	uint8_t byte;

	(void)state;
	ends_open(&switches, NULL, &ends);
	close(ends.server);
	assert_int_equal(net_read(ends.client, &byte, 1, net_deadline(SOON_MS)),
	    -1);
	assert_int_equal(errno, ECONNRESET);
	close(ends.client);
	ends_open(&switches, NULL, &ends);
	close(ends.client);
	assert_int_equal(net_read(ends.server, &byte, 1, net_deadline(SOON_MS)),
	    -1);
	assert_int_equal(errno, ECONNRESET);
	close(ends.server);
}

static void the_last_bytes_end_the_stream(void **state)
{
	struct net_switches none = {.keepalive_s = 0};
	struct ends ends;
	uint8_t got[8];

	(void)state;
	ends_open(&none, NULL, &ends);
	assert_true(net_write_last(ends.server, (const uint8_t *)"abcd", 4,
	    net_deadline(SOON_MS)));
	assert_int_equal(net_read(ends.client, got, sizeof got,
			     net_deadline(SOON_MS)),
	    4);
	assert_memory_equal(got, "abcd", 4);
	assert_int_equal(net_read(ends.client, got, sizeof got,
			     net_deadline(SOON_MS)),
	    0);
	assert_true(net_write(ends.client, got, 1, net_deadline(SOON_MS)));
	ends_close(&ends);
}

static void a_source_can_be_chosen(void **state)
{
	struct net_switches none = {.keepalive_s = 0};
	struct net_endpoint peer, at = {.host = "127.0.0.1", .port = 1};
	struct net_route elsewhere = {.source = "192.0.2.1"};
	struct ends ends;

	(void)state;
#ifndef __linux__
	TEST_SKIP("127.0.0.1 is the only loopback address");
#endif
	ends_open(&none, "127.7.7.7", &ends);
	assert_true(net_peer(ends.server, &peer));
	assert_string_equal(peer.host, "127.7.7.7");
	ends_close(&ends);
	assert_int_equal(net_connect_by(&elsewhere, &at, net_deadline(SOON_MS)),
	    -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
}

/* With a cookie from before, the connection begins with the first write. */
static void fastopen_still_connects(void **state)
{
	struct net_switches switches = {.is_fastopen = true,
	    .is_quickack = true};
	struct net_endpoint at = {.host = "127.0.0.1", .port = 0};
	struct net_route route = {.switches = switches};
	int listener = net_listen(&at, 1);
	uint8_t got[2];

	(void)state;
	assert_int_not_equal(listener, -1);
	assert_int_equal(switches_to_listener(&switches, listener), 0);
	at.port = net_port(listener);
	for (int i = 0; i < 2; i++) {
		int64_t deadline = net_deadline(SOON_MS);
		int client = net_connect_by(&route, &at, deadline);
		assert_int_not_equal(client, -1);
		assert_true(
		    net_write(client, (const uint8_t *)"a", 1, deadline));
		struct pollfd pfd = {.fd = listener, .events = POLLIN};
		assert_int_equal(poll(&pfd, 1, SOON_MS), 1);
		int server = net_accept(listener);
		switches_to_accepted(&switches, server);
		assert_int_equal(net_read(server, got, sizeof got, deadline),
		    1);
		switches_after_read(&switches, server);
		close(client);
		close(server);
	}
	close(listener);
}

static void each_option_sets_its_own(void **state)
{
	struct net_switches switches = {.has_nagle = false};

	(void)state;
	assert_true(switches_take(SWITCHES_NO_DELAY, NULL, &switches));
	assert_true(switches.is_no_delay && !switches.has_nagle);
	assert_true(switches_take(SWITCHES_NAGLE, NULL, &switches));
	assert_true(switches.has_nagle);
	assert_true(switches_take(SWITCHES_KEEPALIVE, "32767", &switches));
	assert_int_equal(switches.keepalive_s, 32767);
	assert_true(switches_take(SWITCHES_BUFFER, "1", &switches));
	assert_int_equal(switches.buffer_len, 1);
	assert_false(switches.is_corked || switches.is_linger0 ||
		     switches.splits_replies || switches.is_quickack ||
		     switches.is_fastopen || switches.delays_ack);
	assert_true(switches_take(SWITCHES_CORK, NULL, &switches));
	assert_true(switches_take(SWITCHES_LINGER0, NULL, &switches));
	assert_true(switches_take(SWITCHES_SPLIT_REPLY, NULL, &switches));
	assert_true(switches_take(SWITCHES_QUICKACK, NULL, &switches));
	assert_true(switches_take(SWITCHES_FASTOPEN, NULL, &switches));
	assert_false(switches.delays_ack);
	assert_true(switches_take(SWITCHES_DELAYED_ACK, NULL, &switches));
	assert_true(switches.delays_ack);
	assert_true(switches.is_corked && switches.is_linger0 &&
		    switches.splits_replies && switches.is_quickack &&
		    switches.is_fastopen);
	assert_false(switches_take('v', NULL, &switches));
	assert_false(switches_take('?', NULL, &switches));
}

static void two_that_exclude_each_other_are_named(void **state)
{
	struct net_switches resets = {.is_corked = true, .is_linger0 = true};
	struct net_switches acks = {.is_quickack = true, .delays_ack = true};
	struct net_switches delays = {.is_no_delay = true, .has_nagle = true};
	struct net_switches fine = {.is_corked = true, .delays_ack = true};

	(void)state;
	assert_non_null(strstr(switches_clash(&resets), "--linger0"));
	assert_non_null(strstr(switches_clash(&acks), "--delayed-ack"));
	assert_non_null(strstr(switches_clash(&delays), "--nagle"));
	assert_null(switches_clash(&fine));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_waits_unless_asked_to),
	    cmocka_unit_test(both_ends_keep_alive_and_have_small_buffers),
	    cmocka_unit_test(linger0_closes_by_a_reset),
	    cmocka_unit_test(the_last_bytes_end_the_stream),
	    cmocka_unit_test(a_source_can_be_chosen),
	    cmocka_unit_test(fastopen_still_connects),
	    cmocka_unit_test(each_option_sets_its_own),
	    cmocka_unit_test(two_that_exclude_each_other_are_named),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
