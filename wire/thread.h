/* thread.h - threads with a small stack of known size. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_THREAD_H
#define WIRE_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include "wire/cursor.h"

typedef void *thread_main(void *context);

/*
 * Start run(context) with at least stack_len bytes of stack for itself; the
 * caller joins *thread.  0, or the error that kept it from starting.
 */
int thread_start(pthread_t *thread, size_t stack_len, thread_main *run,
    void *context) MUST_CHECK;

/*
 * Let the calling thread, when it is woken, wait its turn and not push another
 * off the processor: SCHED_BATCH in place of SCHED_OTHER, where there is such
 * a thing (Linux).
 */
void thread_wait_its_turn(void);

#endif
