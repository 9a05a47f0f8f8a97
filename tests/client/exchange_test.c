/* exchange_test.c - the table of replies, as docs/wire-protocol.md has it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/exchange.h"
#include <string.h>

/* A letter a kind: nothing, id, E, O, scores, scores and board. */
static const char letters[] = "niEOsb";

static const enum treasure_verb steps[] = {TREASURE_UP, TREASURE_DOWN,
    TREASURE_LEFT, TREASURE_RIGHT};

static void assert_fit(struct exchange exchange, const char *fitting)
{
	for (unsigned kind = 0; kind < sizeof letters - 1; kind++) {
		bool is_expected = strchr(fitting, letters[kind]) != NULL;

		exchange.kind = (enum treasure_kind)kind;
		if (exchange_fits(&exchange) != is_expected)
			fail_msg("verb %x: %c", exchange.verb, letters[kind]);
	}
}

static void a_step_gives_scores_a_refusal_or_the_last_board(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		for (unsigned foreign = 0; foreign < 2; foreign++) {
			struct exchange exchange = {.verb = steps[i],
			    .is_foreign = foreign};

			assert_fit(exchange, "Esb");
			exchange.is_oneshot = true;
			assert_fit(exchange, "nsb");
		}
	}
}

static void a_look_gives_a_board_and_nothing_else(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct exchange exchange = {.verb = TREASURE_GET,
		    .is_oneshot = (i & 1) != 0,
		    .is_foreign = (i & 2) != 0};

		assert_fit(exchange, "b");
	}
}

static void only_another_ones_goodbye_is_refused(void **state)
{
	struct exchange exchange = {.verb = TREASURE_QUIT};

	(void)state;
	assert_fit(exchange, "Ob");
	exchange.is_foreign = true;
	assert_fit(exchange, "EOb");
	exchange = (struct exchange){.verb = TREASURE_QUIT, .is_oneshot = true};
	assert_fit(exchange, "nb");
}

static void what_came_is_said(void **state)
{
	static const struct {
		struct exchange exchange;
		const char *text;
	} cases[] = {
	    {{.verb = TREASURE_UP, .kind = TREASURE_OVER},
		"it answered U with \"O\""},
	    {{.verb = TREASURE_DOWN, .kind = TREASURE_NOTHING},
		"it answered D with 0 bytes"},
	    {{.verb = TREASURE_GET, .kind = TREASURE_SCORES},
		"it answered G with scores alone"},
	    {{.verb = TREASURE_GET, .kind = TREASURE_ERROR},
		"it answered G with \"E\""},
	    {{.verb = TREASURE_QUIT, .kind = TREASURE_ID},
		"it answered Q with an id"},
	    {{.verb = TREASURE_GET, .is_oneshot = true},
		"it answered G with 0 bytes, as a full server of the other "
		"version does, or one without room"},
	};
	static const char begin[] = "the server spoke another protocol: ";
	char text[EXCHANGE_TEXT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		exchange_explain(&cases[i].exchange, text);
		assert_memory_equal(text, begin, sizeof begin - 1);
		assert_string_equal(text + sizeof begin - 1, cases[i].text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_step_gives_scores_a_refusal_or_the_last_board),
	    cmocka_unit_test(a_look_gives_a_board_and_nothing_else),
	    cmocka_unit_test(only_another_ones_goodbye_is_refused),
	    cmocka_unit_test(what_came_is_said),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
