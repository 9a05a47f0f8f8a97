/* stdio.c - the three standard descriptors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/stdio.h"
#include <fcntl.h>
#include <unistd.h>

bool stdio_secure(void)
{
	static const int contrary[] = {
	    [STDIN_FILENO] = O_WRONLY,
	    [STDOUT_FILENO] = O_RDONLY,
	    [STDERR_FILENO] = O_RDONLY,
	};

	/* In this order open() finds just the one that is closed. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (open("/dev/null", contrary[fd]) != fd)
			return false;
	}
	return true;
}
