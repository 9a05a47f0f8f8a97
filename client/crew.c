/* crew.c - bots at once, a thread each, and what came of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/crew.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include "wire/descriptors.h"
#include "wire/thread.h"

enum { STACK_LEN = 256 * 1024 }; /* getaddrinfo wants room */

struct member {
	pthread_t thread;
	struct link link;
	struct bot bot;
	struct crew_report *report;
};

void crew_link_init(struct link *link, const struct crew_orders *orders,
    unsigned number)
{
	link_init(link, orders->version, &orders->server, orders->player);
	link->is_metered = orders->is_metered;
	link->route.switches = orders->switches;
	if (orders->clients == 1)
		return;
	link->is_crew = true;
	link->turn = link->player - 1u + number;
	link->is_player_given = false;
	link->player = (uint8_t)(1 + link->turn % TREASURE_MIN_PLAYERS);
}

static struct member *member_new(const struct crew_orders *orders,
    unsigned number, struct crew_report *report)
{
	struct member *member = malloc(sizeof *member);
	struct random run = {orders->seed};
	struct random own = {random_next(&run) + number};

	if (member == NULL)
		return NULL;
	crew_link_init(&member->link, orders, number);
	bot_init(&member->bot, &member->link,
	    number == 0 ? orders->seed : random_next(&own));
	member->bot.max_moves = orders->max_moves;
	member->bot.think_ms = orders->think_ms;
	member->report = report;
	return member;
}

static void *member_main(void *context)
{
	struct member *member = context;
	const struct bot *bot = &member->bot;
	enum bot_end end = bot_play(&member->bot);
	const struct link *link = &member->link;
	bool is_seated = link->version->sends_once || link->seat != 0;

	*member->report = (struct crew_report){
	    .player = is_seated ? link->player : 0,
	    .seat = link->seat,
	    .end = end,
	    .result = bot->result,
	    .error = link->error,
	    .exchange = link->exchange,
	    .moves = bot->moves,
	    .commands = link->sent,
	    .meter = link->meter,
	    .scores = bot->view.scores,
	};
	return NULL;
}

/* A started member, or NULL with errno set. */
static struct member *member_send(const struct crew_orders *orders,
    unsigned number, struct crew_report *report)
{
	*report = (struct crew_report){.end = BOT_FAILED, .result = LINK_LOCAL};
	struct member *member = member_new(orders, number, report);
	int error = member == NULL ? ENOMEM
				   : thread_start(&member->thread, STACK_LEN,
					 member_main, member);

	if (error == 0)
		return member;
	free(member);
	report->error = error;
	errno = error;
	return NULL;
}

bool crew_run(const struct crew_orders *orders, struct crew_report *report)
{
	struct member **members = calloc(orders->clients, sizeof(*members));
	bool has_started = false;

	if (members == NULL)
		return false;
	(void)descriptors_raise(UINT64_MAX);
	for (unsigned i = 0; i < orders->clients; i++) {
		members[i] = member_send(orders, i, &report[i]);
		has_started = has_started || members[i] != NULL;
	}
	int saved = errno;
	for (unsigned i = 0; i < orders->clients; i++) {
		if (members[i] == NULL)
			continue;
		pthread_join(members[i]->thread, NULL);
		free(members[i]);
	}
	free(members);
	errno = saved;
	return has_started;
}
