/* match_test.c - game after game: seats, rematches, who may speak. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "server/match.h"
#include <string.h>

enum { UP_1 = 0x24, QUIT_1 = 0x84, QUIT_2 = 0x88, GET = 0xF0 };

/* A match whose first player starts on the only treasure. */
static struct match *match_new_over(void)
{
	struct match_rules rules = {
	    .board = {.size = 2, .treasures = 1, .players = 2},
	    .rematch_ms = MATCH_NEVER,
	    .silence_ms = MATCH_NEVER,
	};
	struct match *match = test_malloc(sizeof *match);

	do {
		rules.seed++;
		match_init(match, &rules);
	} while (!board_is_over(&match->board));
	return match;
}

static struct match *match_new(void)
{
	struct match_rules rules = {
	    .board = {.size = 10, .treasures = 5, .players = 2},
	    .seed = 42,
	    .rematch_ms = MATCH_NEVER,
	    .silence_ms = MATCH_NEVER,
	};
	struct match *match = test_malloc(sizeof *match);

	match_init(match, &rules);
	return match;
}

/* One command at now_ms from host, in a turn the caller frees. */
static struct match_turn *play_from(struct match *match, uint8_t byte,
    int64_t now_ms, const char *host)
{
	struct match_turn *turn = test_calloc(1, sizeof *turn);

	turn->command = treasure_decode_command(byte);
	turn->is_allowed = true;
	turn->host = host;
	turn->now_ms = now_ms;
	match_play(match, turn);
	return turn;
}

static enum board_verdict verdict_from(struct match *match, uint8_t byte,
    int64_t now_ms, const char *host)
{
	struct match_turn *turn = play_from(match, byte, now_ms, host);
	enum board_verdict verdict = turn->verdict;

	test_free(turn);
	return verdict;
}

static enum board_verdict play(struct match *match, uint8_t byte, int64_t now)
{
	return verdict_from(match, byte, now, NULL);
}

static uint8_t join(struct match *match)
{
	struct match_news news;

	return match_join(match, MATCH_ANY_SEAT, NULL, 0, &news);
}

static bool leave(struct match *match, uint8_t seat)
{
	struct match_news news;

	match_leave(match, seat, 0, &news);
	return news.is_last;
}

static void the_lowest_free_seat_is_taken(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join(match), 1);
	assert_int_equal(join(match), 2);
	assert_int_equal(join(match), 0);
	leave(match, 1);
	assert_int_equal(join(match), 1);
	assert_int_equal(match->game, 1);
	test_free(match);
}

static void an_unfinished_game_goes_on_with_nobody_there(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join(match), 1);
	leave(match, 1);
	assert_int_equal(join(match), 1);
	assert_int_equal(match->game, 1);
	test_free(match);
}

static void a_finished_game_stays_until_its_players_have_gone(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join(match), 1);
	assert_int_equal(join(match), 2);
	assert_int_equal(play(match, QUIT_1, 0), BOARD_QUIT);
	leave(match, 1);
	assert_int_equal(join(match), 0);
	assert_int_equal(play(match, GET, 0), BOARD_SHOWN);
	leave(match, 2);
	assert_int_equal(match->game, 1);
	assert_int_equal(join(match), 1);
	assert_int_equal(match->game, 2);
	assert_false(board_is_over(&match->board));
	test_free(match);
}

static void a_seat_nobody_took_is_free_in_a_finished_game(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join(match), 1);
	assert_int_equal(play(match, QUIT_1, 0), BOARD_QUIT);
	assert_int_equal(join(match), 2);
	assert_int_equal(match->game, 1);
	test_free(match);
}

static void games_of_a_run_differ_and_runs_of_a_seed_do_not(void **state)
{
	struct match *a = match_new(), *b = match_new();
	struct board *first = test_malloc(sizeof *first);

	(void)state;
	assert_memory_equal(&a->board, &b->board, sizeof a->board);
	*first = a->board;
	play(a, QUIT_1, 0);
	play(b, QUIT_2, 0);
	assert_int_equal(join(a), 1);
	assert_int_equal(join(b), 1);
	assert_memory_equal(&a->board, &b->board, sizeof a->board);
	assert_memory_not_equal(first, &a->board, sizeof *first);
	test_free(first);
	test_free(a);
	test_free(b);
}

static void an_end_is_news_once_and_adds_up(void **state)
{
	struct match *match = match_new();
	struct match_turn *turn = play_from(match, QUIT_1, 0, NULL);
	const struct match_news *news = &turn->news;

	(void)state;
	assert_true(news->has_ended);
	assert_int_equal(news->game, 1);
	assert_string_equal(news->reason, "quit");
	assert_int_equal(news->points,
	    news->scores.score[0] + news->scores.score[1] + news->points_left);
	assert_false(news->is_last);
	test_free(turn);
	turn = play_from(match, GET, 0, NULL);
	assert_false(turn->news.has_ended);
	test_free(turn);
	test_free(match);
}

static void one_shot_has_no_rematch_unless_told(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(play(match, QUIT_1, 1000), BOARD_QUIT);
	assert_int_equal(play(match, UP_1, INT64_MAX), BOARD_SHOWN);
	assert_int_equal(match->game, 1);
	test_free(match);
}

static void a_rematch_comes_when_it_is_due(void **state)
{
	struct match *match = match_new();

	(void)state;
	match->rules.rematch_ms = 500;
	assert_int_equal(play(match, QUIT_1, 1000), BOARD_QUIT);
	assert_int_equal(play(match, QUIT_1, 1499), BOARD_SHOWN);
	assert_int_equal(match->game, 1);
	assert_int_equal(play(match, QUIT_1, 1500), BOARD_QUIT);
	assert_int_equal(match->game, 2);
	test_free(match);
}

static void the_last_game_is_the_end(void **state)
{
	struct match *match = match_new();
	struct match_turn *turn;

	(void)state;
	match->rules.games = 2;
	match->rules.rematch_ms = 0;
	turn = play_from(match, QUIT_1, 0, NULL);
	assert_false(turn->news.is_last);
	test_free(turn);
	turn = play_from(match, QUIT_1, 0, NULL);
	assert_true(turn->news.has_ended);
	assert_true(turn->news.is_last);
	test_free(turn);
	assert_int_equal(play(match, UP_1, 0), BOARD_SHOWN);
	assert_int_equal(match->game, 2);
	test_free(match);
}

static void the_last_game_waits_for_its_players(void **state)
{
	struct match *match = match_new();

	(void)state;
	match->rules.games = 1;
	assert_int_equal(join(match), 1);
	assert_int_equal(join(match), 2);
	struct match_turn *turn = play_from(match, QUIT_1, 0, NULL);
	assert_true(turn->news.has_ended);
	assert_false(turn->news.is_last);
	test_free(turn);
	assert_false(leave(match, 1));
	assert_true(leave(match, 2));
	assert_int_equal(join(match), 0);
	test_free(match);
}

static void a_game_over_from_its_start_is_seen_and_told(void **state)
{
	struct match *match = match_new_over();
	struct match_news news;

	(void)state;
	match->rules.games = 1;
	assert_int_equal(match_join(match, MATCH_ANY_SEAT, NULL, 0, &news), 1);
	assert_true(news.has_ended);
	assert_int_equal(news.game, 1);
	assert_int_equal(news.points,
	    news.scores.score[0] + news.scores.score[1]);
	assert_false(news.is_last);
	assert_int_equal(play(match, UP_1, 0), BOARD_SHOWN);
	assert_true(leave(match, 1));
	test_free(match);
}

static void a_game_over_from_its_start_counts_in_one_shot(void **state)
{
	struct match *match = match_new_over();
	struct match_turn *turn = play_from(match, UP_1, 0, NULL);

	(void)state;
	assert_true(turn->news.has_ended);
	assert_int_equal(turn->news.game, 1);
	assert_int_equal(turn->verdict, BOARD_SHOWN);
	test_free(turn);
	test_free(match);
}

static void who_may_not_speak_is_refused_but_sees_a_game_over(void **state)
{
	struct match *match = match_new();
	struct match_turn *turn = test_calloc(1, sizeof *turn);

	(void)state;
	turn->command = treasure_decode_command(QUIT_2);
	match_play(match, turn);
	assert_int_equal(turn->verdict, BOARD_REFUSED);
	assert_true(turn->is_foreign);
	assert_false(board_is_over(&match->board));
	play(match, QUIT_1, 0);
	match_play(match, turn);
	assert_int_equal(turn->verdict, BOARD_SHOWN);
	assert_false(turn->is_foreign);
	test_free(turn);
	test_free(match);
}

static void a_bound_seat_obeys_its_address_until_it_is_silent(void **state)
{
	struct match *match = match_new();

	(void)state;
	match->rules.silence_ms = 100;
	(void)verdict_from(match, UP_1, 0, "10.0.0.1");
	assert_int_equal(verdict_from(match, QUIT_1, 99, "10.0.0.2"),
	    BOARD_REFUSED);
	assert_int_equal(verdict_from(match, 0xF4, 99, "10.0.0.1"),
	    BOARD_SHOWN);
	assert_int_equal(verdict_from(match, QUIT_1, 198, "10.0.0.2"),
	    BOARD_REFUSED);
	assert_int_equal(verdict_from(match, QUIT_1, 199, "10.0.0.2"),
	    BOARD_QUIT);
	test_free(match);
}

static void looking_binds_no_seat(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(verdict_from(match, 0xF4, 0, "10.0.0.1"), BOARD_SHOWN);
	assert_int_equal(verdict_from(match, QUIT_1, 0, "10.0.0.2"),
	    BOARD_QUIT);
	test_free(match);
}

static void what_nobody_knows_binds_no_seat_and_is_not_foreign(void **state)
{
	struct match *match = match_new();
	struct match_turn *turn = play_from(match, 0x14, 0, "10.0.0.1");

	(void)state;
	assert_int_equal(turn->verdict, BOARD_REFUSED);
	assert_int_equal(turn->news.bound, 0);
	turn->command = treasure_decode_command(0); /* of no player */
	turn->is_allowed = false;
	match_play(match, turn);
	assert_int_equal(turn->verdict, BOARD_REFUSED);
	assert_false(turn->is_foreign);
	assert_int_equal(verdict_from(match, QUIT_1, 0, "10.0.0.2"),
	    BOARD_QUIT);
	test_free(turn);
	test_free(match);
}

static uint8_t join_as(struct match *match, enum match_wish wish,
    const char *host)
{
	struct match_news news;

	return match_join(match, wish, host, 0, &news);
}

static void a_kept_seat_is_the_last_that_others_get(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "a"), 0);
	assert_int_equal(join_as(match, MATCH_NEW_SEAT, "a"), 1);
	leave(match, 1);
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "b"), 0);
	assert_int_equal(join_as(match, MATCH_NEW_SEAT, "b"), 2);
	assert_int_equal(join_as(match, MATCH_NEW_SEAT, "c"), 0);
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "a"), 1);
	leave(match, 1);
	assert_int_equal(join_as(match, MATCH_ANY_SEAT, "c"), 1);
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "a"), 0);
	test_free(match);
}

static void who_finds_no_seat_begins_no_game(void **state)
{
	struct match *match = match_new();

	(void)state;
	assert_int_equal(join_as(match, MATCH_NEW_SEAT, "a"), 1);
	assert_int_equal(play(match, QUIT_1, 0), BOARD_QUIT);
	leave(match, 1);
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "b"), 0);
	assert_int_equal(match->game, 1);
	assert_int_equal(join_as(match, MATCH_OLD_SEAT, "a"), 1);
	assert_int_equal(match->game, 2);
	test_free(match);
}

static void who_finds_no_seat_is_told_of_no_end(void **state)
{
	struct match *match = match_new_over();
	struct match_news news;

	(void)state;
	match->rules.games = 1;
	assert_int_equal(match_join(match, MATCH_OLD_SEAT, "a", 0, &news), 0);
	assert_false(news.has_ended);
	assert_false(match->is_end_told);
	assert_int_equal(match_join(match, MATCH_NEW_SEAT, "a", 0, &news), 1);
	assert_true(news.has_ended);
	assert_int_equal(news.game, 1);
	assert_int_equal(match_join(match, MATCH_OLD_SEAT, "b", 0, &news), 0);
	assert_false(news.has_ended);
	assert_true(leave(match, 1));
	test_free(match);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lowest_free_seat_is_taken),
	    cmocka_unit_test(an_unfinished_game_goes_on_with_nobody_there),
	    cmocka_unit_test(a_finished_game_stays_until_its_players_have_gone),
	    cmocka_unit_test(a_seat_nobody_took_is_free_in_a_finished_game),
	    cmocka_unit_test(games_of_a_run_differ_and_runs_of_a_seed_do_not),
	    cmocka_unit_test(an_end_is_news_once_and_adds_up),
	    cmocka_unit_test(one_shot_has_no_rematch_unless_told),
	    cmocka_unit_test(a_rematch_comes_when_it_is_due),
	    cmocka_unit_test(the_last_game_is_the_end),
	    cmocka_unit_test(the_last_game_waits_for_its_players),
	    cmocka_unit_test(a_game_over_from_its_start_is_seen_and_told),
	    cmocka_unit_test(a_game_over_from_its_start_counts_in_one_shot),
	    cmocka_unit_test(who_may_not_speak_is_refused_but_sees_a_game_over),
	    cmocka_unit_test(a_bound_seat_obeys_its_address_until_it_is_silent),
	    cmocka_unit_test(looking_binds_no_seat),
	    cmocka_unit_test(
		what_nobody_knows_binds_no_seat_and_is_not_foreign),
	    cmocka_unit_test(a_kept_seat_is_the_last_that_others_get),
	    cmocka_unit_test(who_finds_no_seat_begins_no_game),
	    cmocka_unit_test(who_finds_no_seat_is_told_of_no_end),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
