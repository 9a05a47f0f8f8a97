/* jobs.c - capture files read by several workers at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/jobs.h"
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "capture/flow/seed.h"
#include "wire/thread.h"

enum {
	MAX_JOBS = 64,
	STACK_LEN = 1 << 18,
	WORTH_IT = 8 << 20, /* bytes; less is read in no time */
};

struct worker {
	pthread_t thread;
	struct pipeline *pipeline;
	struct filter *filter;
	char *const *path; /* borrowed */
	size_t paths;
	uint64_t frames, bytes; /* read, not posted */
};

struct jobs {
	unsigned count; /* without the caller */
	struct worker worker[];
};

/* Pipes cannot be read twice. */
static bool can_be_shared(const char *path, uint64_t *bytes)
{
	struct stat info;

	if (strcmp(path, "-") == 0)
		return false;
	if (stat(path, &info) == -1)
		return true; /* the same for all: it cannot be opened */
	*bytes += (uint64_t)info.st_size;
	return S_ISREG(info.st_mode);
}

unsigned jobs_count(unsigned wanted, char *const path[], size_t paths)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t bytes = 0;

	for (size_t i = 0; i < paths; i++)
		if (!can_be_shared(path[i], &bytes))
			return 1;
	if (wanted == 0 && bytes < WORTH_IT)
		return 1;
	if (wanted == 0)
		wanted = processors < 1 ? 1 : (unsigned)processors;
	return wanted > MAX_JOBS ? MAX_JOBS : wanted;
}

static void read_file(struct worker *worker, const char *path)
{
	struct source_error error;
	struct source *source = source_open(path, &error);

	if (source == NULL) /* the caller says so */
		return;
	pipeline_post_share(worker->pipeline, source, worker->filter);
	worker->frames += source_info(source)->frames;
	worker->bytes += source_info(source)->bytes;
	source_close(source);
}

static void *run(void *context)
{
	struct worker *worker = context;

	for (size_t i = 0; i < worker->paths; i++)
		read_file(worker, worker->path[i]);
	return NULL;
}

static bool make_filter(const char *expression, struct filter **out)
{
	char reason[FILTER_REASON_LEN];

	*out = NULL;
	if (expression == NULL)
		return true;
	*out = filter_new(expression, reason);
	if (*out == NULL)
		warnx("%s", reason);
	return *out != NULL;
}

static void worker_start(struct worker *worker,
    const struct pipeline_plan *plan)
{
	worker->pipeline = pipeline_new(plan);
	if ((errno = thread_start(&worker->thread, STACK_LEN, run, worker)) !=
	    0)
		err(EXIT_FAILURE, "worker");
}

struct jobs *jobs_start(struct pipeline_plan *plan, unsigned count,
    char *const path[], size_t paths, const char *filter)
{
	unsigned others = count - 1;
	struct jobs *jobs =
	    calloc(1, sizeof(*jobs) + others * sizeof(struct worker));

	if (jobs == NULL)
		err(EXIT_FAILURE, "workers");
	for (unsigned i = 0; i < others; i++) {
		jobs->worker[i].path = path;
		jobs->worker[i].paths = paths;
		if (make_filter(filter, &jobs->worker[i].filter))
			continue;
		free(jobs); /* the first one failed, so there are no others */
		return NULL;
	}
	jobs->count = others;
	plan->workers = count;
	plan->seed = seed_new();
	for (unsigned i = 0; i < others; i++) {
		plan->worker = i + 1;
		worker_start(&jobs->worker[i], plan);
	}
	plan->worker = 0;
	return jobs;
}

bool jobs_finish(struct jobs *jobs, struct pipeline *into, uint64_t frames,
    uint64_t bytes)
{
	bool is_same = true;

	for (unsigned i = 0; i < jobs->count; i++) {
		struct worker *worker = &jobs->worker[i];

		pthread_join(worker->thread, NULL);
		is_same &= worker->frames == frames && worker->bytes == bytes;
		pipeline_absorb(into, worker->pipeline);
		pipeline_free(worker->pipeline);
		filter_free(worker->filter);
	}
	free(jobs);
	return is_same;
}
