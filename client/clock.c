/* clock.c - time in nanoseconds. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __linux__
#define _GNU_SOURCE /* for sched_getaffinity */
#include <sched.h>
#include <sys/prctl.h>
#endif
#include "client/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

uint64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * CLOCK_NS_PER_S + (uint64_t)now.tv_nsec;
}

void clock_sleep_until(uint64_t ns)
{
	for (uint64_t now = clock_now(); now < ns; now = clock_now()) {
		uint64_t left = ns - now;
		struct timespec pause = {
		    .tv_sec = (time_t)(left / CLOCK_NS_PER_S),
		    .tv_nsec = (long)(left % CLOCK_NS_PER_S),
		};

		(void)nanosleep(&pause, NULL); /* cut short: the loop goes on */
	}
}

void clock_be_exact(void)
{
#ifdef __linux__
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
#endif
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double clock_cpu(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

unsigned clock_cpus(void)
{
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
#endif
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	return online < 1 ? 1 : (unsigned)online;
}

/* user nice system idle iowait irq softirq steal; see proc(5). */
void clock_idle_mark(struct clock_idle *mark)
{
	FILE *file = fopen("/proc/stat", "r");
	uint64_t ticks;

	*mark = (struct clock_idle){.total = 0};
	if (file == NULL)
		return;
	if (fscanf(file, "cpu") == 0) {
		for (int i = 0; i < 8; i++) {
			if (fscanf(file, "%" SCNu64, &ticks) != 1)
				break;
			mark->total += ticks;
			if (i == 3 || i == 4)
				mark->idle += ticks;
		}
	}
	fclose(file);
}

double clock_idle_since(const struct clock_idle *before)
{
	struct clock_idle now;

	clock_idle_mark(&now);
	if (before->total == 0 || now.total <= before->total ||
	    now.idle < before->idle) /* iowait may decrease: proc(5) */
		return -1;
	return (double)(now.idle - before->idle) /
	       (double)(now.total - before->total);
}
