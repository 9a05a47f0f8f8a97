/* grow.c - when no memory is left. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/grow.h"
#include <err.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void must_end(const char *what)
{
	/* Never released: exit() is for one thread, and one line is enough. */
	pthread_mutex_lock(&lock);
	errno = ENOMEM;
	err(EXIT_FAILURE, "%s", what);
}
