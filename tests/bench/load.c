/* load.c - clients of either version that never think: closed loop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "wire/thread.h"

/*
 * load oneshot|persistent PORT CLIENTS SECONDS [THREADS [THINK_MS]]
 * One line on stdout.  With fewer threads than clients each thread looks after
 * its share by epoll.  Replies are told by their length only.
 */
enum {
	STACK_LEN = 64 * 1024,
	BUCKETS = 4096, /* of latency: 64 to each power of two, in ns */
	EVENTS = 256,
	RIGHT = 0x64,
	LEFT = 0x44,
};

struct client {
	int fd;
	int64_t sent_ns;
	unsigned turn;
	size_t have; /* bytes of the reply so far */
	uint8_t in[1024];
};

struct share {
	pthread_t thread;
	bool is_oneshot;
	uint16_t port;
	unsigned clients;
	int64_t end_ns, think_ns;
	uint64_t commands, errors;
	uint64_t bucket[BUCKETS];
	int64_t max_ns;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static unsigned bucket_of(int64_t ns)
{
	unsigned exponent = 0;
	uint64_t value = (uint64_t)ns;

	while (value >= 128) {
		value >>= 1;
		exponent++;
	}
	unsigned bucket = exponent * 64 + (unsigned)value;
	return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static double bucket_us(unsigned bucket)
{
	unsigned exponent = bucket < 128 ? 0 : bucket / 64 - 1;
	uint64_t value = bucket - exponent * 64;

	return (double)(value << exponent) / 1000;
}

static void note(struct share *share, const struct client *client)
{
	int64_t ns = now_ns() - client->sent_ns;

	share->commands++;
	share->bucket[bucket_of(ns)]++;
	if (ns > share->max_ns)
		share->max_ns = ns;
}

static int dial(const struct share *share)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(share->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd == -1)
		err(EXIT_FAILURE, "socket");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool command_send(struct client *client)
{
	uint8_t byte = client->turn++ % 2 == 0 ? RIGHT : LEFT;

	client->have = 0;
	client->sent_ns = now_ns();
	return send(client->fd, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* 1: the reply is there; 0: not yet; -1: gone. */
static int reply_read(struct client *client, int flags)
{
	ssize_t got = recv(client->fd, client->in + client->have,
	    sizeof client->in - client->have, flags);

	if (got < 0 && errno == EAGAIN)
		return 0;
	if (got <= 0)
		return -1;
	client->have += (size_t)got;
	return client->have >= 2 &&
	       client->have >= 2 + (size_t)(client->in[0] << 8 | client->in[1]);
}

static bool reply_wait(struct client *client)
{
	int is_there;

	do
		is_there = reply_read(client, 0);
	while (is_there == 0);
	return is_there > 0;
}

static void play_oneshot(struct share *share)
{
	struct client client = {.turn = 0};

	while (now_ns() < share->end_ns) {
		int64_t begin = now_ns();
		client.fd = dial(share);
		if (client.fd == -1 || !command_send(&client)) {
			share->errors++;
			if (client.fd != -1)
				close(client.fd);
			continue;
		}
		client.sent_ns = begin;
		ssize_t got;
		while (
		    (got = recv(client.fd, client.in, sizeof client.in, 0)) > 0)
			continue;
		if (got == 0)
			note(share, &client);
		else
			share->errors++;
		close(client.fd);
	}
}

static void play_alone(struct share *share)
{
	struct client client = {.fd = dial(share)};

	if (client.fd == -1 || !reply_wait(&client)) {
		share->errors++;
		return;
	}
	while (now_ns() < share->end_ns) {
		if (!command_send(&client) || !reply_wait(&client)) {
			share->errors++;
			break;
		}
		note(share, &client);
	}
	close(client.fd);
}

/* Who has waited long enough asks again. */
static void ask_again(struct share *share, struct client *clients)
{
	int64_t now = now_ns();

	for (unsigned i = 0; i < share->clients; i++) {
		struct client *client = &clients[i];
		if (client->fd == -1 || client->have == 0 ||
		    now - client->sent_ns < share->think_ns)
			continue;
		if (!command_send(client))
			share->errors++;
	}
}

static void play_many(struct share *share)
{
	struct client *clients = calloc(share->clients, sizeof *clients);
	struct epoll_event event[EVENTS];
	int poller = epoll_create1(EPOLL_CLOEXEC);

	if (clients == NULL || poller == -1)
		err(EXIT_FAILURE, "epoll");
	for (unsigned i = 0; i < share->clients; i++) {
		clients[i].fd = dial(share);
		struct epoll_event in = {.events = EPOLLIN,
		    .data.ptr = &clients[i]};
		if (clients[i].fd == -1 || !reply_wait(&clients[i]) ||
		    epoll_ctl(poller, EPOLL_CTL_ADD, clients[i].fd, &in) != 0) {
			share->errors++;
			clients[i].fd = -1;
			continue;
		}
		if (share->think_ns == 0 && !command_send(&clients[i]))
			share->errors++;
	}
	while (now_ns() < share->end_ns) {
		if (share->think_ns > 0)
			ask_again(share, clients);
		int count = epoll_wait(poller, event, EVENTS, 10);
		for (int i = 0; i < count; i++) {
			struct client *client = event[i].data.ptr;
			int is_there = reply_read(client, MSG_DONTWAIT);
			if (is_there == 0)
				continue;
			if (is_there > 0)
				note(share, client);
			if (is_there < 0 ||
			    (share->think_ns == 0 && !command_send(client))) {
				share->errors++;
				close(client->fd);
				client->fd = -1;
			}
		}
	}
	for (unsigned i = 0; i < share->clients; i++) {
		if (clients[i].fd != -1)
			close(clients[i].fd);
	}
	close(poller);
	free(clients);
}

static void *share_main(void *context)
{
	struct share *share = context;

	if (share->is_oneshot)
		play_oneshot(share);
	else if (share->clients == 1)
		play_alone(share);
	else
		play_many(share);
	return NULL;
}

static void sum_print(struct share *share, unsigned threads, double seconds)
{
	static const double part[] = {0.5, 0.9, 0.99};
	double at[3] = {0};
	uint64_t seen = 0;

	for (unsigned i = 1; i < threads; i++) {
		share->commands += share[i].commands;
		share->errors += share[i].errors;
		for (unsigned b = 0; b < BUCKETS; b++)
			share->bucket[b] += share[i].bucket[b];
		if (share[i].max_ns > share->max_ns)
			share->max_ns = share[i].max_ns;
	}
	for (unsigned b = 0; b < BUCKETS; b++) {
		uint64_t before = seen;
		seen += share->bucket[b];
		for (unsigned p = 0; p < 3; p++) {
			double rank = part[p] * (double)share->commands;
			if ((double)before < rank && (double)seen >= rank)
				at[p] = bucket_us(b);
		}
	}
	printf("commands_per_s=%.0f p50_us=%.1f p90_us=%.1f p99_us=%.1f "
	       "max_us=%.1f commands=%ju errors=%ju\n",
	    (double)share->commands / seconds, at[0], at[1], at[2],
	    (double)share->max_ns / 1000, (uintmax_t)share->commands,
	    (uintmax_t)share->errors);
}

int main(int argc, char *argv[])
{
	if (argc < 5)
		errx(2, "usage: load oneshot|persistent PORT CLIENTS SECONDS "
			"[THREADS [THINK_MS]]");
	bool is_oneshot = strcmp(argv[1], "oneshot") == 0;
	unsigned clients = (unsigned)strtoul(argv[3], NULL, 10);
	double seconds = strtod(argv[4], NULL);
	unsigned threads =
	    argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : clients;
	int64_t think_ms = argc > 6 ? strtol(argv[6], NULL, 10) : 0;
	struct share *share = calloc(threads, sizeof *share);
	int64_t end_ns = now_ns() + (int64_t)(seconds * 1e9);

	if (share == NULL || threads == 0)
		errx(EXIT_FAILURE, "no memory");
	for (unsigned i = 0; i < threads; i++) {
		share[i].is_oneshot = is_oneshot;
		share[i].port = (uint16_t)strtoul(argv[2], NULL, 10);
		share[i].clients =
		    clients / threads + (i < clients % threads ? 1 : 0);
		share[i].end_ns = end_ns;
		share[i].think_ns = think_ms * 1000000;
		if (thread_start(&share[i].thread, STACK_LEN, share_main,
			&share[i]) != 0)
			errx(EXIT_FAILURE, "no thread");
	}
	for (unsigned i = 0; i < threads; i++)
		pthread_join(share[i].thread, NULL);
	sum_print(share, threads, seconds);
	free(share);
	return 0;
}
