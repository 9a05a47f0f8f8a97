/* footprint_test.c - how much memory a flow takes, its figures kept. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include <malloc.h>
#include "capture/flow/table.h"
#include "capture/pipeline.h"

enum { FLOWS = 64 * TABLE_CHUNK, MOST = 1024 };

/* What one end sends: flags, numbers, payload, all with timestamps. */
struct step {
	bool is_server;
	uint8_t flags; /* FIN 1, SYN 2, PSH 8, ACK 16 */
	uint32_t seq, ack;
	uint8_t payload;
};

/* One request, its reply sent twice, a keep-alive: every purpose but reset. */
static const struct step exchange[] = {
    {false, 2, 99, 0, 0},
    {true, 18, 899, 100, 0},
    {false, 16, 100, 900, 0},
    {false, 24, 100, 900, 1},
    {true, 16, 900, 101, 0},
    {true, 24, 900, 101, 4},
    {true, 24, 900, 101, 4},
    {false, 16, 101, 904, 0},
    {false, 16, 100, 904, 0},
    {true, 16, 904, 101, 0},
    {true, 17, 904, 101, 0},
    {false, 16, 101, 905, 0},
    {false, 17, 101, 905, 0},
    {true, 16, 905, 102, 0},
};

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static void post(struct pipeline *pipeline, uint32_t flow,
    const struct step *step)
{
	enum { ETH = 14, IP = 20, TCP = 32 };
	uint8_t bytes[ETH + IP + TCP + 4] = {[12] = 8};
	uint8_t *ip = bytes + ETH, *tcp = ip + IP;
	uint32_t len = IP + TCP + (uint32_t)step->payload;

	ip[0] = 0x45;
	put16(ip + 2, len);
	ip[9] = 6;
	put32(ip + (step->is_server ? 16 : 12), 0x0a000000 + flow);
	put32(ip + (step->is_server ? 12 : 16), 0xc0a80001);
	put16(tcp + (step->is_server ? 2 : 0), 40000);
	put16(tcp + (step->is_server ? 0 : 2), 80);
	put32(tcp + 4, step->seq);
	put32(tcp + 8, step->ack);
	tcp[12] = TCP / 4 << 4;
	tcp[13] = step->flags;
	tcp[20] = tcp[21] = 1;
	tcp[22] = 8;
	tcp[23] = 10;
	struct frame frame = {
	    .data = bytes,
	    .captured = ETH + len,
	    .length = ETH + len,
	    .time_ns = 1000,
	    .link_type = 1,
	};
	pipeline_post(pipeline, &frame, 1);
}

static size_t taken(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Bytes a flow, with all its figures, or with the totals alone. */
static size_t bytes_of_flow(bool keeps_owners)
{
	struct pipeline *pipeline = pipeline_new(&(struct pipeline_plan){
	    .level = LEVEL_LINK,
	    .keeps_owners = keeps_owners,
	});
	pipeline_post(pipeline, NULL, 0); /* its batch is there once for all */
	size_t before = taken();
	const size_t steps = sizeof(exchange) / sizeof(exchange[0]);

	for (size_t i = 0; i < steps; i++)
		for (uint32_t flow = 0; flow < FLOWS; flow++)
			post(pipeline, flow, &exchange[i]);
	size_t after = taken();
	assert_int_equal(pipeline_close(pipeline)->flows, FLOWS);
	pipeline_free(pipeline);
	return (after - before) / FLOWS;
}

static void a_flow_with_its_figures_takes_at_most_1_kib(void **state)
{
	(void)state;
	void *some = malloc(4096);
	bool is_counted = taken() >= 4096;

	free(some);
	if (!is_counted)
		TEST_SKIP("a sanitizer's malloc tells nothing");
	size_t alone = bytes_of_flow(false), kept = bytes_of_flow(true);
	print_message("# %zu bytes a flow, %zu with its figures\n", alone,
	    kept);
	assert_in_range(alone, 100, 192);
	assert_in_range(kept, alone + 100, MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_flow_with_its_figures_takes_at_most_1_kib),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
