/* dialogue_test.c - framing and content of the treasure game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/application/dialogue.h"
#include <string.h>
#include "tests/support.h"

enum { CLIENT, SERVER };

static const struct port_range own_ports;

/* A dialogue under way: each side's next sequence number. */
struct talk {
	struct dialogue *dialogue;
	uint32_t next[2];
	struct application_sums sums[APPLICATION_COUNT];
};

static struct talk begin(void)
{
	struct talk talk = {dialogue_new(12345, &own_ports),
	    {UINT32_MAX - 1, 1000}, {{0, 0, 0}}};

	assert_non_null(talk.dialogue);
	dialogue_start(talk.dialogue, false, talk.next[CLIENT]);
	dialogue_start(talk.dialogue, true, talk.next[SERVER]);
	return talk;
}

static void say(struct talk *talk, unsigned side, const char *data, size_t len)
{
	struct utterance said = {
	    .seq = talk->next[side],
	    .data = (const uint8_t *)data,
	    .captured = (uint32_t)len,
	    .len = (uint32_t)len,
	    .fresh = (uint32_t)len,
	};

	dialogue_hear(talk->dialogue, side == SERVER, &said, talk->sums);
	talk->next[side] += (uint32_t)len;
}

static void end(struct talk *talk, uint64_t framing, uint64_t content,
    uint64_t unparsed)
{
	const struct application_sums *sums = &talk->sums[APPLICATION_TREASURE];

	assert_int_equal(sums->framing, framing);
	assert_int_equal(sums->content, content);
	assert_int_equal(sums->unparsed, unparsed);
	dialogue_free(talk->dialogue);
}

static void oneshot_has_no_framing(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, CLIENT, "\x24", 1);
	say(&talk, SERVER, "\0\0\0\7", 4);
	end(&talk, 0, 5, 0);
}

static void persistent_frames_each_reply_and_the_id(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, SERVER, "\0\1\2", 3);
	say(&talk, CLIENT, "\x28\xf8", 2);
	say(&talk, SERVER, "\0\4\0\0\0\7\0\1E", 9);
	end(&talk, 3 + 2 + 2, 2 + 4 + 1, 0);
}

static void byte_by_byte_is_the_same(void **state)
{
	static const char replies[] = "\0\1\2\0\4\0\0\0\7\0\1E";
	struct talk talk = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(replies) - 1; i++)
		say(&talk, SERVER, replies + i, 1);
	end(&talk, 7, 5, 0);
}

static void a_client_may_speak_before_it_has_the_id(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, CLIENT, "\x24", 1);
	say(&talk, SERVER, "\0\1\1\0\4\0\0\0\7", 9);
	end(&talk, 5, 5, 0);
}

enum { TOP_SCORE = 600 };

/* Scores that are lengths of replies, or begin or end like one. */
static const uint16_t others[] = {0, 5, 28, 256, 257, 516, TOP_SCORE};

/* Bytes of scores of so many players, in *out. */
static size_t scores(uint16_t first, size_t i, size_t players, char out[6])
{
	size_t count = sizeof(others) / sizeof(others[0]);

	for (size_t at = 0; at < players; at++) {
		uint16_t score = at == 0 ? first : others[(i + at) % count];

		out[2 * at] = (char)(score >> 8);
		out[2 * at + 1] = (char)score;
	}
	return 2 * players;
}

static void say_in_pieces(struct talk *talk, const char *data, size_t len,
    size_t piece)
{
	for (size_t at = 0; at < len; at += piece)
		say(talk, SERVER, data + at,
		    len - at < piece ? len - at : piece);
}

/* One connection of each version, the client speaking first in both. */
static void both_tell(const char *body, size_t len, size_t piece)
{
	char framed[5 + 6] = {0, 1, 1, 0, (char)len};
	struct talk oneshot = begin();

	say(&oneshot, CLIENT, "\x24", 1);
	say_in_pieces(&oneshot, body, len, piece);
	end(&oneshot, 0, 1 + len, 0);
	struct talk persistent = begin();

	memcpy(framed + 5, body, len);
	say(&persistent, CLIENT, "\x24", 1);
	say_in_pieces(&persistent, framed, 5 + len, piece);
	end(&persistent, 5, 1 + len, 0);
}

/* But 1 to 4: a treasure is worth 5 points or more. */
static void no_score_is_taken_for_a_length(void **state)
{
	char body[6];

	(void)state;
	for (uint16_t first = 0; first <= TOP_SCORE; first++)
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			for (size_t players = 2; players <= 3; players++) {
				size_t len = scores(first, i, players, body);

				if (first > 0 && first < 5)
					continue;
				both_tell(body, len, 1);
				both_tell(body, len, sizeof(body));
			}
}

static void another_protocol_on_the_port_is_not_counted(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, CLIENT, "\x16\3\1", 3);
	say(&talk, SERVER, "\x16\3\3", 3);
	end(&talk, 0, 0, 0);
}

/* Nothing else was said: the bytes could be anybody's. */
static void an_unknown_command_alone_is_not_counted(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, CLIENT, "\x80", 1);
	end(&talk, 0, 0, 0);
	talk = begin();
	say(&talk, CLIENT, "\x2c", 1);
	end(&talk, 0, 1, 0);
}

static void behind_a_gap_a_side_is_unparsed(void **state)
{
	struct talk talk = begin();

	(void)state;
	say(&talk, SERVER, "\0\1\1", 3);
	talk.next[SERVER] += 6;
	say(&talk, SERVER, "\0\4\0\0\0\7", 6);
	say(&talk, CLIENT, "\x24", 1);
	end(&talk, 3, 1, 6);
}

static void other_ports_are_not_looked_at(void **state)
{
	const struct port_range range = {700, 710};

	(void)state;
	assert_null(dialogue_new(12346, &own_ports));
	assert_null(dialogue_new(12345, &range));
	assert_null(dialogue_new(699, &range));
	assert_null(dialogue_new(711, &range));
	struct dialogue *dialogue = dialogue_new(710, &range);
	assert_non_null(dialogue);
	dialogue_free(dialogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(oneshot_has_no_framing),
	    cmocka_unit_test(persistent_frames_each_reply_and_the_id),
	    cmocka_unit_test(byte_by_byte_is_the_same),
	    cmocka_unit_test(a_client_may_speak_before_it_has_the_id),
	    cmocka_unit_test(no_score_is_taken_for_a_length),
	    cmocka_unit_test(another_protocol_on_the_port_is_not_counted),
	    cmocka_unit_test(an_unknown_command_alone_is_not_counted),
	    cmocka_unit_test(behind_a_gap_a_side_is_unparsed),
	    cmocka_unit_test(other_ports_are_not_looked_at),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
