/* net.c - TCP sockets with deadlines. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/net.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "wire/descriptors.h"

#ifndef MSG_NOSIGNAL /* macOS has a socket option instead */
#define MSG_NOSIGNAL 0
#endif
#ifndef MSG_MORE /* more is to come: Linux alone */
#define MSG_MORE 0
#endif

enum { PATIENCE_MS = 250 };

int64_t net_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NET_MS_PER_S + now.tv_nsec / NET_NS_PER_MS;
}

int64_t net_lately_ms(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * NET_MS_PER_S + now.tv_nsec / NET_NS_PER_MS;
#else
	return net_now_ms();
#endif
}

int64_t net_deadline(int64_t ms)
{
	return ms == NET_FOREVER ? NET_FOREVER : net_now_ms() + ms;
}

/* True once fd is ready (or broken: the next call on it says how). */
static bool wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = -1;

		if (deadline != NET_FOREVER) {
			left = deadline - net_now_ms();
			left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
		}
		int ready = poll(&pfd, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready == 0 && net_now_ms() >= deadline) {
			errno = ETIMEDOUT;
			return false;
		}
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

bool net_wait(int fd, short events, int64_t deadline,
    const struct net_patience *patience)
{
	while (patience != NULL) {
		int64_t soon = net_deadline(PATIENCE_MS);

		if (!patience->lasts(patience->context)) {
			errno = ECANCELED;
			return false;
		}
		if (deadline <= soon)
			break;
		if (wait_for(fd, events, soon))
			return true;
		if (errno != ETIMEDOUT)
			return false;
	}
	return wait_for(fd, events, deadline);
}

static struct addrinfo *resolve(const struct net_endpoint *at, int flags)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
	struct addrinfo *list;
	char port[NET_PORT_LEN];

	snprintf(port, sizeof port, "%u", at->port);
	int why = getaddrinfo(at->host, port, &hints, &list);
	if (why == 0)
		return list;
	if (why == EAI_AGAIN)
		errno = EAGAIN;
	else if (why == EAI_MEMORY)
		errno = ENOMEM;
	else if (why != EAI_SYSTEM || errno == 0)
		errno = ENOENT;
	return NULL;
}

/* Options every stream wants; a socket without them still works. */
static void set_option(int fd, int level, int name, int value)
{
	(void)setsockopt(fd, level, name, &value, sizeof value);
}

static bool prepare(int fd)
{
#ifdef SO_NOSIGPIPE
	set_option(fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
	       fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

static int give_up(int fd)
{
	descriptor_give_up(fd);
	return -1;
}

/* A socket that is close-on-exec and non-blocking. */
static int stream_socket(const struct addrinfo *where)
{
#ifdef SOCK_NONBLOCK
	return socket(where->ai_family,
	    where->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
	int fd = socket(where->ai_family, where->ai_socktype, 0);

	return fd == -1 || prepare(fd) ? fd : give_up(fd);
#endif
}

static int listen_at(const struct addrinfo *where, int backlog)
{
	int fd = stream_socket(where);

	if (fd == -1)
		return -1;
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (where->ai_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (bind(fd, where->ai_addr, where->ai_addrlen) != 0 ||
	    listen(fd, backlog) != 0)
		return give_up(fd);
	return fd;
}

int net_listen(const struct net_endpoint *at, int backlog)
{
	struct addrinfo *list = resolve(at, AI_PASSIVE | AI_NUMERICHOST);

	if (list == NULL) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	int fd = listen_at(list, backlog);
	int saved = errno;
	freeaddrinfo(list);
	errno = saved;
	return fd;
}

uint16_t net_port(int fd)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof name;

	if (getsockname(fd, (struct sockaddr *)&name, &len) != 0)
		return 0;
	if (name.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
	return ntohs(((struct sockaddr_in *)&name)->sin_port);
}

/* Has the connect that was under way on fd come to a good end? */
static bool is_connected(int fd, int64_t deadline,
    const struct net_patience *patience)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (!net_wait(fd, POLLOUT, deadline, patience) ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return false;
	errno = error;
	return error == 0;
}

/* Bind fd to an address, and leave its port to connect. */
static bool leave_from(int fd, const char *source)
{
	struct net_endpoint from = {.port = 0};

	snprintf(from.host, sizeof from.host, "%s", source);
	struct addrinfo *list = resolve(&from, AI_PASSIVE | AI_NUMERICHOST);
	if (list == NULL) {
		errno = EADDRNOTAVAIL;
		return false;
	}
#ifdef IP_BIND_ADDRESS_NO_PORT
	set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
#endif
	bool is_bound = bind(fd, list->ai_addr, list->ai_addrlen) == 0;
	int saved = errno;
	freeaddrinfo(list);
	errno = saved;
	return is_bound;
}

/* A refusal is another error: this one was connected for a moment. */
static bool is_taken_reset(const struct net_route *route)
{
	if (errno != ECONNRESET || route->was_reset == NULL)
		return false;
	*route->was_reset = true;
	return true;
}

static int connect_to(const struct addrinfo *where,
    const struct net_route *route, int64_t deadline)
{
	int fd = stream_socket(where);

	if (fd == -1 || switches_to_caller(&route->switches, fd) != 0 ||
	    (route->source != NULL && !leave_from(fd, route->source)))
		return give_up(fd);
	if (connect(fd, where->ai_addr, where->ai_addrlen) == 0)
		return fd;
	if ((errno == EINPROGRESS || errno == EINTR) &&
	    (is_connected(fd, deadline, route->patience) ||
		is_taken_reset(route)))
		return fd;
	return give_up(fd);
}

/* When to give this address up, so that those after it get as much time. */
static int64_t share(const struct addrinfo *a, int64_t deadline)
{
	int64_t count = 0, now_ms = net_now_ms();

	if (deadline == NET_FOREVER || deadline <= now_ms)
		return deadline;
	for (; a != NULL; a = a->ai_next)
		count++;
	return now_ms + (deadline - now_ms) / count;
}

int net_connect_by(const struct net_route *route, const struct net_endpoint *to,
    int64_t deadline)
{
	struct addrinfo *list = resolve(to, 0);
	int fd = -1;

	for (struct addrinfo *a = list; a != NULL && fd == -1; a = a->ai_next) {
		fd = connect_to(a, route, share(a, deadline));
		if (fd == -1 && errno == ECANCELED)
			break;
	}
	int saved = errno;
	if (list != NULL)
		freeaddrinfo(list);
	errno = saved;
	return fd;
}

int net_connect(const struct net_endpoint *to, int64_t deadline)
{
	static const struct net_route usual = {.source = NULL};

	return net_connect_by(&usual, to, deadline);
}

int net_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd == -1)
		return -1;
	if (!prepare(fd))
		return give_up(fd);
#ifndef __linux__ /* where the listener's are inherited */
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
#endif
	return fd;
}

static bool is_transient(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

ssize_t net_read(int fd, uint8_t *buf, size_t len, int64_t deadline)
{
	for (;;) {
		ssize_t got = recv(fd, buf, len, MSG_DONTWAIT);

		if (got >= 0 || !is_transient(errno))
			return got;
		if (!wait_for(fd, POLLIN, deadline))
			return -1;
	}
}

/* Waits here alone, and not in send, where a socket may have its own limit. */
static bool write_all(int fd, const uint8_t *buf, size_t len, int flags,
    int64_t deadline)
{
	flags |= MSG_NOSIGNAL | MSG_DONTWAIT;
	while (len > 0) {
		ssize_t sent = send(fd, buf, len, flags);

		if (sent >= 0) {
			buf += sent;
			len -= (size_t)sent;
		} else if (!is_transient(errno) ||
			   !wait_for(fd, POLLOUT, deadline)) {
			return false;
		}
	}
	return true;
}

bool net_write(int fd, const uint8_t *buf, size_t len, int64_t deadline)
{
	return write_all(fd, buf, len, 0, deadline);
}

ssize_t net_read_within(int fd, uint8_t *buf, size_t len, int64_t ms)
{
	ssize_t got = recv(fd, buf, len, 0);

	if (got >= 0 || errno == EINTR || !is_transient(errno))
		return got;
	return net_read(fd, buf, len, net_deadline(ms));
}

bool net_write_within(int fd, const uint8_t *buf, size_t len, int64_t ms)
{
	int64_t deadline =
	    ms == NET_FOREVER ? NET_FOREVER : net_lately_ms() + ms;
	ssize_t sent = send(fd, buf, len, MSG_NOSIGNAL);

	if (sent < 0 && !is_transient(errno))
		return false;
	size_t done = sent < 0 ? 0 : (size_t)sent;
	if (done == len)
		return true;
	/* A signal has come, its own limit was reached, or it does not wait. */
	if (net_lately_ms() >= deadline) {
		errno = ETIMEDOUT;
		return false;
	}
	return net_write(fd, buf + done, len - done, deadline);
}

void net_reset(int fd)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(fd);
}

bool net_write_last(int fd, const uint8_t *buf, size_t len, int64_t deadline)
{
	return write_all(fd, buf, len, MSG_MORE, deadline) &&
	       shutdown(fd, SHUT_WR) == 0;
}
