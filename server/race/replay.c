/* replay.c - make two threads count in a given order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/replay.h"
#include <pthread.h>
#include "server/race/step.h"
#include "server/race/team.h"

const struct schedule replay_conflict = {
    .threads = {0, 1},
    .acts =
	{
	    {ACT_READ, 0, 0, 0, 0},
	    {ACT_READ, 1, 0, 0, 0},
	    {ACT_ADD, 0, 0, 0, 0},
	    {ACT_ADD, 1, 0, 0, 0},
	    {ACT_SAVE, 0, 0, 0, 0},
	    {ACT_SAVE, 1, 0, 0, 0},
	},
};
const struct schedule replay_clean = {
    .threads = {0, 1},
    .acts =
	{
	    {ACT_READ, 0, 0, 0, 0},
	    {ACT_ADD, 0, 0, 0, 0},
	    {ACT_SAVE, 0, 0, 0, 0},
	    {ACT_READ, 1, 0, 0, 0},
	    {ACT_ADD, 1, 0, 0, 0},
	    {ACT_SAVE, 1, 0, 0, 0},
	},
};

struct stage {
	shared_number number;

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t has_turned;
	unsigned next; /* the act whose turn it is */
	struct schedule *script;
};

/* One part of step.h's step; held is what the thread has in its hand. */
static void act_out(struct act *act, shared_number *number, uint64_t *held)
{
	switch (act->kind) {
	case ACT_READ:
		*held = step_read(number);
		break;
	case ACT_ADD:
		*held += 1;
		break;
	case ACT_SAVE:
		act->replaced = step_swap(number, *held);
		break;
	}
	act->value = *held;
}

static void play_part(void *context, unsigned who)
{
	struct stage *stage = context;
	uint64_t held = 0;

	for (unsigned i = 0; i < SCHEDULE_ACTS; i++) {
		struct act *act = &stage->script->acts[i];

		if (act->who != who)
			continue;
		pthread_mutex_lock(&stage->lock);
		while (stage->next != i)
			pthread_cond_wait(&stage->has_turned, &stage->lock);
		act_out(act, &stage->number, &held);
		stage->next++;
		pthread_cond_broadcast(&stage->has_turned);
		pthread_mutex_unlock(&stage->lock);
	}
}

int replay_run(const struct schedule *order, struct schedule *out)
{
	struct schedule script = *order;
	struct stage stage = {
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .has_turned = PTHREAD_COND_INITIALIZER,
	    .script = &script,
	};
	int64_t start;

	step_save(&stage.number, schedule_start(order));
	script.has_clock = false;
	int error = team_run(2, play_part, &stage, &start);
	pthread_cond_destroy(&stage.has_turned);
	pthread_mutex_destroy(&stage.lock);
	if (error == 0)
		*out = script;
	return error;
}
