/* bare.c - the least a server can do: the yardstick for treasure-server. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "wire/thread.h"

/*
 * bare echo PORT: a thread a connection; an id, then six bytes for each one.
 * bare pool PORT: threads that wait in accept; four bytes for one, and close.
 * The bytes are as many as the game's.  Killed when the measurement is over.
 */
enum { STACK_LEN = 64 * 1024, POOL = 16, BACKLOG = 4096 };

static int listen_at(unsigned long port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(fd, BACKLOG) != 0)
		err(EXIT_FAILURE, "listen");
	return fd;
}

static void *echo(void *context)
{
	static const char id[] = {0, 1, 1}, scores[] = {0, 4, 0, 0, 0, 0};
	int fd = *(int *)context;
	char byte;

	free(context);
	if (send(fd, id, sizeof id, MSG_NOSIGNAL) > 0) {
		while (recv(fd, &byte, 1, 0) == 1 &&
		       send(fd, scores, sizeof scores, MSG_NOSIGNAL) > 0)
			continue;
	}
	close(fd);
	return NULL;
}

static void *pool(void *context)
{
	static const char scores[4] = {0};
	int listener = *(int *)context;
	char byte;

	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd == -1)
			continue;
		if (recv(fd, &byte, 1, 0) == 1)
			(void)!send(fd, scores, sizeof scores, MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void serve_each(int listener)
{
	for (;;) {
		int *fd = malloc(sizeof *fd);
		pthread_t thread;

		if (fd == NULL || (*fd = accept(listener, NULL, NULL)) == -1)
			err(EXIT_FAILURE, "accept");
		if (thread_start(&thread, STACK_LEN, echo, fd) != 0)
			errx(EXIT_FAILURE, "no thread");
		pthread_detach(thread);
	}
}

int main(int argc, char *argv[])
{
	if (argc != 3)
		errx(2, "usage: bare echo | pool PORT");
	int listener = listen_at(strtoul(argv[2], NULL, 10));
	pthread_t thread;

	if (strcmp(argv[1], "echo") == 0)
		serve_each(listener);
	for (int i = 1; i < POOL; i++) {
		if (thread_start(&thread, STACK_LEN, pool, &listener) != 0)
			errx(EXIT_FAILURE, "no thread");
	}
	pool(&listener);
	return 0;
}
