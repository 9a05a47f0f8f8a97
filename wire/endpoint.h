/* endpoint.h - a host and a port, as users name them and sockets do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_ENDPOINT_H
#define WIRE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

enum {
	NET_HOST_LEN = 256,              /* a host name, with its NUL */
	NET_PORT_LEN = 6,                /* a port, with its NUL */
	NET_NAME_LEN = NET_HOST_LEN + 8, /* "[address]:port", with its NUL */
};

/* A host and a port as a user names them. */
struct net_endpoint {
	char host[NET_HOST_LEN];
	uint16_t port;
};

/*
 * Parse "HOST", "HOST:PORT", ":PORT", "[IPV6]", "[IPV6]:PORT" or a bare IPv6
 * address.  What text does not name is left alone in out.  False if text is
 * none of these.
 */
bool net_parse_endpoint(const char *text, struct net_endpoint *out) MUST_CHECK;

/* Is text a numeric IPv4 or IPv6 address?  The latter may have a %zone. */
bool net_is_address(const char *text) MUST_CHECK;

/*
 * The other end, in numbers.  False when there is none any more.  An IPv4 host
 * is named as such on an IPv6 socket, too.
 */
bool net_peer(int fd, struct net_endpoint *out) MUST_CHECK;

/* This end, likewise. */
bool net_local(int fd, struct net_endpoint *out) MUST_CHECK;

/* "address:port" or "[address]:port", for a person. */
void net_print(const struct net_endpoint *at, char name[NET_NAME_LEN]);

#endif
