/* shortage.c - no descriptor is left: refuse who comes, keep who is there. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "server/acceptor.h"
#include "server/log.h"

enum {
	FULL_MS = 20,   /* wait when not even the spare helps */
	SHORT_MS = 200, /* ... and another thread is at it */
};

static int descriptor_open(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void spare_open_locked(struct acceptor *acceptor)
{
	atomic_store(&acceptor->spare, descriptor_open());
}

static void spare_close_locked(struct acceptor *acceptor)
{
	int spare = atomic_exchange(&acceptor->spare, -1); /* before it goes */

	if (spare != -1)
		close(spare);
}

void shortage_end(struct acceptor *acceptor)
{
	pthread_mutex_lock(&acceptor->lock);
	spare_close_locked(acceptor);
	pthread_mutex_unlock(&acceptor->lock);
}

/*
 * Accept who is there, if a pool's thread has not been first; -1 and EAGAIN
 * then.  A pool's door waits in accept: not now.
 */
static int accept_now_locked(struct acceptor *acceptor, struct door *door)
{
	int flags = fcntl(door->fd, F_GETFL);
	struct in6_addr from;

	if (flags == -1 || fcntl(door->fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return -1;
	int fd = door_accept(door, acceptor->service, &from);
	int saved = errno;
	(void)fcntl(door->fd, F_SETFL, flags);
	errno = saved;
	return fd;
}

int acceptor_take(struct acceptor *acceptor, struct door *door)
{
	pthread_mutex_lock(&acceptor->lock);
	int fd = accept_now_locked(acceptor, door);
	int saved = errno;
	pthread_mutex_unlock(&acceptor->lock);
	errno = saved;
	return fd;
}

/* No descriptor is left: give up the spare one to reset who is waiting. */
static void refuse_one(struct acceptor *acceptor, struct door *door,
    enum refusal why)
{
	struct pollfd pfd = {.fd = door->fd, .events = POLLIN};

	if (poll(&pfd, 1, FULL_MS) <= 0)
		return;
	pthread_mutex_lock(&acceptor->lock);
	spare_close_locked(acceptor);
	int fd = accept_now_locked(acceptor, door);
	bool is_one = fd != -1;
	if (is_one)
		net_reset(fd); /* makes room for the spare */
	spare_open_locked(acceptor);
	pthread_mutex_unlock(&acceptor->lock);
	if (is_one)
		workers_refuse(&acceptor->workers, -1, why);
	else
		(void)poll(NULL, 0, FULL_MS);
}

/* One thread is enough: accept fails for all, whether somebody comes or not. */
static void refuse_without_room(struct acceptor *acceptor, struct door *door,
    enum refusal why)
{
	if (atomic_exchange(&door->is_refusing, true)) {
		(void)poll(NULL, 0, SHORT_MS);
		return;
	}
	refuse_one(acceptor, door, why);
	atomic_store(&door->is_refusing, false);
}

/* Somebody else's, such as a firewall's: it may pass. */
static void trouble_tell(struct acceptor *acceptor, int error)
{
	int64_t now_ms = net_now_ms();

	pthread_mutex_lock(&acceptor->lock);
	bool is_time = now_ms >= acceptor->next_trouble_ms;
	if (is_time)
		acceptor->next_trouble_ms = now_ms + WORKERS_MESSAGE_MS;
	pthread_mutex_unlock(&acceptor->lock);
	if (is_time)
		log_trouble(error);
}

bool acceptor_recover(struct acceptor *acceptor, struct door *door, int error)
{
	switch (error) {
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
		atomic_store(&acceptor->error, error);
		workers_tell(&acceptor->workers, ACCEPTOR_FAILED);
		return false;
	case EMFILE:
	case ENFILE:
		refuse_without_room(acceptor, door, REFUSED_DESCRIPTORS);
		return true;
	case ENOBUFS:
	case ENOMEM:
		refuse_without_room(acceptor, door, REFUSED_MEMORY);
		return true;
	case EAGAIN:
	case EINTR:
	case ECONNABORTED: /* it has gone again */
		return true;
	default:
		trouble_tell(acceptor, error);
		(void)poll(NULL, 0, FULL_MS);
		return true;
	}
}

/*
 * A thread that waited in accept may have been given the spare's descriptor
 * before who gave it up could use it.
 */
bool shortage_spares(struct acceptor *acceptor, int fd)
{
	if (atomic_load(&acceptor->spare) != -1)
		return true;
	pthread_mutex_lock(&acceptor->lock);
	if (acceptor->spare == -1)
		spare_open_locked(acceptor);
	bool is_well = acceptor->spare != -1;
	if (!is_well) {
		net_reset(fd);
		spare_open_locked(acceptor);
	}
	pthread_mutex_unlock(&acceptor->lock);
	if (!is_well)
		workers_refuse(&acceptor->workers, -1, REFUSED_DESCRIPTORS);
	return is_well;
}

bool shortage_is_over(struct acceptor *acceptor)
{
	int probe = -1;

	pthread_mutex_lock(&acceptor->lock);
	if (acceptor->spare == -1)
		spare_open_locked(acceptor);
	if (acceptor->spare != -1)
		probe = descriptor_open();
	if (probe != -1)
		close(probe);
	pthread_mutex_unlock(&acceptor->lock);
	return probe != -1;
}

int shortage_poll(struct pollfd *polled, nfds_t count, int timeout_ms)
{
	bool is_long = timeout_ms < 0 || timeout_ms > FULL_MS;
	int ready = poll(polled, count, timeout_ms), sum = 0;

	if (ready != -1 || errno != EINVAL)
		return ready;
	for (nfds_t i = 0; i < count; i++) {
		ready = poll(&polled[i], 1, 0);
		if (ready == -1)
			return -1;
		sum += ready;
	}
	return sum > 0 ? sum : poll(NULL, 0, is_long ? FULL_MS : timeout_ms);
}

bool shortage_begin(struct acceptor *acceptor)
{
	acceptor->spare = -1;
	return shortage_is_over(acceptor);
}
