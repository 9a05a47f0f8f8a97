/* door.c - where connections come in, and what they bring with them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __linux__
#define _GNU_SOURCE /* accept4 */
#endif
#include "server/door.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { US_PER_MS = 1000 };

static int set_limit(int fd, int name, int64_t ms)
{
	struct timeval limit = {
	    .tv_sec = (time_t)(ms / NET_MS_PER_S),
	    .tv_usec = (suseconds_t)(ms % NET_MS_PER_S * US_PER_MS),
	};

	return setsockopt(fd, SOL_SOCKET, name, &limit, sizeof limit);
}

/* On Linux a listener hands all this down; elsewhere each gets its own. */
static int equip(int fd, const struct service *service)
{
	if (set_limit(fd, SO_RCVTIMEO, service->idle_ms) != 0 ||
	    set_limit(fd, SO_SNDTIMEO, SESSION_SEND_MS) != 0)
		return -1;
	return 0;
}

int door_prepare(const struct door *door, const struct service *service,
    bool may_wait)
{
	if (fcntl(door->fd, F_SETFL, may_wait ? 0 : O_NONBLOCK) != 0 ||
	    switches_to_listener(&service->switches, door->fd) != 0)
		return -1;
	return equip(door->fd, service);
}

static struct in6_addr address_of(const struct sockaddr_storage *name)
{
	struct in6_addr address = {.s6_addr = {[10] = 0xFF, [11] = 0xFF}};

	if (name->ss_family == AF_INET6)
		return ((const struct sockaddr_in6 *)name)->sin6_addr;
	if (name->ss_family == AF_INET)
		memcpy(&address.s6_addr[12],
		    &((const struct sockaddr_in *)name)->sin_addr, 4);
	return address;
}

static int accept_plain(int listener, struct sockaddr_storage *name)
{
	socklen_t len = sizeof *name;

#ifdef __linux__
	return accept4(listener, (struct sockaddr *)name, &len, SOCK_CLOEXEC);
#else
	int fd = accept(listener, (struct sockaddr *)name, &len);

	if (fd != -1) {
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		(void)fcntl(fd, F_SETFL, 0);
	}
	return fd;
#endif
}

int door_accept(const struct door *door, const struct service *service,
    struct in6_addr *from)
{
	struct sockaddr_storage name;

	name.ss_family = AF_UNSPEC;
	int fd = accept_plain(door->fd, &name);
	if (fd == -1)
		return -1;
#ifndef __linux__
	(void)equip(fd, service);
#endif
	switches_to_accepted(&service->switches, fd);
	*from = address_of(&name);
	return fd;
}
