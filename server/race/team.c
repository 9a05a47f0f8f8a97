/* team.c - threads that start work together. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/team.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include "wire/thread.h"

enum { STACK_LEN = 64 * 1024 };

struct team {
	team_work *work;
	void *context;

	pthread_mutex_t lock;    /* guards all below */
	pthread_cond_t has_come; /* one more: for who opens the gate */
	pthread_cond_t has_opened;
	unsigned ready; /* threads that wait at the gate */
	bool is_open;
	bool is_off; /* a thread is missing: go home */
};

struct member {
	pthread_t thread;
	struct team *team;
	unsigned number;
};

int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Wait at the gate; false if nothing is to be done behind it. */
static bool pass_gate(struct team *team)
{
	pthread_mutex_lock(&team->lock);
	team->ready++;
	pthread_cond_signal(&team->has_come);
	while (!team->is_open)
		pthread_cond_wait(&team->has_opened, &team->lock);
	bool is_on = !team->is_off;
	pthread_mutex_unlock(&team->lock);
	return is_on;
}

static void *member_main(void *context)
{
	struct member *member = context;
	struct team *team = member->team;

	if (pass_gate(team))
		team->work(team->context, member->number);
	return NULL;
}

/* Open the gate when so many wait there; returns when that was. */
static int64_t open_gate(struct team *team, unsigned members, bool is_off)
{
	pthread_mutex_lock(&team->lock);
	while (team->ready < members)
		pthread_cond_wait(&team->has_come, &team->lock);
	team->is_open = true;
	team->is_off = is_off;
	int64_t now = clock_now();
	pthread_cond_broadcast(&team->has_opened);
	pthread_mutex_unlock(&team->lock);
	return now;
}

int team_run(unsigned size, team_work *work, void *context, int64_t *start_ns)
{
	struct team team = {
	    .work = work,
	    .context = context,
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .has_come = PTHREAD_COND_INITIALIZER,
	    .has_opened = PTHREAD_COND_INITIALIZER,
	};
	struct member *members = calloc(size, sizeof *members);
	unsigned started = 0;
	int error = members == NULL ? ENOMEM : 0;

	while (error == 0 && started < size) {
		struct member *member = &members[started];

		*member = (struct member){.team = &team, .number = started};
		error = thread_start(&member->thread, STACK_LEN, member_main,
		    member);
		if (error == 0)
			started++;
	}
	int64_t now = open_gate(&team, started, error != 0);
	for (unsigned i = 0; i < started; i++)
		pthread_join(members[i].thread, NULL);
	pthread_cond_destroy(&team.has_opened);
	pthread_cond_destroy(&team.has_come);
	pthread_mutex_destroy(&team.lock);
	free(members);
	if (error == 0)
		*start_ns = now;
	return error;
}
