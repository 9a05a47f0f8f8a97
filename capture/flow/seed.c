/* seed.c - a number that nobody outside can foresee, for hash tables. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/seed.h"
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

uint64_t seed_new(void)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	struct timespec now = {0};
	uint64_t seed = 0;
	ssize_t n = fd == -1 ? -1 : read(fd, &seed, sizeof(seed));

	if (fd != -1)
		close(fd);
	if (n == (ssize_t)sizeof(seed))
		return seed;
	/* No such device, as in some jails: harder to foresee than nothing. */
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^
	       (uint64_t)getpid() << 16;
}
