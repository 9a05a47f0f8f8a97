/* acceptor.c - take connections in, until told to stop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/acceptor.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "server/log.h"

enum {
	QUIET_MS = 300,      /* after the last game: nobody asks any more */
	QUIET_MAX_MS = 5000, /* ... or somebody never stops asking */
	CROWD_MS = 5,        /* a crowd that has gone by then needs nothing */
};

/* When the main thread has something to do without being told. */
struct alarms {
	int64_t quiet, quiet_max, stats, adapt, silent; /* deadlines */
	uint64_t seen;            /* connections, at quiet */
	struct log_period period; /* of the statistics */
};

static int stop_pipe_open(int stop[2])
{
	if (pipe(stop) != 0)
		return errno;
	for (int i = 0; i < 2; i++) {
		fcntl(stop[i], F_SETFD, FD_CLOEXEC);
		fcntl(stop[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static void pipe_close(struct acceptor *acceptor)
{
	close(acceptor->stop[0]);
	close(acceptor->stop[1]);
	free(acceptor->polled);
}

int acceptor_init(struct acceptor *acceptor, struct service *service,
    const struct acceptor_plan *plan, struct door *doors, uint32_t door_count)
{
	memset(acceptor, 0, sizeof *acceptor);
	acceptor->plan = *plan;
	acceptor->service = service;
	acceptor->doors = doors;
	acceptor->door_count = door_count;
	acceptor->polled = calloc(door_count + 1, sizeof *acceptor->polled);
	if (acceptor->polled == NULL)
		return ENOMEM;
	int error = stop_pipe_open(acceptor->stop);
	if (error != 0) {
		free(acceptor->polled);
		return error;
	}
	error = pthread_mutex_init(&acceptor->lock, NULL);
	if (error == 0) {
		error = workers_init(&acceptor->workers, service, &plan->limits,
		    acceptor->stop[1]);
		if (error != 0)
			pthread_mutex_destroy(&acceptor->lock);
	}
	if (error != 0) {
		pipe_close(acceptor);
		return error;
	}
	acceptor->workers.acceptor = acceptor;
	if (shortage_begin(acceptor))
		return 0;
	acceptor_destroy(acceptor);
	return EMFILE;
}

void acceptor_destroy(struct acceptor *acceptor)
{
	acceptor->workers.tell_fd = -1; /* the number may be another's soon */
	workers_destroy(&acceptor->workers);
	shortage_end(acceptor);
	pthread_mutex_destroy(&acceptor->lock);
	pipe_close(acceptor);
}

bool acceptor_admit(struct acceptor *acceptor, int fd,
    const struct in6_addr *from)
{
	if (!shortage_spares(acceptor, fd))
		return false;
	int error = census_enter(&acceptor->workers.census, from);
	if (error != 0)
		workers_refuse(&acceptor->workers, fd,
		    error == ENOMEM ? REFUSED_MEMORY : REFUSED_ADDRESS);
	return error == 0;
}

static void *connection_main(void *context)
{
	struct worker *worker = context;

	worker_serve(worker, worker->session->fd, worker->door->room);
	worker_end(worker);
	return NULL;
}

/* A thread for this connection, or none at all. */
static void welcome(struct acceptor *acceptor, struct door *door, int fd,
    const struct in6_addr *from)
{
	struct workers *workers = &acceptor->workers;
	struct worker_task task = {
	    .run = connection_main,
	    .door = door,
	    .fd = fd,
	    .from = *from,
	};

	if (!workers_await_room(workers)) {
		workers_refuse(workers, fd, REFUSED_CONNECTIONS);
		return;
	}
	if (!acceptor_admit(acceptor, fd, from))
		return;
	int error = worker_start(workers, &task);
	if (error == 0)
		return;
	census_leave(&workers->census, from);
	workers_refuse(workers, fd,
	    error == ENOMEM ? REFUSED_MEMORY : REFUSED_THREADS);
}

static void accept_one(struct acceptor *acceptor, struct door *door)
{
	struct in6_addr from;
	int fd = door_accept(door, acceptor->service, &from);

	if (fd != -1)
		welcome(acceptor, door, fd, &from);
	else
		acceptor_recover(acceptor, door, errno); /* it tells us */
}

int acceptor_start(struct acceptor *acceptor)
{
	switch (acceptor->plan.threads) {
	case ACCEPTOR_PER_CONNECTION:
		return 0;
	case ACCEPTOR_POOL:
		return pool_start(acceptor);
	case ACCEPTOR_ITERATIVE:
		return iterative_start(acceptor);
	}
	return 0;
}

static uint64_t arrivals(struct acceptor *acceptor)
{
	struct tally tally = workers_tally(&acceptor->workers);

	return tally.begun + tally.turned_away;
}

static void stats_print(struct acceptor *acceptor, struct alarms *alarms)
{
	struct tally tally = workers_tally(&acceptor->workers);

	log_stats(&tally, acceptor->service, &alarms->period);
	if (acceptor->plan.stats_ms != 0)
		alarms->stats = net_deadline(acceptor->plan.stats_ms);
}

static void pipe_drain(struct acceptor *acceptor)
{
	char bytes[256];

	while (read(acceptor->stop[0], bytes, sizeof bytes) > 0)
		continue;
}

/* One at another door does not put off what is due sooner. */
static void crowd_expect(struct acceptor *acceptor, struct alarms *alarms)
{
	int64_t soon = net_deadline(CROWD_MS);

	if (soon >= alarms->adapt)
		return;
	pool_look(acceptor);
	alarms->adapt = soon;
}

static bool must_stop(struct acceptor *acceptor, unsigned told)
{
	struct journal *journal = acceptor->service->journal;

	return (told & (ACCEPTOR_STOP | ACCEPTOR_FAILED)) != 0 ||
	       (journal != NULL && journal_error(journal) != 0);
}

/* Do what the others have told; true if that is to stop. */
static bool messages_obey(struct acceptor *acceptor, struct alarms *alarms)
{
	pipe_drain(acceptor); /* first: who tells later wakes us again */
	unsigned told = atomic_exchange(&acceptor->workers.told, 0);

	if ((told & ACCEPTOR_GAMES) != 0 && alarms->quiet_max == NET_FOREVER) {
		alarms->quiet = net_deadline(QUIET_MS);
		alarms->quiet_max = net_deadline(QUIET_MAX_MS);
		alarms->seen = arrivals(acceptor);
	}
	if ((told & ACCEPTOR_STATS) != 0)
		stats_print(acceptor, alarms);
	if ((told & ACCEPTOR_CROWD) != 0)
		crowd_expect(acceptor, alarms);
	return must_stop(acceptor, told);
}

/* Do what it is time for; true if it is time to stop. */
static bool alarms_obey(struct acceptor *acceptor, struct alarms *alarms)
{
	int64_t now_ms = net_now_ms();

	if (now_ms >= alarms->stats)
		stats_print(acceptor, alarms);
	if (now_ms >= alarms->adapt)
		alarms->adapt = pool_adapt(acceptor);
	if (now_ms >= alarms->silent)
		alarms->silent = workers_wake_silent(&acceptor->workers);
	if (now_ms >= alarms->quiet_max)
		return true;
	if (now_ms < alarms->quiet)
		return false;
	uint64_t seen = arrivals(acceptor);
	bool is_quiet = seen == alarms->seen;
	alarms->seen = seen;
	alarms->quiet = net_deadline(QUIET_MS);
	return is_quiet;
}

static int ms_until(const struct alarms *alarms)
{
	int64_t next = alarms->stats, left;

	if (alarms->adapt < next)
		next = alarms->adapt;
	if (alarms->quiet < next)
		next = alarms->quiet;
	if (alarms->silent < next)
		next = alarms->silent;
	if (next == NET_FOREVER)
		return -1;
	left = next - net_now_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Wait for messages, and for connections where no other thread does. */
static bool doors_attend(struct acceptor *acceptor, const struct alarms *alarms)
{
	bool is_alone = acceptor->plan.threads == ACCEPTOR_PER_CONNECTION;
	bool is_pool = acceptor->plan.threads == ACCEPTOR_POOL;
	struct pollfd pipe_only;
	struct pollfd *polled =
	    is_alone || is_pool ? acceptor->polled : &pipe_only;
	nfds_t count = is_alone || is_pool ? acceptor->door_count + 1 : 1;

	polled[0] = (struct pollfd){.fd = acceptor->stop[0], .events = POLLIN};
	for (uint32_t i = 0; i + 1 < count; i++) {
		struct door *door = &acceptor->doors[i];
		bool is_ours = is_alone || door->is_crowded;

		polled[i + 1] = (struct pollfd){.fd = is_ours ? door->fd : -1,
		    .events = POLLIN};
	}
	if (shortage_poll(polled, count, ms_until(alarms)) < 0)
		return errno == EINTR;
	for (uint32_t i = 0; i + 1 < count; i++) {
		if (polled[i + 1].revents != 0 && is_alone)
			accept_one(acceptor, &acceptor->doors[i]);
		else if (polled[i + 1].revents != 0)
			pool_refuse(acceptor, &acceptor->doors[i]);
	}
	return true;
}

static void serve(struct acceptor *acceptor)
{
	struct alarms alarms = {
	    .quiet = NET_FOREVER,
	    .quiet_max = NET_FOREVER,
	    .stats = NET_FOREVER,
	    .adapt = NET_FOREVER,
	    .silent = 0, /* look at once */
	    .period.started_ms = net_now_ms(),
	    .period.last_ms = net_now_ms(),
	};

	if (acceptor->plan.stats_ms != 0)
		alarms.stats = net_deadline(acceptor->plan.stats_ms);
	while (!messages_obey(acceptor, &alarms) &&
	       !alarms_obey(acceptor, &alarms)) {
		if (!doors_attend(acceptor, &alarms)) {
			atomic_store(&acceptor->error, errno);
			return;
		}
		workers_reap(&acceptor->workers);
	}
}

bool acceptor_run(struct acceptor *acceptor)
{
	serve(acceptor);
	workers_stop(&acceptor->workers);
	for (uint32_t i = 0; i < acceptor->door_count; i++)
		close(acceptor->doors[i].fd);
	errno = atomic_load(&acceptor->error);
	return errno == 0;
}
