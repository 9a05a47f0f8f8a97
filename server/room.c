/* room.c - tables to play at: each has its own board and guard. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/room.h"
#include <errno.h>
#include <stdlib.h>
#include "wire/random.h"

struct match_rules rooms_rules(const struct match_rules *rules, uint32_t number)
{
	struct match_rules own = *rules;
	struct random random = {rules->seed ^ (uint64_t)number << 32};

	if (number > 0) /* the first plays the games one room would */
		own.seed = random_next(&random);
	return own;
}

int rooms_init(struct rooms *rooms, uint32_t count,
    const struct guard_kind *kind, const struct match_rules *rules)
{
	rooms->room = calloc(count, sizeof *rooms->room);
	if (rooms->room == NULL)
		return ENOMEM;
	for (rooms->count = 0; rooms->count < count; rooms->count++) {
		struct room *room = &rooms->room[rooms->count];
		struct match_rules own = rooms_rules(rules, rooms->count);

		room->number = rooms->count;
		int error = guard_init(&room->guard, kind, &own);
		if (error != 0) {
			rooms_destroy(rooms);
			return error;
		}
	}
	atomic_store(&rooms->open, count);
	return 0;
}

void rooms_destroy(struct rooms *rooms)
{
	while (rooms->count > 0)
		guard_destroy(&rooms->room[--rooms->count].guard);
	free(rooms->room);
}

void rooms_resume(struct rooms *rooms, struct room *room,
    const struct match *was, int64_t now_ms)
{
	struct match *match = &room->guard.match;

	match_resume(match, was, now_ms);
	atomic_store(&room->is_full, !match_has_seat(match, MATCH_ANY_SEAT));
	room->is_over = match_is_finished(match);
	if (room->is_over)
		atomic_fetch_sub(&rooms->open, 1);
}

bool rooms_close(struct rooms *rooms, struct room *room)
{
	if (!atomic_exchange(&room->is_over, true))
		atomic_fetch_sub(&rooms->open, 1);
	return atomic_load(&rooms->open) == 0;
}
