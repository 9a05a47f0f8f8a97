/* guard_test.c - one at a time, by a mutex or a queue; and limits. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/census.h"
#include "server/room.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { THREADS = 8, EACH = 2000 };

/* Not atomic on purpose: whoever is not alone loses some. */
struct count {
	struct guard *guard;
	uint64_t value;
};

static void add_slowly(struct match *match, void *context)
{
	struct count *count = context;
	uint64_t value = count->value;

	(void)match;
	if (value % 16 == 0)
		sched_yield();
	count->value = value + 1;
}

static void *add_many(void *context)
{
	struct count *count = context;

	for (int i = 0; i < EACH; i++) {
		if (i % 2 == 0)
			guard_run(count->guard, add_slowly, count);
		else
			guard_play(count->guard, add_slowly, count);
	}
	return NULL;
}

static void assert_alone(const struct guard_kind *kind)
{
	struct match_rules rules = {
	    .board = {.size = 4, .treasures = 1, .players = 2},
	};
	struct rooms rooms;
	pthread_t thread[THREADS];

	assert_int_equal(rooms_init(&rooms, 1, kind, &rules), 0);
	struct count count = {.guard = &rooms.room[0].guard};
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, add_many,
				     &count),
		    0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(count.value, THREADS * EACH);
	rooms_destroy(&rooms);
}

static void by_a_mutex_each_is_alone(void **state)
{
	(void)state;
	assert_alone(&guard_mutex);
}

static void by_a_queue_each_is_alone(void **state)
{
	(void)state;
	assert_alone(&guard_queue);
}

static const char first[] = "192.0.2.1", second[] = "192.0.2.2";

/* Two steps at once, by players of two addresses. */
struct two {
	struct guard *guard;
	struct match_turn turn[2];
};

static void play_second(struct match *match, void *context)
{
	struct two *two = context;

	match_play(match, &two->turn[1]);
}

/* While the first is at it, the second begins and ends. */
static void play_first(struct match *match, void *context)
{
	struct two *two = context;

	match_play(match, &two->turn[0]);
	guard_play(two->guard, play_second, two);
}

static struct guard *play_both(struct rooms *rooms, uint8_t players[2])
{
	struct match_rules rules = {
	    .board = {.size = 4, .treasures = 1, .players = 2},
	    .silence_ms = MATCH_NEVER,
	};
	const char *hosts[] = {first, second};
	struct two two;

	assert_int_equal(rooms_init(rooms, 1, &guard_none, &rules), 0);
	two.guard = &rooms->room[0].guard;
	if (players[0] != players[1]) { /* both begin a new game */
		two.guard->match.rules.rematch_ms = 0;
		two.guard->match.board.has_quit = true;
		two.guard->match.is_end_told = true;
	}
	for (int i = 0; i < 2; i++)
		two.turn[i] = (struct match_turn){
		    .command = {.verb = TREASURE_UP, .player = players[i]},
		    .is_allowed = true,
		    .host = hosts[i],
		};
	guard_play(two.guard, play_first, &two);
	return two.guard;
}

static void without_a_guard_a_seat_stays_whose_it_is(void **state)
{
	struct rooms rooms;
	struct guard *guard = play_both(&rooms, (uint8_t[2]){1, 1});

	(void)state;
	assert_int_equal(guard->match.game, 1);
	assert_string_equal(guard->match.seat[0].host, second);
	rooms_destroy(&rooms);
}

static void without_a_guard_a_new_game_loses_no_seat(void **state)
{
	struct rooms rooms;
	struct guard *guard = play_both(&rooms, (uint8_t[2]){1, 2});

	(void)state;
	assert_int_equal(guard->match.game, 2);
	assert_string_equal(guard->match.seat[0].host, first);
	assert_string_equal(guard->match.seat[1].host, second);
	rooms_destroy(&rooms);
}

static void guards_have_names(void **state)
{
	(void)state;
	assert_ptr_equal(guard_named("mutex"), &guard_mutex);
	assert_ptr_equal(guard_named("queue"), &guard_queue);
	assert_ptr_equal(guard_named("none"), &guard_none);
	assert_null(guard_named("semaphore"));
}

static void rooms_differ_and_the_first_is_as_if_alone(void **state)
{
	struct match_rules rules = {
	    .board = {.size = 10, .treasures = 20, .players = 2},
	    .seed = 5,
	};
	struct match *alone = test_calloc(1, sizeof *alone);
	struct rooms rooms;
	size_t tiles = 100;

	(void)state;
	match_init(alone, &rules);
	assert_int_equal(rooms_init(&rooms, 2, &guard_mutex, &rules), 0);
	assert_memory_equal(rooms.room[0].guard.match.board.points,
	    alone->board.points, tiles);
	assert_memory_not_equal(rooms.room[1].guard.match.board.points,
	    alone->board.points, tiles);
	assert_false(rooms_close(&rooms, &rooms.room[1]));
	assert_false(rooms_close(&rooms, &rooms.room[1]));
	assert_true(rooms_close(&rooms, &rooms.room[0]));
	rooms_destroy(&rooms);
	test_free(alone);
}

static void an_address_has_so_many_and_no_more(void **state)
{
	static struct census census;
	struct in6_addr one = {.s6_addr = {1}}, other = {.s6_addr = {[15] = 2}};

	(void)state;
	assert_int_equal(census_init(&census, 2), 0);
	assert_int_equal(census_enter(&census, &one), 0);
	assert_int_equal(census_enter(&census, &one), 0);
	assert_int_equal(census_enter(&census, &one), EUSERS);
	assert_int_equal(census_enter(&census, &other), 0);
	census_leave(&census, &one);
	assert_int_equal(census_enter(&census, &one), 0);
	assert_int_equal(census_enter(&census, &one), EUSERS);
	for (int i = 0; i < 2; i++)
		census_leave(&census, &one);
	census_leave(&census, &other);
	for (unsigned i = 0; i < CENSUS_BUCKETS; i++)
		assert_null(census.bucket[i]);
	census_destroy(&census);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_a_mutex_each_is_alone),
	    cmocka_unit_test(by_a_queue_each_is_alone),
	    cmocka_unit_test(without_a_guard_a_seat_stays_whose_it_is),
	    cmocka_unit_test(without_a_guard_a_new_game_loses_no_seat),
	    cmocka_unit_test(guards_have_names),
	    cmocka_unit_test(rooms_differ_and_the_first_is_as_if_alone),
	    cmocka_unit_test(an_address_has_so_many_and_no_more),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
