/* clock.h - time in nanoseconds. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_CLOCK_H
#define CLIENT_CLOCK_H

#include <stdint.h>

enum { CLOCK_NS_PER_US = 1000, CLOCK_NS_PER_MS = 1000000 };
#define CLOCK_NS_PER_S UINT64_C(1000000000)

/* CLOCK_MONOTONIC, in nanoseconds. */
uint64_t clock_now(void);

/* Return at or after that time. */
void clock_sleep_until(uint64_t ns);

/*
 * Threads started from here on wake up as exactly as the system can; Linux
 * otherwise lets a sleeper wait 50 us longer.
 */
void clock_be_exact(void);

/* Seconds of CPU this process has used so far, all its threads. */
double clock_cpu(void);

/* CPUs this process may use, at least 1. */
unsigned clock_cpus(void);

/*
 * What share of this machine's CPU time was spent on nothing, from 0 to 1, up
 * to now since the call that filled *before; -1 where that is not known.
 */
struct clock_idle {
	uint64_t idle, total; /* ticks */
};
void clock_idle_mark(struct clock_idle *before);
double clock_idle_since(const struct clock_idle *before);

#endif
