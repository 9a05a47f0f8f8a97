/* load_report_test.c - what a load says, and what it doubts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/load.h"
#include <stdlib.h>
#include <string.h>
#include "client/clock.h"

enum { DOUBTS_MAX = 8 };

/* A load of a second with a thousand answers after 100 us, and no doubts. */
static struct load_result *result_new(void)
{
	struct load_result *r = test_calloc(1, sizeof *r);

	r->stepped = 1000;
	r->seconds = 1;
	r->cpu = 0.4;
	r->cpus = 2;
	r->idle = 0.5;
	for (unsigned i = 0; i < 1000; i++)
		histogram_add(&r->latency, 100 * CLOCK_NS_PER_US);
	return r;
}

static struct load_orders orders_for(const char *host)
{
	struct load_orders orders = {.crew.version = &oneshot,
	    .crew.clients = 1,
	    .crew.is_metered = true,
	    .duration_s = 1};

	strcpy(orders.crew.server.host, host);
	return orders;
}

/* All doubts in one text, and their count. */
static unsigned doubts(const struct load_orders *orders,
    const struct load_result *r, char text[DOUBTS_MAX * LOAD_LINE_LEN])
{
	char line[LOAD_LINE_LEN];
	unsigned number = 0, count = 0;

	*text = '\0';
	while (load_doubt(orders, r, &number, line)) {
		strcat(text, line);
		count++;
	}
	return count;
}

static void assert_doubt(const struct load_orders *orders,
    const struct load_result *r, const char *expected)
{
	char text[DOUBTS_MAX * LOAD_LINE_LEN];

	assert_int_equal(doubts(orders, r, text), 1);
	if (strstr(text, expected) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", expected, text);
}

static void a_good_load_has_no_doubts(void **state)
{
	struct load_orders orders = orders_for("127.0.0.1");
	struct load_result *r = result_new();
	char text[DOUBTS_MAX * LOAD_LINE_LEN];

	(void)state;
	assert_int_equal(doubts(&orders, r, text), 0);
	orders.rate = 1000;
	histogram_add(&r->lateness, 10 * CLOCK_NS_PER_US);
	assert_int_equal(doubts(&orders, r, text), 0);
	test_free(r);
}

static void a_client_that_uses_all_cpus_is_the_limit(void **state)
{
	struct load_orders orders = orders_for("192.0.2.1");
	struct load_result *r = result_new();

	(void)state;
	r->cpu = 1.9;
	r->idle = 0;
	assert_doubt(&orders, r, "this client was the limit: it used 95 %");
	test_free(r);
}

static void shared_cpus_are_said_if_the_server_is_here(void **state)
{
	static const char *const here[] = {"127.0.0.1", "127.1.2.3", "::1",
	    "localhost"};
	struct load_result *r = result_new();
	char text[DOUBTS_MAX * LOAD_LINE_LEN];

	(void)state;
	r->idle = 0.01;
	for (size_t i = 0; i < sizeof here / sizeof here[0]; i++) {
		struct load_orders orders = orders_for(here[i]);

		assert_doubt(&orders, r, "shared CPUs");
	}
	struct load_orders none = orders_for("127.0.0.1");
	struct histogram answered = r->latency;
	r->latency = (struct histogram){.count = 0};
	r->stepped = 0;
	assert_int_equal(doubts(&none, r, text), 0); /* it did nothing */
	r->latency = answered;
	struct load_orders far = orders_for("192.0.2.1");
	assert_int_equal(doubts(&far, r, text), 0);
	r->idle = -1; /* unknown */
	struct load_orders near = orders_for("127.0.0.1");
	assert_int_equal(doubts(&near, r, text), 0);
	test_free(r);
}

static void ports_lateness_rate_and_boards_are_said(void **state)
{
	struct load_orders orders = orders_for("192.0.2.1");
	struct load_result *r = result_new();

	(void)state;
	r->has_no_ports = true;
	assert_doubt(&orders, r, "ran out of local ports");
	r->has_no_ports = false;
	orders.rate = 2000;
	r->unsent = 1000;
	assert_doubt(&orders, r, "1000 commands were still waiting");
	r->unsent = 0;
	histogram_add(&r->lateness, 60 * CLOCK_NS_PER_US);
	assert_doubt(&orders, r, "waking up late");
	orders.rate = 0;
	r->boards = 1000;
	assert_doubt(&orders, r, "50 % of the answers were boards");
	test_free(r);
}

static void the_line_has_every_figure(void **state)
{
	struct load_orders orders = orders_for("127.0.0.1");
	struct load_result *r = result_new();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	r->seconds = 2;
	r->errors = 3;
	load_print(&orders, r, out);
	fclose(out);
	assert_non_null(strstr(text, " commands=1000 per_second=500 "));
	assert_non_null(strstr(text, " p50_us=100.0 "));
	assert_non_null(strstr(text, " max_us=100.0 "));
	assert_non_null(strstr(text, " errors=3 stepped=1000 "));
	assert_non_null(strstr(text, " client_cpu=0.10\n"));
	assert_null(strstr(text, "unsent"));
	free(text);
	test_free(r);
}

static void without_an_answer_there_is_no_latency(void **state)
{
	struct load_orders orders = orders_for("127.0.0.1");
	struct load_result *r = test_calloc(1, sizeof *r);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	r->failed = r->cpus = 1;
	orders.rate = 1000;
	load_print(&orders, r, out);
	assert_true(load_print_json(&orders, r, out));
	fclose(out);
	assert_non_null(strstr(text, " p50_us=- "));
	assert_non_null(strstr(text, " max_us=- errors="));
	assert_non_null(strstr(text, "\"latency_us\": null,"));
	assert_non_null(strstr(text, "\"lateness_us\": null,"));
	free(text);
	test_free(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_load_has_no_doubts),
	    cmocka_unit_test(a_client_that_uses_all_cpus_is_the_limit),
	    cmocka_unit_test(shared_cpus_are_said_if_the_server_is_here),
	    cmocka_unit_test(ports_lateness_rate_and_boards_are_said),
	    cmocka_unit_test(the_line_has_every_figure),
	    cmocka_unit_test(without_an_answer_there_is_no_latency),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
