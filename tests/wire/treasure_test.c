/* treasure_test.c - the game's bytes, both versions, both directions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "wire/treasure.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = TREASURE_PREFIX_LEN + TREASURE_MAX_BODY };

/* Replies are too large for a stack. */
static struct treasure_reply *reply_new(enum treasure_kind kind)
{
	struct treasure_reply *reply = test_calloc(1, sizeof *reply);

	reply->kind = kind;
	return reply;
}

/* A board with something of everything on it. */
static struct treasure_reply *board_new(unsigned size, unsigned players)
{
	struct treasure_reply *reply = reply_new(TREASURE_SCORES_BOARD);

	reply->scores = (struct treasure_scores){.players = players,
	    .score = {0x0102, 0xFFFE}};
	reply->board.size = size;
	for (uint8_t i = 0; i < players; i++)
		reply->board.tile[i].player = (uint8_t)(i + 1);
	for (unsigned i = players; i < size * size; i += 3)
		reply->board.tile[i].has_treasure = true;
	return reply;
}

static void assert_same(const struct treasure_reply *a,
    const struct treasure_reply *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->scores.players, b->scores.players);
	assert_memory_equal(a->scores.score, b->scores.score,
	    sizeof a->scores.score);
	assert_int_equal(a->board.size, b->board.size);
	assert_memory_equal(a->board.tile, b->board.tile, sizeof a->board.tile);
}

static void every_command_of_the_table_has_its_byte(void **state)
{
	static const struct {
		uint8_t byte, verb, player;
	} table[] = {
	    {0x24, TREASURE_UP, 1},
	    {0x28, TREASURE_UP, 2},
	    {0x2C, TREASURE_UP, 3},
	    {0x34, TREASURE_DOWN, 1},
	    {0x38, TREASURE_DOWN, 2},
	    {0x3C, TREASURE_DOWN, 3},
	    {0x44, TREASURE_LEFT, 1},
	    {0x48, TREASURE_LEFT, 2},
	    {0x4C, TREASURE_LEFT, 3},
	    {0x64, TREASURE_RIGHT, 1},
	    {0x68, TREASURE_RIGHT, 2},
	    {0x6C, TREASURE_RIGHT, 3},
	    {0x84, TREASURE_QUIT, 1},
	    {0x88, TREASURE_QUIT, 2},
	    {0x8C, TREASURE_QUIT, 3},
	    {0xF4, TREASURE_GET, 1},
	    {0xF8, TREASURE_GET, 2},
	    {0xFC, TREASURE_GET, 3},
	    {0xF0, TREASURE_GET, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct treasure_command command = {.verb = table[i].verb,
		    .player = table[i].player};
		struct treasure_command back =
		    treasure_decode_command(table[i].byte);

		assert_int_equal(treasure_encode_command(command),
		    table[i].byte);
		assert_int_equal(back.verb, command.verb);
		assert_int_equal(back.player, command.player);
	}
}

static void the_two_spare_bits_are_ignored(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		struct treasure_command command =
		    treasure_decode_command((uint8_t)byte);

		assert_int_equal(treasure_encode_command(command), byte & 0xFC);
	}
}

static void assert_round_trip(const struct treasure_reply *reply, size_t len)
{
	uint8_t *out = test_malloc(ROOM);
	struct treasure_reply *back = reply_new(TREASURE_NOTHING);

	assert_int_equal(treasure_encode_body(reply, out), len);
	assert_int_equal(treasure_decode_body(guarded(out, len), len, back),
	    TREASURE_OK);
	assert_same(reply, back);
	assert_int_equal(treasure_encode_framed(reply, out),
	    len + TREASURE_PREFIX_LEN);
	assert_int_equal(out[0] << 8 | out[1], len);
	test_free(back);
	test_free(out);
}

static void every_kind_survives_a_round_trip(void **state)
{
	struct treasure_reply *reply = reply_new(TREASURE_NOTHING);

	(void)state;
	assert_round_trip(reply, 0);
	reply->kind = TREASURE_ERROR;
	assert_round_trip(reply, 1);
	reply->kind = TREASURE_OVER;
	assert_round_trip(reply, 1);
	for (uint8_t id = 1; id <= TREASURE_MAX_PLAYERS; id++) {
		reply->kind = TREASURE_ID;
		reply->id = id;
		assert_round_trip(reply, 1);
	}
	reply->id = 0;
	reply->kind = TREASURE_SCORES;
	for (unsigned players = 2; players <= 3; players++) {
		reply->scores = (struct treasure_scores){.players = players,
		    .score = {7, 65535}};
		assert_round_trip(reply, 2 * (size_t)players);
	}
	test_free(reply);
}

static void boards_of_every_size_survive_a_round_trip(void **state)
{
	(void)state;
	for (unsigned size = TREASURE_MIN_SIZE; size <= TREASURE_MAX_SIZE;
	     size++) {
		for (unsigned players = 2; players <= 3; players++) {
			struct treasure_reply *reply = board_new(size, players);

			assert_round_trip(reply,
			    2 * (size_t)players +
				(size_t)size * (5 * size + 1));
			test_free(reply);
		}
	}
}

static void the_usual_board_is_510_bytes_of_text(void **state)
{
	struct treasure_reply *reply = board_new(10, 2);
	uint8_t *out = test_malloc(ROOM);

	(void)state;
	assert_int_equal(treasure_encode_framed(reply, out), 516);
	assert_memory_equal(out,
	    "\x02\x02\x01\x02\xFF\xFE  .1   .2  $.    .    .  ", 31);
	assert_int_equal(out[6 + 50], '\n');
	test_free(out);
	test_free(reply);
}

static void every_prefix_of_a_framed_reply_is_partial(void **state)
{
	struct treasure_reply *reply = board_new(4, 3);
	struct treasure_reply *back = reply_new(TREASURE_NOTHING);
	uint8_t *out = test_malloc(ROOM);
	size_t len = treasure_encode_framed(reply, out);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		const uint8_t *part = guarded(out, cut);
		struct cursor in = cursor_over(part, cut);

		assert_int_equal(treasure_decode_framed(&in, back),
		    TREASURE_PARTIAL);
		assert_ptr_equal(in.at, part);
		assert_int_equal(back->kind, TREASURE_NOTHING);
	}
	struct cursor in = cursor_over(guarded(out, len), len);
	assert_int_equal(treasure_decode_framed(&in, back), TREASURE_OK);
	assert_int_equal(cursor_left(&in), 0);
	assert_same(reply, back);
	test_free(out);
	test_free(back);
	test_free(reply);
}

static void two_framed_replies_at_once_are_taken_one_by_one(void **state)
{
	static const uint8_t two[] = {0, 1, 2, 0, 4, 0, 13, 0, 20};
	struct treasure_reply *reply = reply_new(TREASURE_NOTHING);
	struct cursor in = cursor_over(guarded(two, sizeof two), sizeof two);

	(void)state;
	assert_int_equal(treasure_decode_framed(&in, reply), TREASURE_OK);
	assert_int_equal(reply->kind, TREASURE_ID);
	assert_int_equal(reply->id, 2);
	assert_int_equal(cursor_left(&in), 6);
	assert_int_equal(treasure_decode_framed(&in, reply), TREASURE_OK);
	assert_int_equal(reply->kind, TREASURE_SCORES);
	assert_int_equal(reply->scores.score[0], 13);
	assert_int_equal(reply->scores.score[1], 20);
	assert_int_equal(treasure_decode_framed(&in, reply), TREASURE_PARTIAL);
	test_free(reply);
}

static void a_length_just_outside_the_limit_is_bad_at_once(void **state)
{
	struct treasure_reply *reply = reply_new(TREASURE_NOTHING);
	uint8_t prefix[2];

	(void)state;
	store_be16(prefix, TREASURE_MAX_BODY);
	struct cursor in = cursor_over(guarded(prefix, 2), 2);
	assert_int_equal(treasure_decode_framed(&in, reply), TREASURE_PARTIAL);
	store_be16(prefix, TREASURE_MAX_BODY + 1);
	in = cursor_over(guarded(prefix, 2), 2);
	assert_int_equal(treasure_decode_framed(&in, reply), TREASURE_BAD);
	assert_int_equal(cursor_left(&in), 2);
	test_free(reply);
}

static void a_body_of_no_known_length_is_bad(void **state)
{
	static const size_t lens[] = {2, 3, 5, 7, 11, 13, 513, 515, 517};
	struct treasure_reply *reply = reply_new(TREASURE_OVER);
	uint8_t body[517];

	(void)state;
	memset(body, ' ', sizeof body);
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		assert_int_equal(treasure_decode_body(guarded(body, lens[i]),
				     lens[i], reply),
		    TREASURE_BAD);
		assert_int_equal(reply->kind, TREASURE_OVER);
	}
	test_free(reply);
}

static void a_board_one_byte_longer_or_shorter_is_bad(void **state)
{
	struct treasure_reply *reply = board_new(10, 2);
	struct treasure_reply *back = reply_new(TREASURE_NOTHING);
	uint8_t *out = test_malloc(ROOM);
	size_t len = treasure_encode_body(reply, out);

	(void)state;
	out[len] = '\n';
	for (size_t off = len - 1; off <= len + 1; off++)
		assert_int_equal(treasure_decode_body(guarded(out, off), off,
				     back),
		    off == len ? TREASURE_OK : TREASURE_BAD);
	test_free(out);
	test_free(back);
	test_free(reply);
}

static void a_single_byte_of_no_meaning_is_bad(void **state)
{
	struct treasure_reply *reply = reply_new(TREASURE_NOTHING);

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t body = (uint8_t)byte;
		bool is_known =
		    (byte >= 1 && byte <= 3) || byte == 'E' || byte == 'O';

		assert_int_equal(treasure_decode_body(guarded(&body, 1), 1,
				     reply),
		    is_known ? TREASURE_OK : TREASURE_BAD);
	}
	test_free(reply);
}

static void a_board_with_one_wrong_character_is_bad(void **state)
{
	struct treasure_reply *reply = board_new(3, 2);
	struct treasure_reply *back = reply_new(TREASURE_NOTHING);
	uint8_t *out = test_malloc(ROOM);
	size_t len = treasure_encode_body(reply, out);

	(void)state;
	for (size_t i = 4; i < len; i++) {
		uint8_t good = out[i];

		out[i] = i % 2 == 0 ? '3' : 0; /* 3 does not play here */
		assert_int_equal(treasure_decode_body(out, len, back),
		    TREASURE_BAD);
		assert_int_equal(back->kind, TREASURE_NOTHING);
		assert_int_equal(back->board.size, 0);
		assert_int_equal(back->board.tile[0].player, 0);
		out[i] = good;
	}
	test_free(out);
	test_free(back);
	test_free(reply);
}

static void scores_are_told_with_a_colon_between(void **state)
{
	struct treasure_scores scores = {.players = 3,
	    .score = {65535, 0, 65535}};
	char text[TREASURE_SCORES_TEXT_LEN];

	(void)state;
	assert_string_equal(treasure_scores_text(&scores, text),
	    "65535:0:65535");
	scores.players = 2;
	assert_string_equal(treasure_scores_text(&scores, text), "65535:0");
	scores.players = 0;
	assert_string_equal(treasure_scores_text(&scores, text), "-");
}

static void a_letter_is_a_verb_and_back(void **state)
{
	static const char letters[] = "UDLRQG";

	(void)state;
	for (int c = CHAR_MIN; c <= CHAR_MAX; c++) {
		enum treasure_verb verb = TREASURE_GET;
		bool is_known = c != 0 && strchr("UDLRQGudlrqg", c) != NULL;

		assert_int_equal(treasure_verb_of((char)c, &verb), is_known);
	}
	for (size_t i = 0; letters[i] != '\0'; i++) {
		enum treasure_verb verb;

		assert_true(treasure_verb_of(letters[i], &verb));
		assert_int_equal(treasure_letter(verb), letters[i]);
		assert_int_equal(treasure_is_step((uint8_t)verb), i < 4);
	}
	for (unsigned verb = 0; verb < 16; verb++)
		assert_int_equal(treasure_is_step((uint8_t)verb),
		    verb == 2 || verb == 3 || verb == 4 || verb == 6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scores_are_told_with_a_colon_between),
	    cmocka_unit_test(every_command_of_the_table_has_its_byte),
	    cmocka_unit_test(the_two_spare_bits_are_ignored),
	    cmocka_unit_test(every_kind_survives_a_round_trip),
	    cmocka_unit_test(boards_of_every_size_survive_a_round_trip),
	    cmocka_unit_test(the_usual_board_is_510_bytes_of_text),
	    cmocka_unit_test(every_prefix_of_a_framed_reply_is_partial),
	    cmocka_unit_test(two_framed_replies_at_once_are_taken_one_by_one),
	    cmocka_unit_test(a_length_just_outside_the_limit_is_bad_at_once),
	    cmocka_unit_test(a_body_of_no_known_length_is_bad),
	    cmocka_unit_test(a_board_one_byte_longer_or_shorter_is_bad),
	    cmocka_unit_test(a_single_byte_of_no_meaning_is_bad),
	    cmocka_unit_test(a_board_with_one_wrong_character_is_bad),
	    cmocka_unit_test(a_letter_is_a_verb_and_back),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
