/* thread.c - threads with a small stack of known size. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __linux__
#define _GNU_SOURCE /* SCHED_BATCH */
#endif
#include "wire/thread.h"
#include <sched.h>
#include <unistd.h>

/*
 * The system takes its share of a stack (thread-local storage, more with a
 * sanitizer) before the thread gets ours.
 */
static size_t whole_stack(size_t stack_len)
{
	long least = sysconf(_SC_THREAD_STACK_MIN);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = stack_len + (least > 0 ? (size_t)least : 0);

	return (len + page - 1) / page * page;
}

int thread_start(pthread_t *thread, size_t stack_len, thread_main *run,
    void *context)
{
	pthread_attr_t attr;
	int error = pthread_attr_init(&attr);

	if (error != 0)
		return error;
	error = pthread_attr_setstacksize(&attr, whole_stack(stack_len));
	if (error == 0)
		error = pthread_create(thread, &attr, run, context);
	pthread_attr_destroy(&attr);
	return error;
}

void thread_wait_its_turn(void)
{
#ifdef SCHED_BATCH
	struct sched_param none = {.sched_priority = 0}, now;
	int policy;

	/* Another policy was somebody's choice. */
	if (pthread_getschedparam(pthread_self(), &policy, &now) == 0 &&
	    policy == SCHED_OTHER)
		(void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
#endif
}
