/* shapes_test.c - sums of shapes say what a posting for each frame says. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/decode/regular.h"
#include "capture/ledger/ledger.h"
#include "capture/pipeline.h"
#include "capture/shapes.h"

enum { MAX_FRAME = 256, FRAMES = 4000, FLOWS = 6 };

/* A frame in the making. */
struct making {
	uint8_t data[MAX_FRAME];
	uint32_t len;
};

static uint32_t random_below(uint32_t *state, uint32_t bound)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 8) % bound;
}

static void add(struct making *to, const void *bytes, uint32_t len)
{
	memcpy(to->data + to->len, bytes, len);
	to->len += len;
}

static void add16(struct making *to, uint32_t value)
{
	uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

	add(to, bytes, sizeof(bytes));
}

static void add32(struct making *to, uint32_t value)
{
	add16(to, value >> 16);
	add16(to, value);
}

static void add_link(struct making *to, bool has_vlan, bool is_ipv6)
{
	static const uint8_t stations[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	add(to, stations, sizeof(stations));
	if (has_vlan)
		add32(to, 0x81000005);
	add16(to, is_ipv6 ? 0x86dd : 0x0800);
}

static void add_ip(struct making *to, bool is_ipv6, uint8_t protocol,
    uint32_t len)
{
	uint8_t v4[20] = {0x45, 0, (uint8_t)((len + 20) >> 8),
	    (uint8_t)(len + 20), [6] = 0x40, 0, 64, protocol, [12] = 10, 0, 0,
	    1, 10, 0, 0, 2};
	uint8_t v6[40] = {0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len,
	    protocol, 64, [23] = 1, [39] = 2};

	if (is_ipv6)
		add(to, v6, sizeof(v6));
	else
		add(to, v4, sizeof(v4));
}

/* Options: none, timestamps, or what makes no shape. */
static void add_tcp(struct making *to, uint32_t *state, uint16_t port,
    uint32_t options)
{
	static const uint8_t timestamps[12] = {1, 1, 8, 10};
	static const uint8_t flags[] = {0x10, 0x18, 0x10, 0x18, 0x02, 0x11, 4};
	uint32_t len = options == 0 ? 20 : 32;

	add16(to, port);
	add16(to, 7000);
	add32(to, 1000 + random_below(state, 400));
	add32(to, 1 + random_below(state, 3));
	add16(to, len / 4 << 12 | flags[random_below(state, sizeof(flags))]);
	add16(to, 500);
	add32(to, 0);
	if (options == 1)
		add(to, timestamps, sizeof(timestamps));
	if (options == 2)
		add(to, "\1\1\1\1\2\4\5\xb4\1\1\1\1", 12);
}

static void add_udp(struct making *to, uint16_t port, uint32_t payload)
{
	add16(to, port);
	add16(to, 7000);
	add16(to, 8 + payload);
	add16(to, 0);
}

/* Any frame near a regular one; with `odd`, of a link type of its own. */
static struct frame make(struct making *to, uint32_t *state, uint64_t time_ns)
{
	bool has_vlan = random_below(state, 4) == 0;
	bool is_ipv6 = random_below(state, 3) == 0;
	bool is_udp = random_below(state, 4) == 0;
	uint32_t payload = random_below(state, 3) * random_below(state, 20);
	uint32_t options = random_below(state, 3);
	uint16_t port = (uint16_t)(40000 + random_below(state, FLOWS));
	uint32_t transport = is_udp ? 8 : options == 0 ? 20 : 32;

	*to = (struct making){0};
	add_link(to, has_vlan, is_ipv6);
	add_ip(to, is_ipv6, is_udp ? 17 : 6, transport + payload);
	if (is_udp)
		add_udp(to, port, payload);
	else
		add_tcp(to, state, port, options);
	to->len += payload + random_below(state, 2) * random_below(state, 9);
	return (struct frame){
	    .data = to->data,
	    .captured = to->len - (random_below(state, 50) == 0),
	    .length = to->len,
	    .time_ns = time_ns,
	    .link_type = LINK_ETHERNET,
	};
}

/* The same frames twice: with owners each frame is posted by itself. */
static void compare(enum level level)
{
	struct pipeline *sums =
	    pipeline_new(&(struct pipeline_plan){.level = level});
	struct pipeline *each = pipeline_new(
	    &(struct pipeline_plan){.level = level, .keeps_owners = true});
	struct making making;
	uint32_t state = 7;

	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame frame = make(&making, &state, i * 1000u);

		pipeline_post(sums, &frame, 1);
		pipeline_post(each, &frame, 1);
	}
	const struct ledger *a = pipeline_close(sums);
	const struct ledger *b = pipeline_close(each);
	assert_true(ledger_balances(a));
	assert_true(ledger_balances(b));
	assert_int_equal(a->frames, FRAMES);
	assert_true(a->total.why[PURPOSE_REPEAT].frames > 0);
	assert_memory_equal(&a->total, &b->total, sizeof(a->total));
	assert_memory_equal(&a->of_flows, &b->of_flows, sizeof(a->of_flows));
	assert_memory_equal(a->warnings, b->warnings, sizeof(a->warnings));
	pipeline_free(sums);
	pipeline_free(each);
}

static void sums_are_what_each_frame_adds(void **unused)
{
	(void)unused;
	for (unsigned level = 0; level < LEVEL_COUNT; level++)
		compare((enum level)level);
}

static struct shape_sum sum_of(const struct frame *frame,
    const struct brief *brief)
{
	return (struct shape_sum){
	    .frames = 1,
	    .length = frame->length,
	    .fresh = brief->segment.len / 2,
	    .repeated = brief->segment.len - brief->segment.len / 2,
	    .phy = posting_phy(frame),
	};
}

/* What a shape says of a frame, and what the loop of decoders does. */
static bool check(const struct frame *frame, enum level level)
{
	static struct anatomy anatomy;
	static struct posting quick, loop;
	struct book a = {0}, b = {0};
	struct brief brief;

	if (!regular_find(frame, &brief) || brief.shape == SHAPE_NONE)
		return false;
	struct shape_sum sum = sum_of(frame, &brief);
	struct verdict verdict = {.purpose = PURPOSE_DATA,
	    .fresh = (uint32_t)sum.fresh};
	posting_write_shape(&quick, level, brief.shape, PURPOSE_DATA, &sum);
	anatomy_by_layers(frame, &anatomy);
	posting_write(&loop, level, frame, &anatomy, &verdict);
	book_post(&a, &quick);
	book_post(&b, &loop);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.bytes, posting_counted(level, brief.shape, &sum));
	return true;
}

static void a_shape_says_what_the_layers_say(void **unused)
{
	struct making making;
	uint32_t state = 3, shaped = 0;

	(void)unused;
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame frame = make(&making, &state, 0);

		for (unsigned level = 0; level < LEVEL_COUNT; level++)
			shaped += check(&frame, (enum level)level);
	}
	assert_true(shaped > FRAMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sums_are_what_each_frame_adds),
	    cmocka_unit_test(a_shape_says_what_the_layers_say),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
