/* jobs.c - the frames of capture files, posted by several workers at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* CPU_COUNT */
#include "capture/jobs.h"
#include <assert.h>
#include <sched.h>
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

/* Threads that wait until it is known how many of them there are. */
struct crew {
	pthread_mutex_t
	    lock; /* guards ring; once it is set, all else is ready */
	pthread_cond_t told;
	struct ring *ring; /* NULL: not yet known */
};

struct worker {
	pthread_t thread;
	struct crew *crew;
	struct pipeline *pipeline;
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

/* Those that this process may use. */
static unsigned processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

unsigned jobs_count(unsigned wanted, char *const path[], size_t paths)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < paths; i++)
		bytes += worth_of(path[i]);
	if (wanted == 0 && bytes < WORTH_IT)
		return 1;
	if (wanted == 0)
		wanted = processors();
	return wanted > MAX_JOBS ? MAX_JOBS : wanted;
}

static void *run(void *context)
{
	struct worker *worker = context;
	struct crew *crew = worker->crew;

	pthread_mutex_lock(&crew->lock);
	while (crew->ring == NULL)
		pthread_cond_wait(&crew->told, &crew->lock);
	struct ring *ring = crew->ring;
	pthread_mutex_unlock(&crew->lock);
	ring_work(ring, worker->pipeline);
	return NULL;
}

/* How many there are, with the caller and those threads that can be had. */
static unsigned start(struct worker *worker, struct crew *crew, unsigned wanted)
{
	unsigned workers = 1;

	for (unsigned i = 0; i < wanted; i++)
		worker[i].crew = crew;
	while (workers < wanted && thread_start(&worker[workers].thread,
				       STACK_LEN, run, &worker[workers]) == 0)
		workers++;
	return workers;
}

static void work(struct worker *worker, struct ring *ring)
{
	struct crew *crew = worker->crew;

	pthread_mutex_lock(&crew->lock);
	crew->ring = ring;
	pthread_cond_broadcast(&crew->told);
	pthread_mutex_unlock(&crew->lock);
	run(&worker[0]);
}

static void add_up(struct worker *worker, unsigned workers)
{
	/* Any of them may still count copies for the first. */
	for (unsigned i = 1; i < workers; i++)
		pthread_join(worker[i].thread, NULL);
	for (unsigned i = 1; i < workers; i++) {
		pipeline_absorb(worker[0].pipeline, worker[i].pipeline);
		pipeline_free(worker[i].pipeline);
	}
}

static void post_together(struct worker *worker, unsigned workers,
    const struct pipeline_plan *plan, struct feed *feed, struct filter *filter)
{
	struct share share = {.workers = workers, .seed = plan->seed};
	struct ring *ring = ring_new(feed, filter, &share, worker[0].pipeline);

	work(worker, ring);
	add_up(worker, workers);
	ring_free(ring);
}

/* Who shares with nobody needs no ring. */
static void post_alone(struct pipeline *pipeline, struct feed *feed,
    struct filter *filter)
{
	struct frame frame[PIPELINE_BATCH];
	size_t count;

	while ((count = feed_read(feed, frame, PIPELINE_BATCH)) > 0) {
		if (filter != NULL) {
			filter_prepare(filter, frame, count);
			count = filter_sift(filter, frame, count);
		}
		pipeline_post(pipeline, frame, count);
	}
}

struct pipeline *jobs_post(struct pipeline_plan *plan, unsigned wanted,
    struct feed *feed, struct filter *filter)
{
	struct crew crew = {
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .told = PTHREAD_COND_INITIALIZER,
	};
	struct worker worker[MAX_JOBS];
	unsigned workers = start(worker, &crew, wanted);

	plan->workers = workers;
	plan->seed = seed_new();
	for (plan->worker = 0; plan->worker < workers; plan->worker++)
		worker[plan->worker].pipeline = pipeline_new(plan);
	if (workers == 1)
		post_alone(worker[0].pipeline, feed, filter);
	else
		post_together(worker, workers, plan, feed, filter);
	return worker[0].pipeline;
}
