/* room.h - tables to play at: each has its own board and guard. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_ROOM_H
#define SERVER_ROOM_H

#include <stdatomic.h>
#include "server/guard.h"

struct room {
	struct guard guard;
	uint32_t number;     /* 0, 1, ... */
	atomic_bool is_full; /* no seat is free: set by actions inside */
	atomic_bool is_over; /* its last game is */
};

/* Rooms, all by the same rules; room k's boards follow from seed and k. */
struct rooms {
	struct room *room;
	uint32_t count;
	atomic_uint open; /* rooms that are not over */
};

/* The rules of one of the rooms, given those of all. */
struct match_rules rooms_rules(const struct match_rules *rules,
    uint32_t number);

/*
 * 0, or the error that kept it from starting (ENOMEM: no memory for so many);
 * then there is nothing to destroy.
 */
int rooms_init(struct rooms *rooms, uint32_t count,
    const struct guard_kind *kind, const struct match_rules *rules) MUST_CHECK;
void rooms_destroy(struct rooms *rooms);

/* Before there are threads: the match the room had, which may be over. */
void rooms_resume(struct rooms *rooms, struct room *room,
    const struct match *was, int64_t now_ms);

/* A room's last game is over: true if it was the last room's. */
bool rooms_close(struct rooms *rooms, struct room *room) MUST_CHECK;

#endif
