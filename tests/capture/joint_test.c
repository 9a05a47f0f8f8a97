/* joint_test.c - a connection cut in two and joined is the whole one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdbool.h>
#include <stdlib.h>
#include "capture/decode/anatomy.h"
#include "capture/flow/joint.h"

enum { ROUNDS = 3000, SEGMENTS = 60, CLIENT = 0, SERVER = 1 };

/* What one capture saw of a connection. */
struct half {
	struct flow flow;
	struct joint *joint;
	struct sums {
		uint64_t bytes, fresh_frames, old_frames;
	} sent[2];
};

static void half_init(struct half *part)
{
	*part = (struct half){
	    .flow = {.key.protocol = 6, .talking = -1},
	    .joint = joint_new(),
	};
}

static void see(struct half *part, unsigned side, uint8_t flags, uint32_t seq,
    uint32_t len)
{
	struct segment segment = {.seq = seq, .len = len, .flags = flags};
	struct sums *sums = &part->sent[side];
	struct verdict verdict;

	joint_note(part->joint, &part->flow, side, &segment);
	purpose_of_segment(&part->flow, side, &segment, &verdict);
	sums->bytes += verdict.fresh;
	sums->fresh_frames += verdict.fresh > 0;
	sums->old_frames += verdict.fresh < len;
}

static void half_close(struct half *part)
{
	joint_close(part->joint, &part->flow);
}

/* Is what the two parts counted, less what moved, what the whole counted? */
static void assert_join(struct half *whole, struct half *one, struct half *two)
{
	struct joint_moved moved[2];
	uint64_t given_up = 0;

	half_close(whole);
	half_close(one);
	half_close(two);
	joint_join(one->joint, two->joint, moved, &given_up);
	assert_int_equal(given_up, 0);
	for (unsigned i = 0; i < 2; i++) {
		const struct sums *a = &one->sent[i], *b = &two->sent[i];
		const struct sums *all = &whole->sent[i];

		assert_int_equal(a->bytes + b->bytes - moved[i].bytes,
		    all->bytes);
		assert_int_equal(a->fresh_frames + b->fresh_frames -
				     moved[i].emptied,
		    all->fresh_frames);
		assert_int_equal(a->old_frames + b->old_frames +
				     moved[i].touched,
		    all->old_frames);
	}
	assert_int_equal(purpose_has_start(&one->joint->state),
	    purpose_has_start(&whole->joint->state));
	assert_int_equal(purpose_has_end(&one->joint->state),
	    purpose_has_end(&whole->joint->state));
	joint_free(whole->joint);
	joint_free(one->joint);
	joint_free(two->joint);
}

/* Segments of a size, some sent again, some out of order, some lost. */
static void any_cut_of_a_connection_joins(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < ROUNDS; round++) {
		struct half whole, halves[2];
		uint32_t isn = (uint32_t)rand() * 2654435761u;
		int cut = rand() % SEGMENTS, reach = rand() % 30 + 1;
		bool has_syn = rand() % 2;

		half_init(&whole);
		half_init(&halves[0]);
		half_init(&halves[1]);
		for (int i = 0; i < SEGMENTS; i++) {
			struct half *half = &halves[i >= cut];
			unsigned side = (unsigned)rand() % 2;
			uint32_t place = (uint32_t)(i / 4 + rand() % reach);
			uint8_t flags = i == 0 && has_syn ? TCP_SYN : TCP_ACK;
			uint32_t len = flags & TCP_SYN ? 0 : 10;

			if (i == SEGMENTS - 1)
				flags |= rand() % 2 ? TCP_FIN : TCP_RST;
			see(&whole, side, flags, isn + 10 * place + (len > 0),
			    len);
			see(half, side, flags, isn + 10 * place + (len > 0),
			    len);
		}
		assert_join(&whole, &halves[0], &halves[1]);
	}
}

/* In a row they take one entry; the second capture saw the last ten again. */
static void many_segments_in_a_row_are_one_run(void **state)
{
	struct half whole, one, two;

	(void)state;
	half_init(&whole);
	half_init(&one);
	half_init(&two);
	for (uint32_t i = 0; i < 1000; i++) {
		see(&one, CLIENT, TCP_ACK, 1448 * i, 1448);
		see(&whole, CLIENT, TCP_ACK, 1448 * i, 1448);
	}
	for (uint32_t i = 990; i < 2000; i++) {
		see(&two, CLIENT, TCP_ACK, 1448 * i - 100, 1448);
		see(&whole, CLIENT, TCP_ACK, 1448 * i - 100, 1448);
	}
	assert_int_equal(two.joint->side[CLIENT].runs, 1);
	assert_int_equal(two.joint->side[CLIENT].run[0].frames, 1010);
	assert_join(&whole, &one, &two);
}

/* One segment over two that the earlier capture saw is one frame. */
static void a_frame_counts_once(void **state)
{
	struct half whole, one, two;

	(void)state;
	half_init(&whole);
	half_init(&one);
	half_init(&two);
	for (uint32_t seq = 0; seq < 14; seq += 7) {
		see(&one, CLIENT, TCP_ACK, seq, 5);
		see(&whole, CLIENT, TCP_ACK, seq, 5);
	}
	see(&two, CLIENT, TCP_ACK, 0, 12);
	see(&whole, CLIENT, TCP_ACK, 0, 12);
	assert_join(&whole, &one, &two);
}

/* What is lowest is kept, as it may have been seen before. */
static void the_highest_runs_go(void **state)
{
	struct half part;

	(void)state;
	half_init(&part);
	for (uint32_t i = 0; i < 200; i++)
		see(&part, SERVER, TCP_ACK, 100000 - 20 * i, 10);
	const struct joint_side *side = &part.joint->side[SERVER];
	assert_int_equal(side->runs, JOINT_RUNS);
	assert_int_equal((uint32_t)side->run[0].from, 100000 - 20 * 199);
	half_close(&part);
	joint_free(part.joint);
}

/* The SYN of the later part tells, as it would have in one capture. */
static void another_syn_is_the_next_connection(void **state)
{
	struct half one, two, again;

	(void)state;
	half_init(&one);
	half_init(&two);
	half_init(&again);
	see(&one, CLIENT, TCP_SYN, 1000, 0);
	see(&again, CLIENT, TCP_SYN, 1000, 0);
	see(&two, CLIENT, TCP_SYN, 5000, 0);
	half_close(&one);
	half_close(&two);
	half_close(&again);
	assert_true(joint_is_next(one.joint, two.joint));
	assert_false(joint_is_next(one.joint, again.joint));
	joint_free(one.joint);
	joint_free(two.joint);
	joint_free(again.joint);
}

/* A reset that the later capture took, the earlier one knows better. */
static void a_reset_outside_the_window_ends_nothing(void **state)
{
	struct half whole, one, two;

	(void)state;
	half_init(&whole);
	half_init(&one);
	half_init(&two);
	see(&one, CLIENT, TCP_SYN, 1000, 0);
	see(&whole, CLIENT, TCP_SYN, 1000, 0);
	see(&one, SERVER, TCP_SYN | TCP_ACK, 7000, 0);
	see(&whole, SERVER, TCP_SYN | TCP_ACK, 7000, 0);
	see(&two, SERVER, TCP_RST, 900000000, 0);
	see(&whole, SERVER, TCP_RST, 900000000, 0);
	assert_true(two.flow.is_reset);
	assert_false(whole.flow.is_reset);
	assert_join(&whole, &one, &two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_cut_of_a_connection_joins),
	    cmocka_unit_test(many_segments_in_a_row_are_one_run),
	    cmocka_unit_test(a_frame_counts_once),
	    cmocka_unit_test(the_highest_runs_go),
	    cmocka_unit_test(another_syn_is_the_next_connection),
	    cmocka_unit_test(a_reset_outside_the_window_ends_nothing),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
