/* meter_test.c - what the kernel tells of a connection, and sums of it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support.h"
#include "client/meter.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "wire/net.h"

enum { SOON_MS = 5000, COMMANDS = 3, REPLY_LEN = 4 };

/* Both ends of a connection over the loopback. */
struct ends {
	int client, server;
};

static bool ends_open(const char *host, struct ends *ends)
{
	struct net_endpoint at = {.port = 0};

	strcpy(at.host, host);
	int listener = net_listen(&at, 1);
	if (listener == -1)
		return false;
	at.port = net_port(listener);
	ends->client = net_connect(&at, net_deadline(SOON_MS));
	assert_int_not_equal(ends->client, -1);
	ends->server = net_accept(listener);
	assert_int_not_equal(ends->server, -1);
	close(listener);
	return true;
}

static void carry(int from, int to, size_t len)
{
	uint8_t bytes[REPLY_LEN] = {0};

	assert_true(net_write(from, bytes, len, net_deadline(SOON_MS)));
	assert_int_equal(net_read(to, bytes, sizeof bytes,
			     net_deadline(SOON_MS)),
	    len);
}

static void exchange(const struct ends *ends)
{
	for (int i = 0; i < COMMANDS; i++) {
		carry(ends->client, ends->server, 1);
		carry(ends->server, ends->client, REPLY_LEN);
	}
}

static struct meter meter_of(int fd, struct meter_end end)
{
	struct meter m;

	assert_true(meter_read(fd, end, &m));
	assert_int_equal(m.connections, 1);
	assert_int_equal(m.unread, 0);
	return m;
}

/* Wait for the FIN, so that it is counted. */
static void hear_the_end(int fd)
{
	uint8_t byte;

	assert_int_equal(net_read(fd, &byte, 1, net_deadline(SOON_MS)), 0);
}

static void payload_is_what_was_carried_in_both_families(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "::1"};
	static const unsigned ip[] = {20, 40};

	(void)state;
	if (!meter_is_supported())
		TEST_SKIP("a system that does not count");
	for (size_t i = 0; i < 2; i++) {
		struct meter_end open = {.was_reset = false};
		struct ends ends;

		if (!ends_open(hosts[i], &ends))
			continue; /* no IPv6 here */
		struct meter before = meter_of(ends.client, open);
		exchange(&ends);
		struct meter m = meter_of(ends.client, open);
		assert_int_equal(before.payload_out + before.payload_in, 0);
		assert_int_equal(m.payload_out, COMMANDS);
		assert_int_equal(m.payload_in, COMMANDS * REPLY_LEN);
		/* Each later segment has the same headers. */
		uint64_t segments = m.segments_out - before.segments_out;
		uint64_t header = m.header_out - before.header_out;
		assert_true(segments >= COMMANDS);
		assert_true(header == segments * (ip[i] + 20) ||
			    header == segments * (ip[i] + 32));
		/* Our SYN and theirs had more. */
		assert_true(before.header_out > header / segments);
		assert_int_equal(m.closing_bytes, 3 * (header / segments));
		close(ends.client);
		close(ends.server);
	}
}

static void a_fin_is_no_payload(void **state)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	struct meter_end reset = {.was_reset = true};
	uint8_t byte;
	struct meter_end open = {.was_reset = false};
	struct ends ends;

	(void)state;
	if (!meter_is_supported())
		TEST_SKIP("a system that does not count");
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	close(ends.server);
	hear_the_end(ends.client);
	struct meter m = meter_of(ends.client, open);
	assert_int_equal(m.payload_out, COMMANDS);
	assert_int_equal(m.payload_in, COMMANDS * REPLY_LEN);
	close(ends.client);
	/* The same where we close our side first, and all is seen. */
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	shutdown(ends.client, SHUT_WR);
	hear_the_end(ends.server);
	close(ends.server);
	hear_the_end(ends.client);
	m = meter_of(ends.client, open);
	assert_int_equal(m.payload_in, COMMANDS * REPLY_LEN);
	assert_int_equal(m.closing_segments, 0);
	close(ends.client);
	/* And where it has come, but nobody has read it yet. */
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	shutdown(ends.client, SHUT_WR);
	hear_the_end(ends.server);
	close(ends.server);
	(void)poll(NULL, 0, 20);
	m = meter_of(ends.client, open);
	assert_int_equal(m.payload_in, COMMANDS * REPLY_LEN);
	close(ends.client);
	/* A reset is none. */
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	setsockopt(ends.server, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof at_once);
	close(ends.server);
	assert_int_equal(net_read(ends.client, &byte, 1, net_deadline(SOON_MS)),
	    -1);
	m = meter_of(ends.client, reset);
	assert_int_equal(m.payload_in, COMMANDS * REPLY_LEN);
	close(ends.client);
}

/* What the client's end has been told last is this much of headers. */
static uint64_t last_header(const struct ends *ends, struct meter_end end,
    const struct meter *before)
{
	(void)poll(NULL, 0, 20);
	struct meter m = meter_of(ends->client, end);

	assert_int_equal(m.segments_in, before->segments_in + 1);
	assert_int_equal(m.payload_in, before->payload_in);
	return m.header_in - before->header_in;
}

static void a_reset_has_timestamps_unless_the_server_had_closed(void **state)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	struct meter_end open = {.was_reset = false};
	struct meter_end reset = {.was_reset = true};
	struct ends ends;

	(void)state;
	if (!meter_is_supported())
		TEST_SKIP("a system that does not count");
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	struct meter before = meter_of(ends.client, open);
	uint64_t plain = before.closing_bytes / before.closing_segments;
	setsockopt(ends.server, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof at_once);
	close(ends.server);
	assert_int_equal(last_header(&ends, reset, &before), plain);
	close(ends.client);
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	close(ends.server);
	hear_the_end(ends.client);
	before = meter_of(ends.client, open);
	assert_true(net_write(ends.client, (const uint8_t *)"", 1,
	    net_deadline(SOON_MS)));
	assert_int_equal(last_header(&ends, open, &before), 40);
	close(ends.client);
}

static void the_closing_depends_on_who_closes(void **state)
{
	struct meter_end open = {.was_reset = false};
	struct meter_end reset = {.will_reset = true};
	struct ends ends;

	(void)state;
	if (!meter_is_supported())
		TEST_SKIP("a system that does not count");
	assert_true(ends_open("127.0.0.1", &ends));
	exchange(&ends);
	assert_int_equal(meter_of(ends.client, open).closing_segments, 3);
	assert_int_equal(meter_of(ends.client, reset).closing_segments, 1);
	close(ends.server);
	hear_the_end(ends.client);
	assert_int_equal(meter_of(ends.client, open).closing_segments, 2);
	assert_int_equal(meter_of(ends.client, reset).closing_segments, 1);
	close(ends.client);
}

static void what_is_no_tcp_connection_is_unread(void **state)
{
	struct meter_end open = {.was_reset = false};
	struct meter m;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_false(meter_read(pair[0], open, &m));
	assert_int_equal(m.unread, 1);
	assert_int_equal(m.connections, 0);
	assert_false(meter_read(-1, open, &m));
	close(pair[0]);
	close(pair[1]);
}

static void a_sum_and_a_difference_have_every_field(void **state)
{
	enum { FIELDS = sizeof(struct meter) / sizeof(uint64_t) };
	uint64_t fields[FIELDS], sums[FIELDS];
	struct meter m, sum = {.connections = 0};

	(void)state;
	for (unsigned i = 0; i < FIELDS; i++)
		fields[i] = i + 1;
	memcpy(&m, fields, sizeof m);
	meter_add(&sum, &m);
	meter_add(&sum, &m);
	memcpy(sums, &sum, sizeof sums);
	for (unsigned i = 0; i < FIELDS; i++)
		assert_int_equal(sums[i], 2 * fields[i]);
	sum = meter_since(&sum, &m);
	memcpy(sums, &sum, sizeof sums);
	for (unsigned i = 0; i < FIELDS; i++)
		assert_int_equal(sums[i], fields[i]);
}

static void the_figure_is_overhead_for_each_byte(void **state)
{
	struct meter m = {.connections = 1,
	    .header_out = 216,
	    .header_in = 216,
	    .payload_out = 1,
	    .payload_in = 4,
	    .closing_bytes = 104};
	struct meter nothing = {.connections = 1, .header_out = 60};

	(void)state;
	assert_true(meter_figure(&m) == 432 / 5.0);
	assert_true(meter_whole_figure(&m) == 536 / 5.0);
	assert_int_equal(meter_bytes(&m), 437);
	m.repeated_out = 1;
	assert_int_equal(meter_overhead(&m), 433);
	assert_true(meter_figure(&nothing) == 0);
}

static void an_unused_meter_says_nothing(void **state)
{
	struct meter m = {.connections = 0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	meter_tell(&m, out);
	meter_print(&m, out);
	fflush(out);
	assert_int_equal(len, 0);
	m.unread = 2;
	meter_tell(&m, out);
	fclose(out);
	assert_non_null(strstr(text, "Not counted: 2 connections"));
	free(text);
}

static void a_person_reads_thousands_set_apart(void **state)
{
	struct meter m = {.connections = 2, .header_in = 12345};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	meter_tell(&m, out);
	meter_print(&m, out);
	fclose(out);
	assert_non_null(strstr(text, "On the wire: 12,345 bytes in 2 "));
	assert_non_null(strstr(text, " header_in=12345 "));
	free(text);
}

static char *told(const struct meter *m)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	meter_tell(m, out);
	fclose(out);
	return text;
}

static void a_closing_is_named_only_if_there_is_one(void **state)
{
	struct meter m = {.connections = 1,
	    .header_out = 52,
	    .payload_out = 1,
	    .repeated_out = 1,
	    .closing_segments = 1,
	    .closing_bytes = 52};
	char *text = told(&m);

	(void)state;
	assert_non_null(strstr(text, "with the closing 105.0\n"));
	assert_non_null(strstr(text, "usually 1 segment and 52 bytes;"));
	assert_non_null(strstr(text, "Sent again: 1 byte of commands\n"));
	free(text);
	m.closing_segments = m.closing_bytes = 0;
	text = told(&m);
	assert_null(strstr(text, "closing"));
	assert_non_null(strstr(text, "Overhead per payload byte 53.0\n"));
	assert_non_null(strstr(text, "Not seen: link headers\n"));
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(payload_is_what_was_carried_in_both_families),
	    cmocka_unit_test(a_fin_is_no_payload),
	    cmocka_unit_test(
		a_reset_has_timestamps_unless_the_server_had_closed),
	    cmocka_unit_test(the_closing_depends_on_who_closes),
	    cmocka_unit_test(what_is_no_tcp_connection_is_unread),
	    cmocka_unit_test(a_sum_and_a_difference_have_every_field),
	    cmocka_unit_test(the_figure_is_overhead_for_each_byte),
	    cmocka_unit_test(an_unused_meter_says_nothing),
	    cmocka_unit_test(a_person_reads_thousands_set_apart),
	    cmocka_unit_test(a_closing_is_named_only_if_there_is_one),
	};

	test_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
