/* main.c - treasure-server: serve the treasure game, in either version. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "server/log.h"
#include "server/start.h"
#include "wire/stdio.h"

/* Who is told of signals; lives as long as they may come. */
static struct acceptor *told;
/* A signal to stop has come: the next one does not wait. */
static volatile sig_atomic_t is_stopping;

static void on_stop(int signal)
{
	int saved = errno;

	(void)signal;
	if (is_stopping)
		_exit(EXIT_FAILURE); /* the orderly end takes too long */
	is_stopping = 1;
	workers_tell(&told->workers, ACCEPTOR_STOP);
	errno = saved;
}

static void on_stats(int signal)
{
	int saved = errno;

	(void)signal;
	workers_tell(&told->workers, ACCEPTOR_STATS);
	errno = saved;
}

static void on_wake(int signal)
{
	(void)signal; /* it has interrupted somebody: that is all */
}

static void catch_or_exit(int signal, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	if (sigaction(signal, &action, NULL) != 0)
		err(EXIT_FAILURE, "sigaction");
}

/* One that was ignored stays so: nohup and a shell's & ask for that. */
static void catch_unless_ignored(int signal, void (*handler)(int))
{
	struct sigaction before;

	if (sigaction(signal, NULL, &before) != 0)
		err(EXIT_FAILURE, "sigaction");
	if (before.sa_handler != SIG_IGN)
		catch_or_exit(signal, handler);
}

static void catch_signals(struct acceptor *acceptor)
{
	told = acceptor;
	catch_unless_ignored(SIGINT, on_stop);
	catch_unless_ignored(SIGTERM, on_stop);
	catch_or_exit(SIGUSR1, on_stats);
	catch_or_exit(ACCEPTOR_WAKE_SIGNAL, on_wake);
}

static void warn_of(const struct options *options)
{
	const char *doubt = switches_doubt(&options->switches, true);

	if (options->guard == &guard_none)
		warnx("--guard none: nothing keeps commands apart, and points "
		      "get lost; for study only");
	if (options->plan.threads == ACCEPTOR_ITERATIVE)
		warnx("--iterative: a silent client keeps all others waiting; "
		      "for study only");
	if (doubt != NULL)
		warnx("%s", doubt);
}

static void prepare_or_exit(struct doors *doors, struct service *service,
    enum acceptor_threads threads)
{
	for (uint32_t i = 0; i < doors->count; i++) {
		struct door *door = &doors->door[i];

		door->room =
		    &service->rooms.room[service->version == &oneshot ? i : 0];
		if (door_prepare(door, service, threads == ACCEPTOR_POOL) != 0)
			err(EXIT_FAILURE, "cannot set up the socket");
	}
}

static void start_or_exit(const struct options *options,
    struct service *service, const struct doors *doors,
    struct acceptor *acceptor)
{
	errno = acceptor_init(acceptor, service, &options->plan, doors->door,
	    doors->count);
	if (errno == 0 && service->journal != NULL)
		errno = journal_start(service->journal, acceptor->stop[1]);
	if (errno != 0)
		err(EXIT_FAILURE, "cannot start");
	catch_signals(acceptor);
	errno = acceptor_start(acceptor);
	if (errno != 0)
		err(EXIT_FAILURE, "cannot start its threads");
	start_announce(options, doors);
	if (atomic_load(&service->rooms.open) == 0) /* so says the journal */
		workers_tell(&acceptor->workers, ACCEPTOR_GAMES);
}

static int serve(const struct options *options, struct service *service,
    struct acceptor *acceptor)
{
	int status = EXIT_SUCCESS;

	if (!acceptor_run(acceptor))
		err(EXIT_FAILURE, "cannot go on");
	struct tally tally = workers_tally(&acceptor->workers);
	log_end(&tally, service);
	errno = service->journal != NULL ? journal_error(service->journal) : 0;
	if (errno != 0) {
		warn("%s: cannot write", options->journal);
		status = EXIT_FAILURE;
	}
	return status;
}

int main(int argc, char *argv[])
{
	static struct options options;
	static struct service service;
	static struct acceptor acceptor; /* signals may come after main */
	struct doors doors;

	if (!stdio_secure())
		err(EXIT_FAILURE, "/dev/null");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN); /* until there is something to tell */
	signal(SIGXFSZ, SIG_IGN); /* a journal too long is an error like any */
	options_parse(argc, argv, &options);
	service.version = options.version;
	service.switches = options.switches;
	service.idle_ms = options.idle_ms;
	service.trusts_player_bits = options.trusts_player_bits;
	service.binds_seats = options.binds_seats;
	service.is_verbose = options.is_verbose;
	start_doors(&options, &doors);
	start_pool(&options, &doors);
	start_service(&options, &service);
	prepare_or_exit(&doors, &service, options.plan.threads);
	warn_of(&options);
	start_or_exit(&options, &service, &doors, &acceptor);
	int status = serve(&options, &service, &acceptor);
	if (service.journal != NULL)
		journal_close(service.journal);
	acceptor_destroy(&acceptor);
	rooms_destroy(&service.rooms);
	free(doors.door);
	return status;
}
