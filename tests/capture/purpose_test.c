/* purpose_test.c - the short way for expected segments gives what rules give.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdbool.h>
#include <string.h>
#include "capture/flow/purpose.h"

enum { CONNECTIONS = 300, SEGMENTS = 200 };

static uint32_t random_below(uint32_t *state, uint32_t bound)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 8) % bound;
}

static const uint8_t common_flags[] = {TCP_ACK, TCP_ACK, TCP_ACK, TCP_ACK | 8,
    TCP_ACK | 8, TCP_SYN, TCP_SYN | TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST, 0};

/* Mostly the next one; sometimes again, ahead, astray or a probe. */
static struct segment make(uint32_t *state, uint32_t next[2], unsigned side)
{
	static const uint32_t lengths[] = {0, 0, 1, 100, 1460};
	static const uint32_t off[] = {0, 0, 0, 0, 0, 0, UINT32_MAX, 100,
	    UINT32_MAX - 99, UINT32_C(1) << 30};
	uint32_t by = off[random_below(state, 10)];
	struct segment out = {
	    .seq = next[side] + by,
	    .ack = next[!side] - (random_below(state, 8) == 0),
	    .len = lengths[random_below(state, 5)],
	    .flags = common_flags[random_below(state, sizeof(common_flags))],
	};

	if (by == 0)
		next[side] +=
		    out.len + ((out.flags & (TCP_SYN | TCP_FIN)) != 0);
	return out;
}

static void assert_same_side(const struct tcp_side *a, const struct tcp_side *b)
{
	struct range one[RANGES_MAX], other[RANGES_MAX];
	size_t count = ranges_list(&a->seen, one);

	assert_int_equal(count, ranges_list(&b->seen, other));
	if (count > 0)
		assert_memory_equal(one, other, count * sizeof(one[0]));
	assert_int_equal(a->seen.base, b->seen.base);
	assert_int_equal(a->seen.next, b->seen.next);
	assert_int_equal(a->end, b->end);
	assert_int_equal(a->isn, b->isn);
	assert_int_equal(a->fin, b->fin);
	assert_int_equal(a->last_ack, b->last_ack);
	assert_int_equal(a->probes, b->probes);
	assert_int_equal(a->has_syn, b->has_syn);
	assert_int_equal(a->has_synack, b->has_synack);
	assert_int_equal(a->has_fin, b->has_fin);
	assert_int_equal(a->has_ack, b->has_ack);
	assert_int_equal(a->is_syn_acked, b->is_syn_acked);
	assert_int_equal(a->unacked_fins, b->unacked_fins);
}

static void check_connection(uint32_t seed)
{
	struct flow quick = {.talking = -1}, rules = {.talking = -1};
	uint32_t next[2] = {seed % 2 ? UINT32_MAX - 3000 : 5000, 77};
	uint32_t state = seed;

	for (unsigned i = 0; i < SEGMENTS; i++) {
		unsigned side = random_below(&state, 2);
		struct segment segment = make(&state, next, side);
		struct verdict a, b;

		purpose_of_segment(&quick, side, &segment, &a);
		purpose_by_rules(&rules, side, &segment, &b);
		assert_int_equal(a.purpose, b.purpose);
		assert_int_equal(a.fresh, b.fresh);
		assert_int_equal(a.tells_client, b.tells_client);
		assert_int_equal(a.given_up, b.given_up);
		assert_int_equal(quick.is_reset, rules.is_reset);
		for (unsigned j = 0; j < 2; j++)
			assert_same_side(&quick.side[j], &rules.side[j]);
	}
	for (unsigned j = 0; j < 2; j++) {
		ranges_destroy(&quick.side[j].seen);
		ranges_destroy(&rules.side[j].seen);
	}
}

static void the_short_way_says_what_the_rules_say(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= CONNECTIONS; seed++)
		check_connection(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_short_way_says_what_the_rules_say),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
