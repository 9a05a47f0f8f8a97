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

/* On Linux a listener hands it down; elsewhere each gets its own. */
static int limit_sending(int fd)
{
	struct timeval limit = {.tv_sec = SESSION_SEND_MS / NET_MS_PER_S};

	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

int door_prepare(const struct door *door, const struct service *service,
    bool may_wait)
{
	if (fcntl(door->fd, F_SETFL, may_wait ? 0 : O_NONBLOCK) != 0 ||
	    switches_to_listener(&service->switches, door->fd) != 0)
		return -1;
	return limit_sending(door->fd);
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
	(void)limit_sending(fd);
#endif
	switches_to_accepted(&service->switches, fd);
	*from = address_of(&name);
	return fd;
}
