/* net_test.c - sockets with deadlines, IPv4 and IPv6. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include "tests/support.h"
#include "wire/net.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { SOON_MS = 5000, NOW_MS = 20, LIMIT_MS = 500 };

static void assert_endpoint(const char *text, const char *host, unsigned port)
{
	struct net_endpoint at = {.host = "before", .port = 7};

	assert_true(net_parse_endpoint(text, &at));
	assert_string_equal(at.host, host);
	assert_int_equal(at.port, port);
}

static void a_host_may_name_a_port(void **state)
{
	(void)state;
	assert_endpoint("example.org", "example.org", 7);
	assert_endpoint("example.org:80", "example.org", 80);
	assert_endpoint("127.0.0.1:65535", "127.0.0.1", 65535);
	assert_endpoint("::1", "::1", 7);
	assert_endpoint(":80", "before", 80);
	assert_endpoint("[::1]", "::1", 7);
	assert_endpoint("[fe80::1%eth0]:12345", "fe80::1%eth0", 12345);
}

static void half_an_endpoint_is_refused(void **state)
{
	static const char *const texts[] = {"", ":", ":0", "host:", "host:0",
	    "host:65536", "host:8o", "[::1", "[]", "[]:80", "[::1]80",
	    "[::1]:"};
	struct net_endpoint at = {.host = "before", .port = 1};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_false(net_parse_endpoint(texts[i], &at));
		assert_string_equal(at.host, "before");
		assert_int_equal(at.port, 1);
	}
}

static void a_host_name_too_long_is_refused(void **state)
{
	struct net_endpoint at = {.port = 1};
	char name[NET_HOST_LEN + 1];

	(void)state;
	memset(name, 'a', sizeof name);
	name[NET_HOST_LEN - 1] = '\0';
	assert_true(net_parse_endpoint(name, &at));
	name[NET_HOST_LEN - 1] = 'a';
	name[NET_HOST_LEN] = '\0';
	assert_false(net_parse_endpoint(name, &at));
}

/* Both ends of a connection over host. */
static void pair_open(const char *host, int *client, int *server)
{
	struct net_endpoint at = {.port = 0};

	assert_true(net_parse_endpoint(host, &at));
	int listener = net_listen(&at, 1);
	assert_int_not_equal(listener, -1);
	at.port = net_port(listener);
	*client = net_connect(&at, net_deadline(SOON_MS));
	assert_int_not_equal(*client, -1);
	struct pollfd pfd = {.fd = listener, .events = POLLIN};
	assert_int_equal(poll(&pfd, 1, SOON_MS), 1);
	*server = net_accept(listener);
	assert_int_not_equal(*server, -1);
	close(listener);
}

static void assert_bytes_cross(const char *host, const char *name)
{
	uint8_t got[8];
	struct net_endpoint peer;
	char text[NET_NAME_LEN];
	int client, server;

	pair_open(host, &client, &server);
	assert_true(net_write(client, (const uint8_t *)"abc", 3,
	    net_deadline(SOON_MS)));
	assert_int_equal(net_read(server, got, sizeof got,
			     net_deadline(SOON_MS)),
	    3);
	assert_memory_equal(got, "abc", 3);
	assert_true(net_peer(client, &peer));
	net_print(&peer, text);
	assert_memory_equal(text, name, strlen(name));
	close(client);
	assert_int_equal(net_read(server, got, sizeof got,
			     net_deadline(SOON_MS)),
	    0);
	close(server);
}

static void bytes_cross_over_ipv4(void **state)
{
	(void)state;
	assert_bytes_cross("127.0.0.1", "127.0.0.1:");
}

static void bytes_cross_over_ipv6(void **state)
{
	struct net_endpoint at = {.host = "::1", .port = 0};
	int listener = net_listen(&at, 1);

	(void)state;
	if (listener == -1)
		TEST_SKIP("a machine without IPv6");
	close(listener);
	assert_bytes_cross("::1", "[::1]:");
}

static void reading_ends_at_its_deadline(void **state)
{
	uint8_t got[1];
	int client, server;

	(void)state;
	pair_open("127.0.0.1", &client, &server);
	int64_t begin = net_now_ms();
	assert_int_equal(net_read(server, got, sizeof got,
			     net_deadline(NOW_MS)),
	    -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(net_now_ms() - begin >= NOW_MS);
	close(client);
	close(server);
}

static bool lasts_twice(void *context)
{
	unsigned *asked = context;

	return ++*asked <= 2;
}

static void a_wait_ends_with_the_patience(void **state)
{
	unsigned asked = 0;
	struct net_patience patience = {lasts_twice, &asked};
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(net_wait(pair[0], POLLOUT, NET_FOREVER, &patience));
	assert_int_equal(asked, 1);
	assert_false(net_wait(pair[0], POLLIN, NET_FOREVER, &patience));
	assert_int_equal(errno, ECANCELED);
	assert_int_equal(asked, 3);
	assert_false(net_wait(pair[0], POLLIN, net_deadline(20), NULL));
	assert_int_equal(errno, ETIMEDOUT);
	close(pair[0]);
	close(pair[1]);
}

static void writing_to_who_never_reads_ends_at_its_deadline(void **state)
{
	static const uint8_t much[1 << 16];
	int client, server;
	bool is_written = true;

	(void)state;
	pair_open("127.0.0.1", &client, &server);
	for (int i = 0; i < 1 << 12 && is_written; i++)
		is_written =
		    net_write(server, much, sizeof much, net_deadline(NOW_MS));
	assert_false(is_written);
	assert_int_equal(errno, ETIMEDOUT);
	close(client);
	close(server);
}

/* A socket that blocks has waited long enough when its own limit is reached. */
static void a_short_write_is_not_waited_for_twice(void **state)
{
	static const uint8_t much[1 << 24];
	struct timeval limit = {.tv_usec = LIMIT_MS * 1000};
	int client, server;

	(void)state;
	pair_open("127.0.0.1", &client, &server);
	assert_int_equal(fcntl(server, F_SETFL, 0), 0);
	assert_int_equal(setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &limit,
			     sizeof limit),
	    0);
	int64_t begin = net_now_ms();
	errno = EINTR; /* stale */
	assert_false(net_write_within(server, much, sizeof much, LIMIT_MS));
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(net_now_ms() - begin < 2 * LIMIT_MS);
	begin = net_now_ms();
	assert_false(
	    net_write_last(server, much, sizeof much, net_deadline(NOW_MS)));
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(net_now_ms() - begin < LIMIT_MS);
	close(client);
	close(server);
}

static void a_name_service_that_is_away_is_no_missing_host(void **state)
{
	struct net_endpoint at = {.host = "no.name.service", .port = 1};

	(void)state;
	assert_int_equal(net_connect(&at, net_deadline(NOW_MS)), -1);
	assert_int_equal(errno, EAGAIN);
	snprintf(at.host, sizeof at.host, "no such host");
	assert_int_equal(net_connect(&at, net_deadline(NOW_MS)), -1);
	assert_int_equal(errno, ENOENT);
}

static void writing_to_who_has_gone_fails_and_kills_nobody(void **state)
{
	static const uint8_t byte[1];
	int client, server;
	bool is_written = true;

	(void)state;
	pair_open("127.0.0.1", &client, &server);
	close(client);
	for (int i = 0; i < 100 && is_written; i++)
		is_written = net_write(server, byte, 1, net_deadline(NOW_MS));
	assert_false(is_written);
	assert_true(errno == EPIPE || errno == ECONNRESET);
	close(server);
}

/*
 * A name with two addresses, of which the first takes no more connections and
 * says nothing: this getaddrinfo stands before the system's.
 */
static struct addrinfo *both[2];

int getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **list)
{
	typedef int lookup(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);
	lookup *real;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (strcmp(host, "no.name.service") == 0)
		return EAI_AGAIN;
	if (strcmp(host, "no such host") == 0)
		return EAI_NONAME;
	if (strcmp(host, "two.addresses") != 0)
		return real(host, port, hints, list);
	for (int i = 0; i < 2; i++) {
		int error = real(i == 0 ? "127.0.0.2" : "127.0.0.1", port,
		    hints, &both[i]);
		if (error != 0)
			return error;
	}
	both[0]->ai_next = both[1];
	*list = both[0];
	return 0;
}

static void a_silent_address_leaves_time_for_the_next(void **state)
{
	struct net_endpoint at = {.host = "127.0.0.2", .port = 0};
	int full = net_listen(&at, 0), filler[4];

	(void)state;
	if (full == -1)
		TEST_SKIP("a system with one loopback address");
	at.port = net_port(full);
	for (int i = 0; i < 4; i++) /* fill it up */
		filler[i] = net_connect(&at, net_deadline(NOW_MS));
	if (filler[3] != -1)
		TEST_SKIP("the backlog does not fill up here");
	snprintf(at.host, sizeof at.host, "127.0.0.1");
	int good = net_listen(&at, 1);
	assert_int_not_equal(good, -1);
	snprintf(at.host, sizeof at.host, "two.addresses");
	int64_t begin = net_now_ms();
	int fd = net_connect(&at, net_deadline(2000));
	assert_int_not_equal(fd, -1);
	assert_true(net_now_ms() - begin < 1900); /* half of it */
	close(fd);
	for (int i = 0; i < 4; i++)
		close(filler[i]);
	close(good);
	close(full);
}

static void a_port_in_use_is_refused(void **state)
{
	struct net_endpoint at = {.host = "127.0.0.1", .port = 0};
	int listener = net_listen(&at, 1);

	(void)state;
	assert_int_not_equal(listener, -1);
	at.port = net_port(listener);
	assert_int_equal(net_listen(&at, 1), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(listener);
	assert_int_equal(net_connect(&at, net_deadline(SOON_MS)), -1);
	assert_int_equal(errno, ECONNREFUSED);
}

static void only_numbers_are_an_address_to_listen_on(void **state)
{
	struct net_endpoint at = {.host = "localhost", .port = 0};

	(void)state;
	assert_int_equal(net_listen(&at, 1), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_false(net_is_address("localhost"));
	assert_false(net_is_address("127.0.0"));
	assert_true(net_is_address("127.0.0.1"));
	assert_true(net_is_address("::"));
	assert_true(net_is_address("fe80::1%lo"));
	assert_false(net_is_address("fe80::1%"));
	assert_false(net_is_address("127.0.0.1%lo"));
	assert_false(net_is_address("%lo"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_host_may_name_a_port),
	    cmocka_unit_test(half_an_endpoint_is_refused),
	    cmocka_unit_test(a_host_name_too_long_is_refused),
	    cmocka_unit_test(bytes_cross_over_ipv4),
	    cmocka_unit_test(bytes_cross_over_ipv6),
	    cmocka_unit_test(reading_ends_at_its_deadline),
	    cmocka_unit_test(a_wait_ends_with_the_patience),
	    cmocka_unit_test(writing_to_who_never_reads_ends_at_its_deadline),
	    cmocka_unit_test(a_short_write_is_not_waited_for_twice),
	    cmocka_unit_test(a_name_service_that_is_away_is_no_missing_host),
	    cmocka_unit_test(writing_to_who_has_gone_fails_and_kills_nobody),
	    cmocka_unit_test(a_silent_address_leaves_time_for_the_next),
	    cmocka_unit_test(a_port_in_use_is_refused),
	    cmocka_unit_test(only_numbers_are_an_address_to_listen_on),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
