/* pool.c - threads that accept for themselves. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/acceptor.h"
#include <errno.h>

enum {
	CROWDED_MS = 20,  /* between looks at a door where nobody waits */
	SHRINK_MS = 1000, /* between looks at a pool that has grown */
};

/*
 * What a door can be in, and what comes next:
 *
 *   threads wait in accept      nothing to do; more than the plan's, and
 *                               pool_adapt lets some go (too_many), each
 *                               SHRINK_MS
 *   none waits (is_crowding)    the last to leave accept tells the main
 *                               thread, which looks a moment later
 *   ... all took others since   busy, not stuck: pool_adapt looks again, after
 *                               CROWDED_MS
 *   ... and it can grow         twice as many threads
 *   ... and cannot (is_crowded) the main thread polls the door and refuses who
 *                               comes, until somebody waits
 */

/* There are too many of us: is it me who goes? */
static bool is_let_go(struct door *door)
{
	unsigned too_many = atomic_load(&door->too_many);

	while (too_many > 0) {
		if (atomic_compare_exchange_weak(&door->too_many, &too_many,
			too_many - 1))
			return true;
	}
	return false;
}

/* Who leaves nobody behind in accept says so, once for a crowd. */
static void left_accept(struct acceptor *acceptor, struct door *door)
{
	if (atomic_fetch_sub(&door->waiting, 1) == 1 &&
	    !atomic_exchange(&door->is_crowding, true))
		workers_tell(&acceptor->workers, ACCEPTOR_CROWD);
}

/*
 * The door did not wait: for a moment, acceptor_take, or by the doing of
 * another process that has it, too.  False with errno if one has to look up.
 */
static bool wait_outside(const struct door *door)
{
	struct pollfd pfd = {.fd = door->fd, .events = POLLIN};

	return poll(&pfd, 1, -1) >= 0;
}

/* Wait at the door: who comes, or -1 with errno if one has to look up. */
static int wait_there(struct worker *worker)
{
	struct service *service = worker->workers->service;
	struct door *door = worker->door;
	int fd;

	atomic_fetch_add(&door->waiting, 1);
	do
		fd = door_accept(door, service, &worker->from);
	while (fd == -1 && errno == EAGAIN &&
	       !atomic_load(&service->is_stopping) &&
	       atomic_load(&door->too_many) == 0 && wait_outside(door));
	int saved = errno;
	left_accept(worker->workers->acceptor, door);
	errno = saved;
	return fd;
}

static bool take(struct acceptor *acceptor, struct worker *worker, int fd)
{
	atomic_fetch_add(&worker->door->accepted, 1);
	return acceptor_admit(acceptor, fd, &worker->from);
}

/*
 * A connection wakes one of us before its command is there.  Who then pushed
 * the client off the processor would only wait for it to come back.
 */
static void consider_clients(const struct service *service)
{
	if (service->version == &oneshot)
		thread_wait_its_turn();
}

static void *pool_main(void *context)
{
	struct worker *worker = context;
	struct acceptor *acceptor = worker->workers->acceptor;
	struct service *service = acceptor->service;
	struct door *door = worker->door;
	bool is_well = true;

	consider_clients(service);
	while (is_well && !atomic_load(&service->is_stopping) &&
	       !is_let_go(door)) {
		int fd = wait_there(worker);

		if (fd == -1)
			is_well = acceptor_recover(acceptor, door, errno);
		else if (take(acceptor, worker, fd))
			worker_serve(worker, fd, door->room);
	}
	atomic_fetch_sub(&door->threads, 1);
	worker_end(worker);
	return NULL;
}

static int thread_add(struct acceptor *acceptor, struct door *door)
{
	struct worker_task task = {
	    .run = pool_main,
	    .door = door,
	    .accepts = true,
	    .fd = -1,
	};

	atomic_fetch_add(&door->threads, 1);
	int error = worker_start(&acceptor->workers, &task);
	if (error != 0)
		atomic_fetch_sub(&door->threads, 1);
	return error;
}

int pool_start(struct acceptor *acceptor)
{
	for (uint32_t i = 0; i < acceptor->door_count; i++) {
		for (unsigned n = 0; n < acceptor->plan.pool; n++) {
			int error = thread_add(acceptor, &acceptor->doors[i]);
			if (error != 0)
				return error;
		}
	}
	return 0;
}

/*
 * Twice as many, or as many as there may be.  Where descriptors lack, they
 * could not accept either.
 */
static bool grow(struct acceptor *acceptor, struct door *door)
{
	unsigned more = atomic_load(&door->threads) + 1, added = 0;

	if (!shortage_is_over(acceptor))
		return false;

	while (added < more && workers_have_room(&acceptor->workers) &&
	       thread_add(acceptor, door) == 0)
		added++;
	return added > 0;
}

static void shrink(struct acceptor *acceptor, struct door *door)
{
	unsigned keep = acceptor->plan.pool;
	unsigned threads = atomic_load(&door->threads);
	unsigned waiting = atomic_load(&door->waiting);
	unsigned idle = waiting > keep ? (waiting - keep + 1) / 2 : 0;

	if (threads <= keep)
		idle = 0;
	else if (idle > threads - keep)
		idle = threads - keep;
	atomic_store(&door->too_many, idle);
	if (idle > 0)
		workers_wake(&acceptor->workers, door, idle);
}

void pool_look(struct acceptor *acceptor)
{
	for (uint32_t i = 0; i < acceptor->door_count; i++) {
		struct door *door = &acceptor->doors[i];

		door->seen = atomic_load(&door->accepted);
	}
}

/*
 * All are busy, but none for long: each has taken another connection since
 * the last look.  More threads would only be in each other's way.
 */
static bool is_moving(struct door *door)
{
	unsigned taken = atomic_load(&door->accepted) - door->seen;

	return taken >= atomic_load(&door->threads);
}

int64_t pool_adapt(struct acceptor *acceptor)
{
	int64_t again_ms = 0;

	for (uint32_t i = 0; i < acceptor->door_count; i++) {
		struct door *door = &acceptor->doors[i];

		atomic_store(&door->is_crowding, false);
		bool is_crowd = atomic_load(&door->waiting) == 0;
		bool is_busy = is_crowd && is_moving(door);
		if (is_crowd) /* nobody shall go now */
			atomic_store(&door->too_many, 0);
		else
			shrink(acceptor, door);
		door->is_crowded =
		    is_crowd && !is_busy && !grow(acceptor, door);
		if (is_busy) /* nobody need tell: we look again */
			atomic_store(&door->is_crowding, true);
		if (door->is_crowded || is_busy)
			again_ms = CROWDED_MS;
		else if (again_ms == 0 &&
			 atomic_load(&door->threads) > acceptor->plan.pool)
			again_ms = SHRINK_MS;
	}
	pool_look(acceptor);
	return again_ms == 0 ? NET_FOREVER : net_deadline(again_ms);
}

void pool_refuse(struct acceptor *acceptor, struct door *door)
{
	struct workers *workers = &acceptor->workers;

	if (atomic_load(&door->waiting) > 0) {
		door->is_crowded = false;
		return;
	}
	int fd = acceptor_take(acceptor, door);
	if (fd == -1)
		acceptor_recover(acceptor, door, errno); /* it tells us */
	else if (!workers_have_room(workers))
		workers_refuse(workers, fd, REFUSED_CONNECTIONS);
	else if (shortage_is_over(acceptor))
		workers_refuse(workers, fd, REFUSED_THREADS);
	else
		workers_refuse(workers, fd, REFUSED_DESCRIPTORS);
}

static void serve_all(struct worker *worker, const struct pollfd *polled)
{
	struct acceptor *acceptor = worker->workers->acceptor;

	for (uint32_t i = 0; i < acceptor->door_count; i++) {
		struct door *door = &acceptor->doors[i];

		if (polled[i].revents == 0)
			continue;
		int fd = door_accept(door, acceptor->service, &worker->from);
		if (fd == -1)
			acceptor_recover(acceptor, door, errno);
		else if (acceptor_admit(acceptor, fd, &worker->from))
			worker_serve(worker, fd, door->room);
	}
}

/* One after the other.  The main thread looks at no door meanwhile. */
static void *iterative_main(void *context)
{
	struct worker *worker = context;
	struct acceptor *acceptor = worker->workers->acceptor;
	struct pollfd *polled = acceptor->polled;
	bool is_well = true;

	for (uint32_t i = 0; i < acceptor->door_count; i++)
		polled[i] = (struct pollfd){.fd = acceptor->doors[i].fd,
		    .events = POLLIN};
	while (is_well && !atomic_load(&acceptor->service->is_stopping)) {
		int ready = shortage_poll(polled, acceptor->door_count, -1);

		if (ready > 0)
			serve_all(worker, polled);
		else if (ready < 0 && errno != EINTR)
			is_well =
			    acceptor_recover(acceptor, worker->door, errno);
	}
	worker_end(worker);
	return NULL;
}

int iterative_start(struct acceptor *acceptor)
{
	struct worker_task task = {
	    .run = iterative_main,
	    .door = acceptor->doors,
	    .accepts = true,
	    .fd = -1,
	};

	return worker_start(&acceptor->workers, &task);
}
