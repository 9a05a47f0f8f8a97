/* session_fuzz.c - a whole connection, through a socket pair. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/session.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "wire/thread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte says how: bit 0 one-shot, 1 trust, 2 bind, 3 split, 4 three
 * players, 5 a small board, 6 the client does not close first.  The rest is
 * what the client sends, cut into pieces as long as each piece's first byte.
 * Whatever it is: the replies are whole and in order, one for each command,
 * and no point is lost.
 */
enum { REPLIES_MAX = 1 << 22, SENT_MAX = 4096, STACK_LEN = 64 * 1024 };

struct client {
	int fd;
	const uint8_t *data;
	size_t size;
	bool closes_late;
	uint8_t *got;
	size_t len;
};

static void require(bool is_true)
{
	if (!is_true)
		abort();
}

static void *send_pieces(void *context)
{
	struct client *client = context;
	struct cursor in = cursor_over(client->data, client->size);

	while (cursor_left(&in) > 0) {
		size_t left = cursor_left(&in), len = *in.at % 80u + 1;
		const uint8_t *piece =
		    cursor_take(&in, len < left ? len : left);
		if (send(client->fd, piece, len < left ? len : left,
			MSG_NOSIGNAL) <= 0)
			break;
	}
	if (!client->closes_late)
		shutdown(client->fd, SHUT_WR);
	return NULL;
}

static void *hear_all(void *context)
{
	struct client *client = context;
	ssize_t got;

	while ((got = recv(client->fd, client->got + client->len,
		    REPLIES_MAX - client->len, 0)) > 0)
		client->len += (size_t)got;
	shutdown(client->fd, SHUT_WR); /* the server has: linger no longer */
	return NULL;
}

static void service_init(struct service *service, uint8_t how)
{
	struct match_rules rules = {
	    .board = {.size = how & 32 ? 2 : 10,
		.treasures = how & 32 ? 1 : 5,
		.players = how & 16 ? 3 : 2},
	    .seed = how,
	    .rematch_ms = how & 32 ? 0 : MATCH_NEVER,
	    .silence_ms = MATCH_NEVER,
	};

	memset(service, 0, sizeof *service);
	service->version = how & 1 ? &oneshot : &persistent;
	service->trusts_player_bits = (how & 2) != 0;
	service->binds_seats = (how & 1) != 0 && (how & 4) != 0;
	service->switches.splits_replies = (how & 1) == 0 && (how & 8) != 0;
	service->idle_ms = how & 64 ? 1 : 0;
	require(rooms_init(&service->rooms, 1, &guard_mutex, &rules) == 0);
}

/* Persistent: an id, then as many whole replies as commands were read. */
static void check_persistent(const struct client *client, uint64_t commands)
{
	struct treasure_reply *reply = malloc(sizeof *reply);
	struct cursor in = cursor_over(client->got, client->len);
	uint64_t replies = 0;

	require(reply != NULL);
	require(treasure_decode_framed(&in, reply) == TREASURE_OK &&
		reply->kind == TREASURE_ID && reply->id == 1);
	while (cursor_left(&in) > 0) {
		require(treasure_decode_framed(&in, reply) == TREASURE_OK);
		require(reply->kind != TREASURE_ID);
		replies++;
	}
	require(replies == commands);
	free(reply);
}

static void check_oneshot(const struct client *client, uint64_t commands)
{
	struct treasure_reply *reply = malloc(sizeof *reply);

	require(reply != NULL && commands <= 1);
	if (commands == 0)
		require(client->len == 0);
	if (client->len > 0)
		require(treasure_decode_body(client->got, client->len, reply) ==
			    TREASURE_OK &&
			reply->kind >= TREASURE_SCORES);
	free(reply);
}

static void check_points(const struct match *match)
{
	const struct board *board = &match->board;
	uint64_t sum = board->points_left;

	for (unsigned i = 0; i < board->scores.players; i++)
		sum += board->scores.score[i];
	require(sum == board->points_at_start);
	require(match->players_here == 0);
}

static void serve(struct service *service, int fd, uint64_t *commands)
{
	struct session *session = session_new(service);

	require(session != NULL && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	session_open(session, fd, service->rooms.room);
	service->version->serve(session);
	*commands = session->commands;
	session_hang_up(session);
	close(fd);
	free(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size > 0 ? data[0] : 0;
	size_t sent = size > 0 ? size - 1 : 0;
	struct client client = {
	    .data = data + (size > 0),
	    .size = sent < SENT_MAX ? sent : SENT_MAX,
	    .closes_late = (how & 64) != 0,
	    .got = malloc(REPLIES_MAX),
	};
	struct service service;
	pthread_t sender, hearer;
	uint64_t commands;
	int fd[2];

	require(
	    client.got != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	client.fd = fd[1];
	service_init(&service, how);
	require(thread_start(&sender, STACK_LEN, send_pieces, &client) == 0);
	require(thread_start(&hearer, STACK_LEN, hear_all, &client) == 0);
	serve(&service, fd[0], &commands);
	pthread_join(sender, NULL);
	pthread_join(hearer, NULL);
	close(fd[1]);
	if (how & 1)
		check_oneshot(&client, commands);
	else
		check_persistent(&client, commands);
	check_points(&service.rooms.room[0].guard.match);
	rooms_destroy(&service.rooms);
	free(client.got);
	return 0;
}
