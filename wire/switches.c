/* switches.c - socket options to study, the same for server and client. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/switches.h"
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include "wire/usage.h"

enum {
	KEEPALIVE_MAX_S = 32767, /* the kernel's limit, tcp(7) */
	KEEPALIVE_PROBES = 3,
	BUFFER_MAX = INT_MAX / 2, /* the kernel doubles it */
	FASTOPEN_QUEUE = 256,     /* SYNs with data not yet acknowledged */
};

bool switches_take(int option, const char *argument, struct net_switches *out)
{
	switch ((enum switches_option)option) {
	case SWITCHES_NO_DELAY:
		out->is_no_delay = true;
		return true;
	case SWITCHES_NAGLE:
		out->has_nagle = true;
		return true;
	case SWITCHES_SPLIT_REPLY:
		out->splits_replies = true;
		return true;
	case SWITCHES_QUICKACK:
		out->is_quickack = true;
		return true;
	case SWITCHES_DELAYED_ACK:
		out->delays_ack = true;
		return true;
	case SWITCHES_FASTOPEN:
		out->is_fastopen = true;
		return true;
	case SWITCHES_CORK:
		out->is_corked = true;
		return true;
	case SWITCHES_KEEPALIVE:
		out->keepalive_s = (int)usage_number("--keepalive", argument, 1,
		    KEEPALIVE_MAX_S);
		return true;
	case SWITCHES_LINGER0:
		out->is_linger0 = true;
		return true;
	case SWITCHES_BUFFER:
		out->buffer_len =
		    (int)usage_number("--buffer", argument, 1, BUFFER_MAX);
		return true;
	}
	return false;
}

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

const char *switches_clash(const struct net_switches *switches)
{
	if (switches->is_corked && switches->is_linger0)
		return "--cork and --linger0: a reset takes the FIN's place";
	if (switches->is_no_delay && switches->has_nagle)
		return "--no-delay and --nagle: take one";
	if (switches->is_quickack && switches->delays_ack)
		return "--quickack and --delayed-ack: take one";
	return NULL;
}

#ifdef __linux__
static unsigned fastopen_allowed(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_fastopen", "r");
	unsigned allowed = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%u", &allowed) != 1)
		allowed = 0;
	fclose(file);
	return allowed;
}

const char *switches_doubt(const struct net_switches *switches, bool is_server)
{
	if (!switches->is_fastopen)
		return NULL;
	if (is_server && (fastopen_allowed() & 2) == 0)
		return "--fastopen has no effect: net.ipv4.tcp_fastopen "
		       "lacks 2, for servers";
	if (!is_server && (fastopen_allowed() & 1) == 0)
		return "--fastopen has no effect: net.ipv4.tcp_fastopen "
		       "lacks 1, for clients";
	return NULL;
}
#else
const char *switches_doubt(const struct net_switches *switches, bool is_server)
{
	(void)is_server;
	return switches->is_fastopen ? "--fastopen is not supported here"
				     : NULL;
}
#endif

static int set_keepalive(int fd, int seconds)
{
	if (set(fd, SOL_SOCKET, SO_KEEPALIVE, 1) != 0)
		return -1;
#ifdef TCP_KEEPIDLE
	if (set(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds) != 0)
		return -1;
#elif defined(TCP_KEEPALIVE) /* macOS */
	if (set(fd, IPPROTO_TCP, TCP_KEEPALIVE, seconds) != 0)
		return -1;
#endif
	if (set(fd, IPPROTO_TCP, TCP_KEEPINTVL, seconds) != 0)
		return -1;
	return set(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}

/* Acknowledge at once, or when something else is sent (or 40 ms later). */
static void set_acks(const struct net_switches *switches, int fd)
{
#ifdef TCP_QUICKACK
	if (switches->is_quickack || switches->delays_ack)
		(void)set(fd, IPPROTO_TCP, TCP_QUICKACK, switches->is_quickack);
#else
	(void)switches;
	(void)fd;
#endif
}

/* What both kinds of socket want from their beginning. */
static int set_common(const struct net_switches *switches, int fd)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	int len = switches->buffer_len;

	if (set(fd, IPPROTO_TCP, TCP_NODELAY, !switches->has_nagle) != 0)
		return -1;
	if (switches->keepalive_s != 0 &&
	    set_keepalive(fd, switches->keepalive_s) != 0)
		return -1;
	if (switches->is_linger0 &&
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once))
		return -1;
	if (switches->delays_ack)
		set_acks(switches, fd);
	if (len != 0 && (set(fd, SOL_SOCKET, SO_SNDBUF, len) != 0 ||
			    set(fd, SOL_SOCKET, SO_RCVBUF, len) != 0))
		return -1;
	return 0;
}

int switches_to_listener(const struct net_switches *switches, int fd)
{
#ifdef TCP_FASTOPEN
	if (switches->is_fastopen &&
	    set(fd, IPPROTO_TCP, TCP_FASTOPEN, FASTOPEN_QUEUE) != 0)
		return -1;
#endif
	return set_common(switches, fd);
}

int switches_to_caller(const struct net_switches *switches, int fd)
{
#ifdef TCP_FASTOPEN_CONNECT
	if (switches->is_fastopen &&
	    set(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1) != 0)
		return -1;
#endif
	return set_common(switches, fd);
}

void switches_to_accepted(const struct net_switches *switches, int fd)
{
#ifndef __linux__ /* which hands them all down */
	if (set_common(switches, fd) != 0)
		return; /* the peer has gone: the next call says so */
#endif
	switches_after_read(switches, fd);
}

void switches_after_read(const struct net_switches *switches, int fd)
{
	set_acks(switches, fd);
}
