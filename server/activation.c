/* activation.c - listening sockets handed over by systemd. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/activation.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "wire/number.h"

bool activation_count(uint32_t *out)
{
	const char *whose = getenv("LISTEN_PID"), *many = getenv("LISTEN_FDS");
	uint64_t pid, count = 0;
	bool is_ours = whose != NULL && many != NULL &&
		       number_parse(whose, 0, INT32_MAX, &pid) &&
		       pid == (uint64_t)getpid();
	bool is_sound =
	    !is_ours || number_parse(many, 0, ACTIVATION_MAX, &count);

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	for (uint32_t i = 0; i < count; i++)
		(void)fcntl(ACTIVATION_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC);
	*out = (uint32_t)count;
	return is_sound;
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
