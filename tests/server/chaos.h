/* chaos.h - what the players of the chaos test know together. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SERVER_CHAOS_H
#define TESTS_SERVER_CHAOS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "wire/random.h"
#include "wire/treasure.h"

/*
 * Threads: two honest players and some vandals, until is_over; the main thread
 * torments the server.  Vandals send nothing that could change the board, so
 * that what honest players were told must stay true, through every restart.
 */

/* What is known of a player: only honest players move them. */
struct chaos_seat {
	bool is_known;
	unsigned at; /* the tile it stands on */
	uint16_t score;
	bool has_pending; /* a step was sent, and no answer came */
	unsigned to;      /* ... to this tile */
};

struct chaos {
	bool is_oneshot;
	uint16_t port;
	atomic_bool is_over;
	_Atomic uint64_t commands, boards, games, vandals, violations;
	pthread_mutex_t lock; /* guards all below */
	struct chaos_seat seat[TREASURE_MAX_PLAYERS];
	uint64_t tenant[TREASURE_MAX_PLAYERS]; /* how many had this seat */
	uint64_t epoch;                        /* a number for each game */
	bool is_game_over;
	unsigned left; /* treasures on the board, at most */
	/* Treasures that answers told of, and how many of them left knows. */
	unsigned gains, left_gains;
};

struct chaos_player {
	struct chaos *chaos;
	struct random random;
	unsigned number;
	pthread_t thread;
};

void *chaos_honest_main(void *player);
void *chaos_vandal_main(void *player);

/* A connection, or -1. */
int chaos_connect(const struct chaos *chaos);

/* Close by a reset, not by a FIN. */
void chaos_reset(int fd);

void chaos_pause(int ms);

#endif
