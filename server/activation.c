/* activation.c - listening sockets handed over by systemd. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/activation.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "wire/number.h"

enum { COUNT_MAX = 1000 };

static bool environment_number(const char *name, uint64_t max, uint64_t *out)
{
	const char *text = getenv(name);

	return text != NULL && number_parse(text, 0, max, out);
}

uint32_t activation_count(void)
{
	uint64_t pid, count;
	bool is_ours = environment_number("LISTEN_PID", INT32_MAX, &pid) &&
		       pid == (uint64_t)getpid() &&
		       environment_number("LISTEN_FDS", COUNT_MAX, &count);

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (!is_ours)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		(void)fcntl(ACTIVATION_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC);
	return (uint32_t)count;
}

static bool option_is(int fd, int name, int wanted)
{
	int value = 0;
	socklen_t len = sizeof value;

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 &&
	       value == wanted;
}

bool activation_is_listener(int fd)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof name;

	return option_is(fd, SO_TYPE, SOCK_STREAM) &&
	       option_is(fd, SO_ACCEPTCONN, 1) &&
	       getsockname(fd, (struct sockaddr *)&name, &len) == 0 &&
	       (name.ss_family == AF_INET || name.ss_family == AF_INET6);
}
