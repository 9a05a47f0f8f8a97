/* manners.h - a server with odd manners, for tests of the client's link. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CLIENT_MANNERS_H
#define TESTS_CLIENT_MANNERS_H

#include "tests/support.h"
#include "client/link.h"
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOON_MS = 5000, REPLY_MAX = 64, ASKS_MAX = 16 };

/*
 * A thread of its own takes one connection after another: greets, then
 * answers each byte with the reply, in pieces of so many bytes.
 */
struct server {
	pthread_t thread;
	int listener;
	unsigned connections; /* to take */
	unsigned asks;        /* to answer on each, then close */
	const char *greeting, *reply;
	size_t greeting_len, reply_len, piece;
	bool resets;        /* close with a reset */
	unsigned pause_ms;  /* between pieces; 0: 1 ms */
	unsigned linger_ms; /* before the close */
	uint8_t asked[ASKS_MAX];
	unsigned asked_count;
};

static void say(struct server *server, int fd, const char *text, size_t len)
{
	for (size_t at = 0; at < len; at += server->piece) {
		size_t piece =
		    len - at < server->piece ? len - at : server->piece;
		bool is_sent = net_write(fd, (const uint8_t *)text + at, piece,
		    net_deadline(SOON_MS));
		(void)is_sent;
		if (server->piece < len)
			(void)poll(NULL, 0, (int)server->pause_ms + 1);
	}
}

static void converse(struct server *server, int fd)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	say(server, fd, server->greeting, server->greeting_len);
	for (unsigned i = 0; i < server->asks; i++) {
		uint8_t *byte = &server->asked[server->asked_count];

		if (net_read(fd, byte, 1, net_deadline(SOON_MS)) != 1)
			break;
		server->asked_count++;
		say(server, fd, server->reply, server->reply_len);
	}
	(void)poll(NULL, 0, (int)server->linger_ms);
	if (server->resets) {
		(void)poll(NULL, 0, 20); /* let the reply arrive */
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	}
	close(fd);
}

static void *server_main(void *context)
{
	struct server *server = context;

	for (unsigned i = 0; i < server->connections; i++) {
		struct pollfd pfd = {.fd = server->listener, .events = POLLIN};

		if (poll(&pfd, 1, SOON_MS) != 1)
			break;
		int fd = net_accept(server->listener);
		if (fd != -1)
			converse(server, fd);
	}
	return NULL;
}

static struct link *server_start(struct server *server,
    const struct version *version)
{
	struct net_endpoint at = {.host = "127.0.0.1", .port = 0};
	struct link *link = test_malloc(sizeof *link);

	server->listener = net_listen(&at, ASKS_MAX);
	assert_int_not_equal(server->listener, -1);
	at.port = net_port(server->listener);
	if (server->piece == 0)
		server->piece = REPLY_MAX;
	assert_int_equal(pthread_create(&server->thread, NULL, server_main,
			     server),
	    0);
	link_init(link, version, &at, 0);
	return link;
}

static void server_stop(struct server *server, struct link *link)
{
	link->version->leave(link);
	pthread_join(server->thread, NULL);
	close(server->listener);
	test_free(link);
}

/* What "\0\15\0\24" says. */
static void assert_scores(const struct link *link)
{
	assert_int_equal(link->reply.kind, TREASURE_SCORES);
	assert_int_equal(link->reply.scores.players, 2);
	assert_int_equal(link->reply.scores.score[0], 13);
	assert_int_equal(link->reply.scores.score[1], 20);
}

#endif
