/* descriptors.c - how many a process may have, and closing one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/descriptors.h"
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t count_of(rlim_t limit)
{
	return limit == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit;
}

uint64_t descriptors_raise(uint64_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted; /* nobody says that they are limited */
	uint64_t now = count_of(limit.rlim_cur);
	if (now >= wanted)
		return now;
	limit.rlim_cur =
	    count_of(limit.rlim_max) > wanted ? (rlim_t)wanted : limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? count_of(limit.rlim_cur)
						     : now;
}

void descriptor_give_up(int fd)
{
	int saved = errno;

	if (fd != -1)
		close(fd);
	errno = saved;
}
