/* flow_test.c - flows by their tuple, later fragments by their first. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <string.h>
#include "capture/flow/copies.h"
#include "capture/flow/fragments.h"
#include "capture/flow/table.h"

static void a_tuple_is_found_again(void **state)
{
	struct table table;
	struct flow_key key = {.protocol = 6, .ip_version = 4};
	bool is_new;

	(void)state;
	table_init(&table, 0);
	for (uint16_t i = 0; i < 5000; i++) {
		key.port[0] = i;
		struct flow *flow =
		    table_find(&table, &key, table_hash(&table, &key), &is_new);
		assert_true(is_new);
		flow->client = i & 1;
	}
	for (uint16_t i = 0; i < 5000; i++) {
		key.port[0] = i;
		const struct flow *flow =
		    table_find(&table, &key, table_hash(&table, &key), &is_new);
		assert_false(is_new);
		assert_int_equal(flow->client, i & 1);
	}
	table_destroy(&table);
}

static void a_flow_and_its_slots_take_so_much(void **state)
{
	struct flow_key key = {.protocol = 6, .ip_version = 4};
	struct table table;
	bool is_new;

	(void)state;
	table_init(&table, 0);
	for (uint32_t i = 0; i < 100000; i++) {
		key.port[0] = (uint16_t)i;
		key.port[1] = (uint16_t)(i >> 16);
		(void)table_find(&table, &key, table_hash(&table, &key),
		    &is_new);
		size_t bytes = table.used * sizeof(struct flow) +
			       table.slots * sizeof(struct slot);
		if (table.used > TABLE_CHUNK)
			assert_true(bytes <= table.used * TABLE_FLOW_BYTES);
		assert_true(table.used < table.slots);
	}
	table_destroy(&table);
}

/* So no capture can be made whose tuples all fall into one place. */
static void each_table_has_its_own_hash(void **state)
{
	struct flow_key key = {.protocol = 6, .ip_version = 4};
	struct table one, two;
	unsigned alike = 0;

	(void)state;
	table_init(&one, 0);
	table_init(&two, 0);
	for (uint16_t i = 0; i < 100; i++) {
		key.port[0] = i;
		alike += table_hash(&one, &key) == table_hash(&two, &key);
	}
	assert_true(alike < 3);
	table_destroy(&one);
	table_destroy(&two);
}

/* However many connections a tuple has, they take the room of one. */
static void a_renewed_flow_is_the_next_generation(void **state)
{
	struct flow_key key = {.protocol = 6, .ip_version = 4};
	struct table table;
	uint64_t given_up;
	bool is_new;

	(void)state;
	table_init(&table, 0);
	uint32_t hash = table_hash(&table, &key);
	struct flow *flow = table_find(&table, &key, hash, &is_new);
	flow->is_reset = true;
	assert_int_equal(ranges_add(&flow->side[0].seen, 5, 5, &given_up), 5);
	assert_int_equal(ranges_add(&flow->side[0].seen, 15, 5, &given_up), 5);
	table_renew(flow);
	assert_ptr_equal(table_find(&table, &key, hash, &is_new), flow);
	assert_false(is_new);
	assert_false(flow->is_reset);
	assert_int_equal(flow->generation, 1);
	assert_int_equal(flow->talking, -1);
	assert_int_equal(ranges_add(&flow->side[0].seen, 5, 5, &given_up), 5);
	table_destroy(&table);
}

static bool is_odd(struct flow *flow, void *arg)
{
	(*(unsigned *)arg)++;
	return flow->key.port[0] & 1;
}

/* The others are found as before, and the places are used again. */
static void what_leaves_makes_room(void **state)
{
	struct flow_key key = {.protocol = 6, .ip_version = 4};
	struct table table;
	unsigned seen = 0;
	bool is_new;

	(void)state;
	table_init(&table, 0);
	for (uint16_t i = 0; i < 5000; i++) {
		key.port[0] = i;
		(void)table_find(&table, &key, table_hash(&table, &key),
		    &is_new);
	}
	table_sweep(&table, 5000, is_odd, &seen);
	assert_int_equal(seen, 5000);
	assert_int_equal(table.used, 2500);
	for (uint16_t i = 0; i < 5000; i++) {
		key.port[0] = i;
		const struct flow *flow =
		    table_find(&table, &key, table_hash(&table, &key), &is_new);
		assert_int_equal(is_new, i & 1);
		assert_int_equal(flow->generation, i & 1);
	}
	assert_int_equal(table.places, 5000);
	table_destroy(&table);
}

static void note(struct fragments *fragments, uint32_t id, uint32_t seq)
{
	struct fragment_origin origin = {.key = {.id = id}, .seq = seq};

	fragments_note(fragments, &origin);
}

static uint32_t seq_of(const struct fragments *fragments, uint32_t id)
{
	struct fragment_key key = {.id = id};
	const struct fragment_origin *origin = fragments_find(fragments, &key);

	return origin == NULL ? 0 : origin->seq;
}

static void the_last_first_fragments_are_known(void **state)
{
	struct fragments fragments = {0};

	(void)state;
	assert_int_equal(seq_of(&fragments, 0), 0);
	for (uint32_t id = 0; id < 3 * FRAGMENTS_MAX; id++) {
		note(&fragments, id, id + 1);
		if (id >= FRAGMENTS_MAX)
			assert_int_equal(seq_of(&fragments, id - FRAGMENTS_MAX),
			    0);
		if (id >= FRAGMENTS_MAX - 1)
			assert_int_equal(seq_of(&fragments,
					     id - FRAGMENTS_MAX + 1),
			    id - FRAGMENTS_MAX + 2);
	}
	fragments_destroy(&fragments);
}

static void the_newest_of_one_identification_counts(void **state)
{
	struct fragments fragments = {0};

	(void)state;
	note(&fragments, 7, 1);
	note(&fragments, 7, 2);
	assert_int_equal(seq_of(&fragments, 7), 2);
	for (uint32_t id = 100; id < 100 + FRAGMENTS_MAX - 1; id++)
		note(&fragments, id, 9);
	assert_int_equal(seq_of(&fragments, 7), 2); /* the older one went */
	note(&fragments, 99, 9);
	assert_int_equal(seq_of(&fragments, 7), 0);
	fragments_destroy(&fragments);
}

static bool has_copy_at(struct copies *copies, uint16_t id, uint64_t time_ns)
{
	uint8_t bytes[40] = {0x45, [4] = (uint8_t)(id >> 8), (uint8_t)id};
	struct copies_packet packet = {bytes, 40, 40, time_ns};

	return copies_has(copies, &packet);
}

static bool has_copy(struct copies *copies, uint16_t id)
{
	return has_copy_at(copies, id, 0);
}

static void a_copy_is_known_among_the_last_packets(void **state)
{
	struct copies copies = {.next = 0};

	(void)state;
	for (uint16_t id = 1; id < 1000; id++) {
		assert_false(has_copy(&copies, id));
		if (id == COPIES_MEMORY)
			assert_true(has_copy(&copies, 1));
	}
	assert_true(has_copy(&copies, 999));
	assert_false(has_copy(&copies, 999 - COPIES_MEMORY + 1));
	assert_false(has_copy(&copies, 0));
	assert_false(has_copy(&copies, 0));
	assert_false(has_copy_at(&copies, 999, COPIES_APART + 1));
	assert_true(has_copy_at(&copies, 999, 2 * COPIES_APART + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tuple_is_found_again),
	    cmocka_unit_test(a_flow_and_its_slots_take_so_much),
	    cmocka_unit_test(each_table_has_its_own_hash),
	    cmocka_unit_test(a_renewed_flow_is_the_next_generation),
	    cmocka_unit_test(what_leaves_makes_room),
	    cmocka_unit_test(the_last_first_fragments_are_known),
	    cmocka_unit_test(a_copy_is_known_among_the_last_packets),
	    cmocka_unit_test(the_newest_of_one_identification_counts),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
