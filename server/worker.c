/* worker.c - threads that serve connections. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/worker.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "server/acceptor.h"
#include "server/log.h"

enum {
	STACK_LEN = 64 * 1024, /* what a session needs, with room to spare */
	GRACE_MS = 1000,       /* for replies under way when stopping */
	ROOM_MS = 50,          /* for who has closed to be seen closing */
	PATIENCE_MS = 1000,    /* after such a wait in vain, none for so long */
	WAKE_MS = 10,          /* between calls to those that wait in accept */
};

/* Waits end on a clock nobody sets, where a condition can wait on it. */
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0
#define HAS_CLOCK_SELECTION 1
#define WAIT_CLOCK CLOCK_MONOTONIC
#else
#define HAS_CLOCK_SELECTION 0
#define WAIT_CLOCK CLOCK_REALTIME
#endif

static int condition_init(pthread_cond_t *has_changed)
{
	pthread_condattr_t attr;
	int error = pthread_condattr_init(&attr);

	if (error != 0)
		return error;
#if HAS_CLOCK_SELECTION
	error = pthread_condattr_setclock(&attr, WAIT_CLOCK);
#endif
	if (error == 0)
		error = pthread_cond_init(has_changed, &attr);
	pthread_condattr_destroy(&attr);
	return error;
}

static uint64_t processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? (uint64_t)count : UINT64_MAX;
}

int workers_init(struct workers *workers, struct service *service,
    const struct worker_limits *limits, int tell_fd)
{
	memset(workers, 0, sizeof *workers);
	workers->service = service;
	workers->max_connections = limits->connections;
	workers->processors = processors();
	workers->tell_fd = tell_fd;
	int error = census_init(&workers->census, limits->per_address);
	if (error != 0)
		return error;
	error = pthread_mutex_init(&workers->lock, NULL);
	if (error == 0) {
		error = condition_init(&workers->has_changed);
		if (error != 0)
			pthread_mutex_destroy(&workers->lock);
	}
	if (error != 0)
		census_destroy(&workers->census);
	return error;
}

void workers_destroy(struct workers *workers)
{
	pthread_cond_destroy(&workers->has_changed);
	pthread_mutex_destroy(&workers->lock);
	census_destroy(&workers->census);
}

void workers_tell(struct workers *workers, unsigned message)
{
	atomic_fetch_or(&workers->told, message);
	ssize_t sent = write(workers->tell_fd, "", 1);

	(void)sent; /* a full pipe wakes the main thread as well */
}

static void live_add_locked(struct workers *workers, struct worker *worker)
{
	worker->next = workers->live;
	if (workers->live != NULL)
		workers->live->previous = worker;
	workers->live = worker;
	workers->tally.threads++;
	workers->slots++;
	worker->has_slot = true;
}

static void slot_give_up_locked(struct worker *worker)
{
	worker->workers->slots -= worker->has_slot;
	worker->has_slot = false;
	pthread_cond_signal(&worker->workers->has_changed);
}

static void live_remove_locked(struct workers *workers, struct worker *worker)
{
	if (worker->previous != NULL)
		worker->previous->next = worker->next;
	else
		workers->live = worker->next;
	if (worker->next != NULL)
		worker->next->previous = worker->previous;
	worker->previous = worker->next = NULL;
	workers->tally.threads--;
	slot_give_up_locked(worker);
}

static void worker_free(struct worker *worker)
{
	free(worker->session);
	free(worker);
}

int worker_start(struct workers *workers, const struct worker_task *task)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (worker == NULL)
		return ENOMEM;
	worker->workers = workers;
	worker->door = task->door;
	worker->accepts = task->accepts;
	worker->from = task->from;
	worker->session = session_new(workers->service);
	if (worker->session == NULL) {
		free(worker);
		return ENOMEM;
	}
	worker->session->fd = task->fd;
	/* Locked until thread is known: who wakes or stops all needs it. */
	pthread_mutex_lock(&workers->lock);
	live_add_locked(workers, worker);
	int error = thread_start(&worker->thread, STACK_LEN, task->run, worker);
	if (error != 0)
		live_remove_locked(workers, worker);
	pthread_mutex_unlock(&workers->lock);
	if (error != 0)
		worker_free(worker);
	return error;
}

static void tally_add(struct tally *tally, const struct session *session)
{
	tally->commands += session->commands;
	tally->refused += session->refused;
	tally->foreign += session->foreign;
}

static void serving_count_locked(struct workers *workers, uint64_t serving)
{
	bool is_crowded = serving > workers->processors;

	workers->tally.serving = serving;
	if (workers->service->is_crowded != is_crowded)
		workers->service->is_crowded = is_crowded;
}

static void serving_begin(struct worker *worker)
{
	struct workers *workers = worker->workers;

	pthread_mutex_lock(&workers->lock);
	worker->is_serving = true;
	atomic_store(&worker->is_leaving, false);
	serving_count_locked(workers, workers->tally.serving + 1);
	workers->tally.begun++;
	pthread_mutex_unlock(&workers->lock);
}

static void serving_end(struct worker *worker)
{
	struct workers *workers = worker->workers;
	const struct session *session = worker->session;
	struct tally *tally = &workers->tally;

	pthread_mutex_lock(&workers->lock);
	worker->is_serving = false;
	if (!worker->accepts)
		slot_give_up_locked(worker);
	tally->connections += atomic_load(&session->is_served);
	tally->turned_away += session->is_turned_away;
	tally_add(tally, session);
	serving_count_locked(workers, tally->serving - 1);
	pthread_mutex_unlock(&workers->lock);
}

void worker_serve(struct worker *worker, int fd, struct room *room)
{
	struct workers *workers = worker->workers;
	struct session *session = worker->session;

	session_open(session, fd, room);
	serving_begin(worker);
	session->service->version->serve(session);
	atomic_store(&worker->is_leaving, true);
	if (session->saw_the_end)
		workers_tell(workers, ACCEPTOR_GAMES);
	bool is_unanswered = session_is_unanswered(session);
	if (!is_unanswered)
		session_hang_up(session);
	/* Who sees the end may be back at once: be ready before it. */
	serving_end(worker);
	census_leave(&workers->census, &worker->from);
	if (is_unanswered)
		net_reset(fd); /* a FIN would be an answer */
	else
		close(fd);
	if (session->service->is_verbose)
		log_session(session);
}

static void join(struct worker *done)
{
	if (done == NULL)
		return;
	pthread_join(done->thread, NULL);
	worker_free(done);
}

/* The thread is over: leave it to the next one, and join the last one. */
void worker_end(struct worker *worker)
{
	struct workers *workers = worker->workers;

	pthread_mutex_lock(&workers->lock);
	struct worker *last = workers->done;
	workers->done = worker;
	live_remove_locked(workers, worker);
	pthread_mutex_unlock(&workers->lock);
	join(last);
}

void workers_reap(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	struct worker *last = workers->done;
	workers->done = NULL;
	pthread_mutex_unlock(&workers->lock);
	join(last);
}

static struct timespec until(int64_t ms)
{
	struct timespec at;

	clock_gettime(WAIT_CLOCK, &at);
	at.tv_sec += (time_t)(ms / NET_MS_PER_S);
	at.tv_nsec += (long)(ms % NET_MS_PER_S) * NET_NS_PER_MS;
	if (at.tv_nsec >= (long)NET_MS_PER_S * NET_NS_PER_MS) {
		at.tv_nsec -= (long)NET_MS_PER_S * NET_NS_PER_MS;
		at.tv_sec++;
	}
	return at;
}

/* Wake who waits for a command or in accept; without grace, end all. */
static void disturb_locked(struct workers *workers, bool has_grace)
{
	for (struct worker *w = workers->live; w != NULL; w = w->next) {
		bool waits =
		    w->is_serving ? !atomic_load(&w->is_leaving) : w->accepts;

		if (w->is_serving && !has_grace)
			shutdown(w->session->fd, SHUT_RDWR);
		else if (waits)
			pthread_kill(w->thread, ACCEPTOR_WAKE_SIGNAL);
	}
}

/*
 * First nobody reads another command, and who takes its last reply and leaves
 * has time to do so; then everything ends.  A thread that then waits for
 * whoever reads stderr keeps us waiting, until a second signal ends the
 * process.
 */
void workers_stop(struct workers *workers)
{
	int64_t grace_ends = net_deadline(GRACE_MS);

	atomic_store(&workers->service->is_stopping, true);
	pthread_mutex_lock(&workers->lock);
	while (workers->live != NULL) {
		bool has_grace = net_now_ms() < grace_ends;
		struct timespec soon = until(WAKE_MS);

		disturb_locked(workers, has_grace);
		(void)pthread_cond_timedwait(&workers->has_changed,
		    &workers->lock, &soon);
	}
	pthread_mutex_unlock(&workers->lock);
	workers_reap(workers);
	for (unsigned why = 0; why < REFUSALS; why++) {
		if (workers->untold[why] > 0)
			log_refusal((enum refusal)why, workers->untold[why]);
		workers->untold[why] = 0;
	}
}

void workers_refuse(struct workers *workers, int fd, enum refusal why)
{
	int64_t now_ms = net_now_ms();

	if (fd != -1)
		net_reset(fd); /* a FIN would be an answer */
	pthread_mutex_lock(&workers->lock);
	workers->tally.turned_away++;
	uint64_t count = ++workers->untold[why];
	bool is_time = now_ms >= workers->next_message_ms[why];
	if (is_time) {
		workers->untold[why] = 0;
		workers->next_message_ms[why] = now_ms + WORKERS_MESSAGE_MS;
	}
	pthread_mutex_unlock(&workers->lock);
	if (is_time)
		log_refusal(why, count);
}

/* Threads that are ending may wait for who reads stderr: not too many. */
static bool has_room_locked(const struct workers *workers)
{
	uint64_t ending = workers->tally.threads - workers->slots;

	return workers->slots < workers->max_connections &&
	       ending <= workers->max_connections;
}

bool workers_have_room(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	bool has_room = has_room_locked(workers);
	pthread_mutex_unlock(&workers->lock);
	return has_room;
}

bool workers_await_room(struct workers *workers)
{
	struct timespec end = until(ROOM_MS);
	int error = 0;

	pthread_mutex_lock(&workers->lock);
	if (net_now_ms() < workers->next_patience_ms)
		error = ETIMEDOUT;
	while (!has_room_locked(workers) && error == 0)
		error = pthread_cond_timedwait(&workers->has_changed,
		    &workers->lock, &end);
	bool has_room = has_room_locked(workers);
	if (!has_room && net_now_ms() >= workers->next_patience_ms)
		workers->next_patience_ms = net_deadline(PATIENCE_MS);
	pthread_mutex_unlock(&workers->lock);
	return has_room;
}

struct tally workers_tally(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	struct tally tally = workers->tally;
	for (struct worker *w = workers->live; w != NULL; w = w->next) {
		if (!w->is_serving)
			continue;
		tally.connections += atomic_load(&w->session->is_served);
		tally_add(&tally, w->session);
	}
	pthread_mutex_unlock(&workers->lock);
	return tally;
}
