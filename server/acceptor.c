/* acceptor.c - take connections in, one thread each, until told to stop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/acceptor.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "server/log.h"
#include "wire/thread.h"

enum {
	STACK_LEN = 64 * 1024, /* what a session needs, with room to spare */
	QUIET_MS = 300,        /* after the last game: nobody asks any more */
	QUIET_MAX_MS = 5000,   /* ... or somebody never stops asking */
	GRACE_S = 1,           /* for replies under way when stopping */
	FULL_MS = 20,          /* wait when not even the spare helps */
};

/* The grace ends on a clock nobody sets, where a condition can wait on it. */
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0
#define HAS_CLOCK_SELECTION 1
#define GRACE_CLOCK CLOCK_MONOTONIC
#else
#define HAS_CLOCK_SELECTION 0
#define GRACE_CLOCK CLOCK_REALTIME
#endif

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

static int spare_open(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int idle_init(pthread_cond_t *is_idle)
{
	pthread_condattr_t attr;
	int error = pthread_condattr_init(&attr);

	if (error != 0)
		return error;
#if HAS_CLOCK_SELECTION
	error = pthread_condattr_setclock(&attr, GRACE_CLOCK);
#endif
	if (error == 0)
		error = pthread_cond_init(is_idle, &attr);
	pthread_condattr_destroy(&attr);
	return error;
}

static int locks_init(struct acceptor *acceptor)
{
	int error = pthread_mutex_init(&acceptor->lock, NULL);

	if (error != 0)
		return error;
	error = idle_init(&acceptor->is_idle);
	if (error != 0)
		pthread_mutex_destroy(&acceptor->lock);
	return error;
}

int acceptor_init(struct acceptor *acceptor, struct service *service,
    int listener, uint64_t max_connections)
{
	*acceptor = (struct acceptor){
	    .service = service,
	    .max_connections = max_connections,
	    .listener = listener,
	};
	int error = stop_pipe_open(acceptor->stop);
	if (error != 0)
		return error;
	error = locks_init(acceptor);
	if (error != 0) {
		close(acceptor->stop[0]);
		close(acceptor->stop[1]);
		return error;
	}
	acceptor->spare = spare_open();
	return 0;
}

void acceptor_destroy(struct acceptor *acceptor)
{
	pthread_cond_destroy(&acceptor->is_idle);
	pthread_mutex_destroy(&acceptor->lock);
	close(acceptor->stop[0]);
	close(acceptor->stop[1]);
	if (acceptor->spare != -1)
		close(acceptor->spare);
}

static void live_add(struct acceptor *acceptor, struct worker *worker)
{
	pthread_mutex_lock(&acceptor->lock);
	worker->next = acceptor->live;
	if (acceptor->live != NULL)
		acceptor->live->previous = worker;
	acceptor->live = worker;
	acceptor->live_count++;
	pthread_mutex_unlock(&acceptor->lock);
}

/* Closing here, under the lock, keeps stop_all from a reused descriptor. */
static void live_remove_locked(struct acceptor *acceptor, struct worker *worker)
{
	if (worker->previous != NULL)
		worker->previous->next = worker->next;
	else
		acceptor->live = worker->next;
	if (worker->next != NULL)
		worker->next->previous = worker->previous;
	close(worker->session->fd);
	if (--acceptor->live_count == 0)
		pthread_cond_signal(&acceptor->is_idle);
}

static void tally_add_locked(struct tally *tally, const struct session *session)
{
	tally->connections += !session->is_turned_away;
	tally->turned_away += session->is_turned_away;
	tally->commands += session->commands;
	tally->refused += session->refused;
	tally->foreign += session->foreign;
}

/* The thread is over: leave it to the main thread to join. */
static void retire(struct worker *worker)
{
	struct acceptor *acceptor = worker->acceptor;

	pthread_mutex_lock(&acceptor->lock);
	live_remove_locked(acceptor, worker);
	tally_add_locked(&acceptor->tally, worker->session);
	worker->next = acceptor->done;
	acceptor->done = worker;
	pthread_mutex_unlock(&acceptor->lock);
}

static void *worker_main(void *context)
{
	struct worker *worker = context;
	struct session *session = worker->session;

	session->service->version->serve(session);
	if (session->saw_the_end) {
		char message = ACCEPTOR_GAMES;
		ssize_t sent = write(worker->acceptor->stop[1], &message, 1);
		(void)sent; /* a full pipe stops the server as well */
	}
	session_hang_up(session);
	if (session->service->is_verbose)
		log_session(session);
	retire(worker);
	return NULL;
}

static void worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	free(worker->session);
	free(worker);
}

/* Join the threads that are over. */
static void reap(struct acceptor *acceptor)
{
	pthread_mutex_lock(&acceptor->lock);
	struct worker *done = acceptor->done;
	acceptor->done = NULL;
	pthread_mutex_unlock(&acceptor->lock);
	while (done != NULL) {
		struct worker *next = done->next;

		pthread_join(done->thread, NULL);
		worker_free(done);
		done = next;
	}
}

static struct worker *worker_new(struct acceptor *acceptor, int fd)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (worker == NULL)
		return NULL;
	worker->acceptor = acceptor;
	worker->session = session_new(acceptor->service, fd);
	if (worker->session != NULL)
		return worker;
	free(worker);
	return NULL;
}

/* Refuse this one, keep the others. */
static void turn_away(struct acceptor *acceptor, int fd)
{
	if (fd != -1)
		close(fd);
	pthread_mutex_lock(&acceptor->lock);
	acceptor->tally.turned_away++;
	pthread_mutex_unlock(&acceptor->lock);
}

static void welcome(struct acceptor *acceptor, int fd)
{
	pthread_mutex_lock(&acceptor->lock);
	bool has_room = acceptor->live_count < acceptor->max_connections;
	pthread_mutex_unlock(&acceptor->lock);
	struct worker *worker = has_room ? worker_new(acceptor, fd) : NULL;

	if (worker == NULL) {
		turn_away(acceptor, fd);
		return;
	}
	live_add(acceptor, worker);
	if (thread_start(&worker->thread, STACK_LEN, worker_main, worker) == 0)
		return;
	pthread_mutex_lock(&acceptor->lock);
	live_remove_locked(acceptor, worker);
	pthread_mutex_unlock(&acceptor->lock);
	worker_free(worker);
	turn_away(acceptor, -1);
}

/* No descriptor is left: give up the spare one to close who is waiting. */
static void turn_away_without_room(struct acceptor *acceptor)
{
	if (acceptor->spare != -1)
		close(acceptor->spare);
	int fd = net_accept(acceptor->listener);
	if (fd != -1)
		turn_away(acceptor, fd);
	else
		(void)poll(NULL, 0, FULL_MS);
	acceptor->spare = spare_open();
}

/* Take in one connection; false with errno set if there is no going on. */
static bool accept_one(struct acceptor *acceptor)
{
	int fd = net_accept(acceptor->listener);

	if (fd != -1) {
		welcome(acceptor, fd);
		return true;
	}
	switch (errno) {
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
		return false;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		turn_away_without_room(acceptor);
		return true;
	default: /* it has gone again, or somebody else's trouble */
		return true;
	}
}

/*
 * End all sessions: first their reading, then, if that is not enough, all.  A
 * thread that then waits for whoever reads stderr keeps us waiting, until a
 * second signal ends the process.
 */
static void stop_all(struct acceptor *acceptor)
{
	struct timespec until;

	atomic_store(&acceptor->service->is_stopping, true);
	clock_gettime(GRACE_CLOCK, &until);
	until.tv_sec += GRACE_S;
	pthread_mutex_lock(&acceptor->lock);
	for (struct worker *w = acceptor->live; w != NULL; w = w->next)
		shutdown(w->session->fd, SHUT_RD);
	int error = 0;
	while (acceptor->live_count > 0 && error == 0)
		error = pthread_cond_timedwait(&acceptor->is_idle,
		    &acceptor->lock, &until);
	for (struct worker *w = acceptor->live; w != NULL; w = w->next)
		shutdown(w->session->fd, SHUT_RDWR);
	while (acceptor->live_count > 0)
		pthread_cond_wait(&acceptor->is_idle, &acceptor->lock);
	pthread_mutex_unlock(&acceptor->lock);
	reap(acceptor);
}

/* Has a message, or the quiet after the last game, ended the serving? */
static bool is_stopped(struct acceptor *acceptor, int64_t *quiet_until)
{
	char message;

	while (read(acceptor->stop[0], &message, 1) == 1) {
		if (message == ACCEPTOR_STOP)
			return true;
		if (*quiet_until == NET_FOREVER)
			*quiet_until = net_deadline(QUIET_MAX_MS);
	}
	return net_now_ms() >= *quiet_until;
}

bool acceptor_run(struct acceptor *acceptor)
{
	struct pollfd pfd[2] = {
	    {.fd = acceptor->listener, .events = POLLIN},
	    {.fd = acceptor->stop[0], .events = POLLIN},
	};
	int64_t quiet_until = NET_FOREVER;
	bool is_well = true;

	while (is_well && !is_stopped(acceptor, &quiet_until)) {
		bool is_ending = quiet_until != NET_FOREVER;
		int ready = poll(pfd, 2, is_ending ? QUIET_MS : -1);

		if (ready == 0)
			break;
		if (ready < 0)
			is_well = errno == EINTR;
		else if (pfd[0].revents != 0)
			is_well = accept_one(acceptor);
		reap(acceptor);
	}
	int saved = errno;
	close(acceptor->listener);
	stop_all(acceptor);
	errno = saved;
	return is_well;
}
