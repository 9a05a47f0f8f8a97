/* whose_test.c - flows that were silent leave, and their figures stay. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "capture/pipeline.h"
#include "capture/whose.h"

static const uint64_t second = 1000000000;

/* IPv4 and UDP from one port to another, one byte of payload. */
static void post(struct pipeline *pipeline, uint16_t port, uint64_t time_s)
{
	uint8_t bytes[29] = {0x45, 0, 0, 29, [8] = 64, 17, [12] = 10, 0, 0, 1,
	    10, 0, 0, 2, (uint8_t)(port >> 8), (uint8_t)port, 0x1b, 0x58, 0, 9};
	struct frame frame = {
	    .data = bytes,
	    .captured = sizeof(bytes),
	    .length = sizeof(bytes),
	    .time_ns = time_s * second,
	    .link_type = LINK_RAW,
	};

	pipeline_post(pipeline, &frame, 1);
}

/* A capture long enough for flows to leave; one flow is in it. */
static struct pipeline *start(uint64_t timeout_s)
{
	struct pipeline *pipeline = pipeline_new(&(struct pipeline_plan){
	    .level = LEVEL_LINK,
	    .keeps_owners = true,
	    .shelves_flows = true,
	    .shelf = {COLUMN_ID, SIZE_MAX, SIZE_MAX},
	    .flow_timeout_s = timeout_s,
	});

	for (unsigned i = 0; i < WHOSE_PATIENCE; i++)
		post(pipeline, 7000, 999);
	return pipeline;
}

/* How many flows two frames make, between which others take their time. */
static uint64_t flows_of(uint64_t timeout_s, uint64_t silent_s, unsigned others)
{
	struct pipeline *pipeline = start(timeout_s);

	post(pipeline, 5000, 1000);
	for (unsigned i = 0; i < others; i++)
		post(pipeline, 6000, 1000 + silent_s);
	post(pipeline, 6000, 1000 + silent_s);
	post(pipeline, 5000, 1000 + silent_s);
	const struct ledger *ledger = pipeline_close(pipeline);
	assert_true(ledger_balances(ledger));
	assert_int_equal(ledger->total.frames, WHOSE_PATIENCE + 3 + others);
	assert_int_equal(shelf_count(pipeline_flows(pipeline)), ledger->flows);
	uint64_t flows = ledger->flows - 2;
	pipeline_free(pipeline);
	return flows;
}

static void a_silent_flow_leaves(void **state)
{
	(void)state;
	for (unsigned others = 0; others < 10; others += 3) {
		assert_int_equal(flows_of(100, 50, others), 1);
		assert_int_equal(flows_of(100, 102, others), 2);
		assert_int_equal(flows_of(0, 1000000, others), 1);
	}
}

static void a_clock_that_runs_backwards_makes_none_leave(void **state)
{
	struct pipeline *pipeline = start(100);

	(void)state;
	post(pipeline, 5000, 100000);
	post(pipeline, 5000, 5);
	post(pipeline, 5000, 100050);
	assert_int_equal(pipeline_close(pipeline)->flows, 2);
	pipeline_free(pipeline);
}

static void one_wrong_stamp_makes_none_leave(void **state)
{
	struct pipeline *pipeline = start(100);

	(void)state;
	post(pipeline, 5000, 1000);
	post(pipeline, 6000, 4000000000);
	post(pipeline, 5000, 1001);
	assert_int_equal(pipeline_close(pipeline)->flows, 3);
	pipeline_free(pipeline);
}

/* Who is the client of a lone packet between these addresses? */
static struct endpoint client_of(uint8_t from, uint8_t to, uint16_t port)
{
	uint8_t bytes[29] = {0x45, 0, 0, 29, [8] = 64, 17, [12] = from, 0, 0, 1,
	    to, 0, 0, 2, (uint8_t)(port >> 8), (uint8_t)port, 0x1b, 0x58, 0, 9};
	struct frame frame = {
	    .data = bytes,
	    .captured = sizeof(bytes),
	    .length = sizeof(bytes),
	    .link_type = LINK_RAW,
	};
	struct pipeline *pipeline = pipeline_new(&(struct pipeline_plan){
	    .level = LEVEL_LINK,
	    .keeps_owners = true,
	});

	pipeline_post(pipeline, &frame, 1);
	const struct owner *owner = pipeline_ledger(pipeline)->owner[0];
	struct endpoint client = owner->end[owner->client];
	pipeline_free(pipeline);
	return client;
}

static uint16_t client_port(uint8_t from, uint8_t to, uint16_t port)
{
	return client_of(from, to, port).port;
}

static uint8_t client_of_equals(uint8_t from, uint8_t to)
{
	return client_of(from, to, 7000).address[0];
}

static void the_higher_port_is_the_client_s_but_no_group_s(void **state)
{
	(void)state;
	assert_int_equal(client_port(10, 192, 8000), 8000);
	assert_int_equal(client_port(10, 192, 6000), 7000);
	assert_int_equal(client_of_equals(10, 192), 10);
	assert_int_equal(client_of_equals(192, 10), 192);
	assert_int_equal(client_port(10, 224, 8000), 8000);
	assert_int_equal(client_port(10, 224, 6000), 6000);
	assert_int_equal(client_port(239, 10, 8000), 7000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_silent_flow_leaves),
	    cmocka_unit_test(a_clock_that_runs_backwards_makes_none_leave),
	    cmocka_unit_test(one_wrong_stamp_makes_none_leave),
	    cmocka_unit_test(the_higher_port_is_the_client_s_but_no_group_s),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
