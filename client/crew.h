/* crew.h - bots at once, a thread each, and what came of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_CREW_H
#define CLIENT_CREW_H

#include <stdbool.h>
#include <stdint.h>
#include "client/bot.h"

/*
 * Threads: crew_run makes one for each bot and joins them all.  Each owns its
 * bot and link while it runs; nothing is shared, so there is no lock.
 */

struct crew_orders {
	const struct version *version;
	struct net_endpoint server;
	struct net_switches switches;
	uint8_t player;     /* of the first bot, or 0: any */
	unsigned clients;   /* at least 1 */
	uint64_t seed;      /* bot i's seed follows from it and i */
	uint64_t max_moves; /* of each; 0: ten for each tile */
	int64_t think_ms;
	bool is_metered;
};

/* What came of one bot. */
struct crew_report {
	uint8_t player; /* 0: it came to no seat */
	uint8_t seat;   /* the id the server gave, or 0 */
	enum bot_end end;
	enum link_result result;  /* BOT_FAILED: why */
	int error;                /* LINK_ERROR, LINK_LOCAL: which */
	struct exchange exchange; /* LINK_MISFIT: which */
	uint64_t moves, commands;
	struct meter meter;            /* what it cost on the wire */
	struct treasure_scores scores; /* players is 0 if it saw none */
};

/* The link of client number 0, 1, ... and the seat it will ask for. */
void crew_link_init(struct link *link, const struct crew_orders *orders,
    unsigned number);

/*
 * Play to the end.  report has orders->clients elements.  A bot that
 * could not be started is reported like one that failed.  False with errno
 * set, and nothing played, if not one could be.
 */
bool crew_run(const struct crew_orders *orders,
    struct crew_report *report) MUST_CHECK;

#endif
