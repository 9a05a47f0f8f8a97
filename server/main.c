/* main.c - treasure-server: serve the treasure game, in either version. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "server/acceptor.h"
#include "server/options.h"
#include "wire/stdio.h"

enum { BACKLOG = 1024 };

/* The acceptor's stop pipe, for the first signal; -1 for the next one. */
static volatile sig_atomic_t stop_fd = -1;

static void on_signal(int signal)
{
	char message = ACCEPTOR_STOP;
	int saved = errno;
	int fd = stop_fd;

	(void)signal;
	if (fd == -1)
		_exit(EXIT_FAILURE); /* the orderly end takes too long */
	stop_fd = -1;
	ssize_t sent = write(fd, &message, 1);
	(void)sent; /* a full pipe wakes the acceptor as well */
	errno = saved;
}

static void catch_signals(int stop)
{
	struct sigaction action = {.sa_handler = on_signal};

	stop_fd = stop;
	if (sigaction(SIGINT, &action, NULL) != 0 ||
	    sigaction(SIGTERM, &action, NULL) != 0)
		err(EXIT_FAILURE, "sigaction");
	signal(SIGPIPE, SIG_IGN);
}

static int listen_or_exit(const struct net_endpoint *at)
{
	char name[NET_NAME_LEN];
	int listener = net_listen(at, BACKLOG);

	net_print(at, name);
	if (listener == -1)
		err(EXIT_FAILURE, "cannot listen on %s", name);
	return listener;
}

/* One line that scripts can wait for. */
static void announce(const struct options *options, int listener)
{
	const struct match_rules *rules = &options->rules;
	struct net_endpoint at = options->listen;
	char name[NET_NAME_LEN];

	at.port = net_port(listener);
	net_print(&at, name);
	fprintf(stderr,
	    "treasure-server: %s, listening on %s, board %u x %u, "
	    "%u treasures, %u players, seed %" PRIu64 "\n",
	    options->version->name, name, rules->board.size, rules->board.size,
	    rules->board.treasures, rules->board.players, rules->seed);
}

static void sum_up(const struct tally *tally)
{
	fprintf(stderr,
	    "stopped connections=%" PRIu64 " turned_away=%" PRIu64
	    " commands=%" PRIu64 " refused=%" PRIu64 " foreign=%" PRIu64 "\n",
	    tally->connections, tally->turned_away, tally->commands,
	    tally->refused, tally->foreign);
}

static void serve(const struct options *options, struct service *service)
{
	struct acceptor acceptor;
	int listener = listen_or_exit(&options->listen);

	errno = acceptor_init(&acceptor, service, listener,
	    options->max_connections);
	if (errno != 0)
		err(EXIT_FAILURE, "cannot start");
	catch_signals(acceptor.stop[1]);
	announce(options, listener);
	if (!acceptor_run(&acceptor))
		err(EXIT_FAILURE, "accept");
	sum_up(&acceptor.tally);
	acceptor_destroy(&acceptor);
}

int main(int argc, char *argv[])
{
	struct options options;

	if (!stdio_secure())
		err(EXIT_FAILURE, "/dev/null");
	options_parse(argc, argv, &options);
	struct service service = {
	    .version = options.version,
	    .idle_ms = options.idle_ms,
	    .trusts_player_bits = options.trusts_player_bits,
	    .binds_seats = options.binds_seats,
	    .is_verbose = options.is_verbose,
	};
	if ((errno = guard_init(&service.guard, &options.rules)) != 0)
		err(EXIT_FAILURE, "cannot make a lock");
	serve(&options, &service);
	guard_destroy(&service.guard);
	return EXIT_SUCCESS;
}
