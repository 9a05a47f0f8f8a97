/* player_test.c - a pipe of commands, line by line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/player.h"
#include <stdlib.h>
#include <string.h>

enum { ASKED_MAX = 16 };

/* A link that notes what is asked and gives one kind of answer. */
struct table {
	struct link link; /* first: a link is its table */
	enum treasure_kind kind;
	enum link_result result;
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
	link->reply.kind = t->kind;
	link->reply.scores =
	    (struct treasure_scores){.players = 2, .score = {13, 20}};
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
	assert_int_equal(play(t, "u\nD\n l \nR\r\ng\nG"), LINK_OK);
	assert_string_equal(t->asked, "2346??");
	table_free(t);
}

static void unknown_lines_are_said_and_not_sent(void **state)
{
	struct table *t = table_new(TREASURE_SCORES);

	(void)state;
	assert_int_equal(play(t, "x\nuu\nup\n\n  \nu\n"), LINK_OK);
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

static void a_refused_step_is_said(void **state)
{
	static const enum treasure_kind kinds[] = {TREASURE_NOTHING,
	    TREASURE_ERROR};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct table *t = table_new(kinds[i]);

		assert_int_equal(play(t, "u\n"), LINK_OK);
		assert_string_equal(t->out, "You cannot step there.\n");
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
	    cmocka_unit_test(a_refused_step_is_said),
	    cmocka_unit_test(quit_is_the_last_thing_sent),
	    cmocka_unit_test(a_server_that_goes_ends_the_play),
	    cmocka_unit_test(a_server_may_go_when_told_to_quit),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
