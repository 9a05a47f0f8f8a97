/* endpoint.c - a host and a port, as users name them and sockets do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/endpoint.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "wire/number.h"

static bool copy_host(const char *from, size_t len, struct net_endpoint *out)
{
	if (len == 0 || len >= sizeof out->host)
		return false;
	memcpy(out->host, from, len);
	out->host[len] = '\0';
	return true;
}

bool net_parse_endpoint(const char *text, struct net_endpoint *out)
{
	struct net_endpoint parsed = *out;
	const char *colon = strrchr(text, ':');
	const char *close = strrchr(text, ']');
	const char *host = text;
	const char *end = text + strlen(text);

	if (text[0] == '[') {
		if (close == NULL || (close[1] != '\0' && close[1] != ':'))
			return false;
		colon = close[1] == ':' ? close + 1 : NULL;
		host = text + 1;
		end = close;
	} else if (colon != NULL && strchr(text, ':') != colon) {
		colon = NULL; /* a bare IPv6 address */
	} else if (colon != NULL) {
		end = colon;
	}
	uint64_t port = parsed.port;
	if (colon != NULL && !number_parse(colon + 1, 1, UINT16_MAX, &port))
		return false;
	bool is_port_alone = end == text && colon != NULL;
	if (!is_port_alone && !copy_host(host, (size_t)(end - host), &parsed))
		return false;
	parsed.port = (uint16_t)port;
	*out = parsed;
	return true;
}

bool net_is_address(const char *text)
{
	char address[NET_HOST_LEN];
	struct in6_addr room;
	size_t len = strcspn(text, "%");
	bool has_zone = text[len] == '%' && text[len + 1] != '\0';

	if (len >= sizeof address || (text[len] != '\0' && !has_zone))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, &room) == 1 ||
	       (!has_zone && inet_pton(AF_INET, address, &room) == 1);
}

/* An IPv4 client of an IPv6 socket is the host it is elsewhere: RFC 4291,
 * 2.5.5.2. */
static void host_unmap(char *host)
{
	static const char mapped[] = "::ffff:";
	size_t len = sizeof mapped - 1;

	if (strncmp(host, mapped, len) == 0 && strchr(host, '.') != NULL)
		memmove(host, host + len, strlen(host + len) + 1);
}

static bool name_print(const struct sockaddr_storage *name, socklen_t len,
    struct net_endpoint *out)
{
	struct net_endpoint end = {.port = 0};
	char port[NET_PORT_LEN];
	uint64_t number;

	if (getnameinfo((const struct sockaddr *)name, len, end.host,
		sizeof end.host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV) != 0 ||
	    !number_parse(port, 0, UINT16_MAX, &number))
		return false;
	host_unmap(end.host);
	end.port = (uint16_t)number;
	*out = end;
	return true;
}

bool net_peer(int fd, struct net_endpoint *out)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof name;

	return getpeername(fd, (struct sockaddr *)&name, &len) == 0 &&
	       name_print(&name, len, out);
}

bool net_local(int fd, struct net_endpoint *out)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof name;

	return getsockname(fd, (struct sockaddr *)&name, &len) == 0 &&
	       name_print(&name, len, out);
}

void net_print(const struct net_endpoint *at, char name[NET_NAME_LEN])
{
	bool has_colon = strchr(at->host, ':') != NULL;

	snprintf(name, NET_NAME_LEN, has_colon ? "[%s]:%u" : "%s:%u", at->host,
	    at->port);
}
