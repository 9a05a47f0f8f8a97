/* collector.h - a thread that owns a number; others send it messages. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_COLLECTOR_H
#define RACE_COLLECTOR_H

#include <stdint.h>
#include "wire/cursor.h"

/*
 * Threads: the collector's own, which alone touches the number, and any
 * number of senders.  Between them is a queue of 1,024 messages with one lock
 * and two conditions; a sender waits while it is full.
 */
struct collector;

/* See new and finish in way.h: start the thread; end it, when all is read. */
void *collector_new(void) MUST_CHECK;
uint64_t collector_finish(void *context);

/* Send one message: add so much. */
void collector_send(struct collector *collector, uint64_t amount);

#endif
