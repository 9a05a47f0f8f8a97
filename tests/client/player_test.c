/* player_test.c - a pipe of commands, line by line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/line.h"
#include "client/player.h"
#include <stdlib.h>
#include <string.h>

enum { ASKED_MAX = 16 };

/* A link that notes what is asked and gives one kind of answer. */
struct table {
	struct link link; /* first: a link is its table */
	enum treasure_kind kind;
	enum link_result result;
	bool shows_board;  /* for G, whatever kind is */
	unsigned gains_at; /* player 1 gets 8 points for this command */
	unsigned asked_count;
	char asked[ASKED_MAX];
	char *out;
	size_t out_len;
};

static enum link_result join(struct link *link)
{
	(void)link;
	return LINK_OK;
}

static enum link_result ask(struct link *link, enum treasure_verb verb)
{
	struct table *t = (struct table *)link;

	assert_true(t->asked_count + 1 < ASKED_MAX);
	t->asked[t->asked_count++] = (char)('0' + verb);
	bool is_board = t->shows_board && verb == TREASURE_GET;
	link->reply.kind = is_board ? TREASURE_SCORES_BOARD : t->kind;
	link->reply.scores =
	    (struct treasure_scores){.players = 2, .score = {13, 20}};
	if (t->gains_at != 0 && t->asked_count >= t->gains_at)
		link->reply.scores.score[0] = 21;
	link->reply.board.size = 2;
	memset(link->reply.board.tile, 0, sizeof link->reply.board.tile);
	link->reply.board.tile[0].player = 1;
	link->reply.board.tile[3].has_treasure = true;
	return t->result;
}

static void leave(struct link *link)
{
	(void)link;
}

static const struct version scripted = {"scripted", join, ask, leave, false};
static const struct version scripted_oneshot = {"scripted", join, ask, leave,
    true};

static struct table *table_new(enum treasure_kind kind)
{
	static const struct net_endpoint nowhere = {.port = 1};
	struct table *t = test_calloc(1, sizeof *t);

	link_init(&t->link, &scripted, &nowhere, 1);
	t->kind = kind;
	return t;
}

static void table_free(struct table *t)
{
	free(t->out);
	test_free(t);
}

/* Let a pipe with this text play; what it printed is in t->out. */
static enum link_result play(struct table *t, const char *text)
{
	struct player *player = test_calloc(1, sizeof *player);
	char *copy = strdup(text);

	player->link = &t->link;
	player->in = fmemopen(copy, strlen(text), "r");
	player->out = open_memstream(&t->out, &t->out_len);
	assert_non_null(player->in);
	assert_non_null(player->out);
	enum link_result result = player_play(player);
	fclose(player->in);
	fclose(player->out);
	free(copy);
	test_free(player);
	return result;
}

static void each_line_is_one_command_and_nothing_else_is_sent(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	t->shows_board = true;
	assert_int_equal(play(t, "u\nD\n l \nR\r\ng\nG"), LINK_OK);
	assert_string_equal(t->asked, "2346??");
	table_free(t);
}

static void unknown_lines_are_said_and_not_sent(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	assert_int_equal(play(t, "z\nuu\nup\n\n  \nu\n"), LINK_OK);
	assert_string_equal(t->asked, "2");
	assert_non_null(strstr(t->out, "Unknown command"));
	table_free(t);
}

static void a_pipe_sees_no_prompt(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	assert_int_equal(play(t, "u\n"), LINK_OK);
	assert_string_equal(t->out, "scores 13:20\n");
	table_free(t);
}

static void the_board_is_shown_as_it_travels(void **state)
{
	struct table *t = table_new(TREASURE_SCORES_BOARD);

	(void)state;
	assert_int_equal(play(t, "g\n"), LINK_OK);
	assert_string_equal(t->out, "  .1   .  \n"
				    "  .   $.  \n"
				    "scores 13:20\n");
	table_free(t);
}

static void a_board_for_a_step_says_the_game_is_over(void **state)
{
	struct table *t = table_new(TREASURE_SCORES_BOARD);

	(void)state;
	assert_int_equal(play(t, "u\n"), LINK_OK);
	assert_non_null(strstr(t->out, "The game is over."));
	table_free(t);
}

static void the_step_to_the_last_treasure_ends_the_game(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	t->shows_board = true;
	t->gains_at = 3;
	assert_int_equal(play(t, "g\nr\nd\n"), LINK_OK);
	assert_string_equal(t->out,
	    "  .1   .  \n"
	    "  .   $.  \n"
	    "scores 13:20\n"
	    "scores 13:20\n"
	    "scores 21:20\n"
	    "The game is over.  You have won.\n"
	    "When all its players have left, the next to connect begins "
	    "another.\n");
	table_free(t);
}

/* The points were another's: what is left on the board is not known. */
static void a_board_that_others_changed_ends_no_game(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	t->shows_board = true;
	t->gains_at = 2;
	assert_int_equal(play(t, "g\nr\nd\n"), LINK_OK);
	assert_null(strstr(t->out, "The game is over"));
	table_free(t);
}

static void who_won_and_who_quit_is_told(void **state)
{
	static const struct {
		uint16_t score[3];
		bool has_treasure;
		const char *text;
	} cases[] = {
	    {{7, 5, 6}, false, "The game is over.  You have won."},
	    {{7, 5, 8}, false, "The game is over.  Player 3 has won."},
	    {{7, 5, 7}, false, "The game is over.  It is a draw."},
	    {{5, 5, 3}, false, "The game is over.  It is a draw."},
	    {{5, 5, 7}, false, "The game is over.  Player 3 has won."},
	    {{7, 5, 6}, true,
		"The game is over.  Somebody has quit while you led."},
	    {{7, 8, 6}, true,
		"The game is over.  Somebody has quit while player 2 led."},
	    {{0, 0, 0}, true,
		"The game is over.  Somebody has quit, in a draw."},
	};
	static struct view view = {.board.size = 2};
	char text[VIEW_VERDICT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		view.scores.players = 3;
		memcpy(view.scores.score, cases[i].score,
		    sizeof cases[i].score);
		view.board.tile[3].has_treasure = cases[i].has_treasure;
		assert_string_equal(view_verdict(&view, 1, text),
		    cases[i].text);
	}
}

static void a_seat_that_is_not_the_players_is_said(void **state)
{
	struct table *t = table_new(TREASURE_ERROR);

	(void)state;
	t->link.seat = 2;
	assert_int_equal(play(t, "u\n"), LINK_OK);
	assert_non_null(strstr(t->out, "speak for player 1 from seat 2"));
	table_free(t);
}

static void a_line_has_no_end_but_the_memory_has(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);
	static char text[100000];

	(void)state;
	memset(text, 'u', sizeof text - 1);
	memcpy(text + sizeof text - 4, "\nd\n", 3);
	assert_int_equal(play(t, text), LINK_OK);
	assert_string_equal(t->asked, "3");
	free(t->out);
	memset(text, ' ', 1000);
	assert_int_equal(play(t, text + 900), LINK_OK);
	assert_string_equal(t->asked, "33");
	struct line line;
	memset(text, 'u', sizeof text - 1);
	FILE *in = fmemopen(text, sizeof text - 1, "r");
	assert_true(line_read(in, &line));
	assert_int_equal(line.len, LINE_TEXT_LEN);
	assert_true(line.is_cut);
	assert_false(line_read(in, &line));
	fclose(in);
	table_free(t);
}

static void a_refused_step_is_said(void **state)
{
	static const enum treasure_kind kinds[] = {TREASURE_NOTHING,
	    TREASURE_ERROR};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct table *t = table_new(kinds[i]);

		if (kinds[i] == TREASURE_NOTHING)
			t->link.version = &scripted_oneshot;
		assert_int_equal(play(t, "u\n"), LINK_OK);
		assert_string_equal(t->out, "You cannot step there.\n");
		table_free(t);
	}
}

static void a_reply_that_fits_no_such_command_ends_the_play(void **state)
{
	static const struct {
		const char *text;
		enum treasure_kind kind;
		bool is_oneshot;
	} cases[] = {
	    {"u\nd\n", TREASURE_OVER, false},
	    {"u\nd\n", TREASURE_NOTHING, false},
	    {"g\nd\n", TREASURE_SCORES, false},
	    {"g\nd\n", TREASURE_ERROR, false},
	    {"q\n", TREASURE_ERROR, false},
	    {"g\nd\n", TREASURE_NOTHING, true},
	    {"u\nd\n", TREASURE_ERROR, true},
	    {"q\n", TREASURE_SCORES, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct table *t = table_new(cases[i].kind);

		if (cases[i].is_oneshot)
			t->link.version = &scripted_oneshot;
		assert_int_equal(play(t, cases[i].text), LINK_MISFIT);
		assert_int_equal(t->asked_count, 1);
		assert_int_equal(t->link.exchange.kind, cases[i].kind);
		assert_string_equal(t->out, "");
		table_free(t);
	}
}

static void quit_is_the_last_thing_sent(void **state)
{
	struct table *t = table_new(TREASURE_OVER);

	(void)state;
	assert_int_equal(play(t, "q\nu\nu\n"), LINK_OK);
	assert_string_equal(t->asked, "8");
	assert_string_equal(t->out, "You have ended the game.\n");
	table_free(t);
}

static void a_refused_quit_is_said_and_ends_nothing(void **state)
{
	struct table *t = table_new(TREASURE_ERROR);

	(void)state;
	t->link.seat = 2;
	assert_int_equal(play(t, "q\nu\n"), LINK_OK);
	assert_string_equal(t->asked, "82");
	assert_string_equal(t->out,
	    "The server refused: you may not speak for player 1 from seat 2.\n"
	    "The server refused: you cannot step there, or may not speak for "
	    "player 1 from seat 2.\n");
	table_free(t);
}

static void a_player_the_board_has_not_is_said(void **state)
{
	struct table *t = table_new(TREASURE_NOTHING);

	(void)state;
	t->link.version = &scripted_oneshot;
	t->link.player = 3;
	t->shows_board = true;
	assert_int_equal(play(t, "d\ng\nd\n"), LINK_ABSENT);
	assert_string_equal(t->asked, "3?");
	assert_string_equal(t->out,
	    "You cannot step there, or there is no player 3.\n"
	    "  .1   .  \n"
	    "  .   $.  \n"
	    "scores 13:20\n");
	table_free(t);
}

static void a_server_that_goes_ends_the_play(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	t->result = LINK_GONE;
	assert_int_equal(play(t, "u\nu\n"), LINK_GONE);
	assert_string_equal(t->asked, "2");
	table_free(t);
}

static void a_server_may_go_when_told_to_quit(void **state)
{
	struct table *t = table_new(TREASURE_OVER);

	(void)state;
	t->result = LINK_GONE;
	assert_int_equal(play(t, "q\n"), LINK_OK);
	table_free(t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_is_one_command_and_nothing_else_is_sent),
	    cmocka_unit_test(unknown_lines_are_said_and_not_sent),
	    cmocka_unit_test(a_pipe_sees_no_prompt),
	    cmocka_unit_test(the_board_is_shown_as_it_travels),
	    cmocka_unit_test(a_board_for_a_step_says_the_game_is_over),
	    cmocka_unit_test(the_step_to_the_last_treasure_ends_the_game),
	    cmocka_unit_test(a_board_that_others_changed_ends_no_game),
	    cmocka_unit_test(who_won_and_who_quit_is_told),
	    cmocka_unit_test(a_seat_that_is_not_the_players_is_said),
	    cmocka_unit_test(a_line_has_no_end_but_the_memory_has),
	    cmocka_unit_test(a_refused_step_is_said),
	    cmocka_unit_test(a_refused_quit_is_said_and_ends_nothing),
	    cmocka_unit_test(a_reply_that_fits_no_such_command_ends_the_play),
	    cmocka_unit_test(quit_is_the_last_thing_sent),
	    cmocka_unit_test(a_player_the_board_has_not_is_said),
	    cmocka_unit_test(a_server_that_goes_ends_the_play),
	    cmocka_unit_test(a_server_may_go_when_told_to_quit),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
