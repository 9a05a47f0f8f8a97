/* jobs.c - the frames of capture files, posted by several workers at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/jobs.h"
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "capture/flow/seed.h"
#include "capture/ring.h"
#include "wire/thread.h"

enum {
	MAX_JOBS = 64,
	STACK_LEN = 1 << 18,
	WORTH_IT = 8 << 20, /* bytes; less is read in no time */
};
static_assert(MAX_JOBS <= (int)BATCH_WORKERS, "a batch can tell them apart");

struct worker {
	pthread_t thread;
	struct pipeline *pipeline;
	struct ring *ring; /* borrowed */
};

/* Of a pipe nobody knows how much will come. */
static uint64_t worth_of(const char *path)
{
	struct stat info;

	if (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &info) == -1
				   : stat(path, &info) == -1)
		return 0;
	return S_ISREG(info.st_mode) ? (uint64_t)info.st_size : WORTH_IT;
}

unsigned jobs_count(unsigned wanted, char *const path[], size_t paths)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t bytes = 0;

	for (size_t i = 0; i < paths; i++)
		bytes += worth_of(path[i]);
	if (wanted == 0 && bytes < WORTH_IT)
		return 1;
	if (wanted == 0)
		wanted = processors < 1 ? 1 : (unsigned)processors;
	return wanted > MAX_JOBS ? MAX_JOBS : wanted;
}

static void *run(void *context)
{
	struct worker *worker = context;

	ring_work(worker->ring, worker->pipeline);
	return NULL;
}

static void post_together(struct worker *worker, unsigned workers)
{
	for (unsigned i = 1; i < workers; i++)
		if ((errno = thread_start(&worker[i].thread, STACK_LEN, run,
			 &worker[i])) != 0)
			err(EXIT_FAILURE, "worker");
	run(&worker[0]);
	/* Any of them may still count copies for the first. */
	for (unsigned i = 1; i < workers; i++)
		pthread_join(worker[i].thread, NULL);
	for (unsigned i = 1; i < workers; i++) {
		pipeline_absorb(worker[0].pipeline, worker[i].pipeline);
		pipeline_free(worker[i].pipeline);
	}
}

struct pipeline *jobs_post(struct pipeline_plan *plan, unsigned workers,
    struct feed *feed, struct filter *filter)
{
	struct worker worker[MAX_JOBS];

	plan->workers = workers;
	plan->seed = seed_new();
	for (plan->worker = 0; plan->worker < workers; plan->worker++)
		worker[plan->worker].pipeline = pipeline_new(plan);
	struct whose_share share = {.workers = workers, .seed = plan->seed};
	struct ring *ring = ring_new(feed, filter, &share, worker[0].pipeline);
	for (unsigned i = 0; i < workers; i++)
		worker[i].ring = ring;
	post_together(worker, workers);
	ring_free(ring);
	return worker[0].pipeline;
}
