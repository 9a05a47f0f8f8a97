/* load_report.c - what a load has measured, and what to doubt about it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/load.h"
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include "client/clock.h"

/* Shares of 1 above which a figure is doubted. */
static const double CPU_FULL = 0.9, IDLE_NONE = 0.05, BOARDS_MANY = 0.01;

static const struct {
	const char *name;
	double share;
} percentiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999},
    {"max", 1}};

enum { PERCENTILES = sizeof percentiles / sizeof percentiles[0] };

static double microseconds(const struct histogram *h, double share)
{
	return (double)histogram_at(h, share) / CLOCK_NS_PER_US;
}

static double per_second(const struct load_result *r)
{
	return r->seconds > 0 ? (double)load_answered(r) / r->seconds : 0;
}

/* Of all the CPUs it may use, from 0 to 1. */
static double cpu_share(const struct load_result *r)
{
	return r->seconds > 0 ? r->cpu / r->seconds / r->cpus : 0;
}

/* Without an answer there is no latency: "-". */
static void latency_print(const struct load_result *r, FILE *out)
{
	bool is_none = histogram_total(&r->latency) == 0;

	for (unsigned i = 0; i < PERCENTILES; i++) {
		const char *name = percentiles[i].name;

		if (is_none)
			fprintf(out, " %s_us=-", name);
		else
			fprintf(out, " %s_us=%.1f", name,
			    microseconds(&r->latency, percentiles[i].share));
	}
}

void load_print(const struct load_orders *orders, const struct load_result *r,
    FILE *out)
{
	fprintf(out,
	    "load clients=%u turned_away=%u failed=%u seconds=%.3f "
	    "commands=%" PRIu64 " per_second=%.0f",
	    orders->crew.clients, r->turned_away, r->failed, r->seconds,
	    load_answered(r), per_second(r));
	latency_print(r, out);
	fprintf(out,
	    " errors=%" PRIu64 " stepped=%" PRIu64 " refused=%" PRIu64
	    " boards=%" PRIu64,
	    r->errors, r->stepped, r->refused, r->boards);
	if (orders->rate > 0)
		fprintf(out, " rate=%" PRIu64 " unsent=%" PRIu64, orders->rate,
		    r->unsent);
	fprintf(out, " client_cpu=%.2f\n", cpu_share(r));
}

static json_t *histogram_json(const struct histogram *h)
{
	if (histogram_total(h) == 0)
		return json_null();
	json_t *object = json_object();

	for (unsigned i = 0; i < PERCENTILES; i++)
		json_object_set_new(object, percentiles[i].name,
		    json_real(microseconds(h, percentiles[i].share)));
	return object;
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *meter_json(const struct meter *m)
{
	bool has_payload = m->payload_out + m->payload_in > 0;

	return json_pack("{so so so so so so so so so so so so so so}",
	    "connections", integer(m->connections), "segments_out",
	    integer(m->segments_out), "segments_in", integer(m->segments_in),
	    "payload_out", integer(m->payload_out), "payload_in",
	    integer(m->payload_in), "header_out", integer(m->header_out),
	    "header_in", integer(m->header_in), "repeated_out",
	    integer(m->repeated_out), "bytes", integer(meter_bytes(m)),
	    "overhead_per_payload_byte",
	    has_payload ? json_real(meter_figure(m)) : json_null(),
	    "closing_segments", integer(m->closing_segments), "closing_bytes",
	    integer(m->closing_bytes), "inexact", integer(m->inexact), "unread",
	    integer(m->unread));
}

static json_t *doubts_json(const struct load_orders *orders,
    const struct load_result *r)
{
	char line[LOAD_LINE_LEN];
	json_t *list = json_array();

	for (unsigned i = 0; load_doubt(orders, r, &i, line);)
		json_array_append_new(list, json_string(line));
	return list;
}

bool load_print_json(const struct load_orders *orders,
    const struct load_result *r, FILE *out)
{
	json_t *root = json_pack("{ss ss si si si sf so sf so so so so}",
	    "schema", "wiretoll-load/1", "version", orders->crew.version->name,
	    "clients", (int)orders->crew.clients, "turned_away",
	    (int)r->turned_away, "failed", (int)r->failed, "seconds",
	    r->seconds, "commands", integer(load_answered(r)), "per_second",
	    per_second(r), "errors", integer(r->errors), "stepped",
	    integer(r->stepped), "refused", integer(r->refused), "boards",
	    integer(r->boards));

	json_object_set_new(root, "rate",
	    orders->rate > 0 ? integer(orders->rate) : json_null());
	json_object_set_new(root, "unsent", integer(r->unsent));
	json_object_set_new(root, "latency_us", histogram_json(&r->latency));
	json_object_set_new(root, "lateness_us", histogram_json(&r->lateness));
	json_object_set_new(root, "client_cpu", json_real(cpu_share(r)));
	json_object_set_new(root, "idle",
	    r->idle < 0 ? json_null() : json_real(r->idle));
	json_object_set_new(root, "wire",
	    orders->crew.is_metered ? meter_json(&r->meter) : json_null());
	json_object_set_new(root, "doubts", doubts_json(orders, r));
	bool is_whole =
	    root != NULL && json_dumpf(root, out,
				JSON_INDENT(2) | JSON_REAL_PRECISION(10)) == 0;
	json_decref(root);
	fputc('\n', out);
	return is_whole;
}

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
	       strcmp(host, "localhost") == 0;
}

static bool ports_doubt(const struct load_orders *orders,
    const struct load_result *r, char *line)
{
	(void)orders;
	if (!r->has_no_ports)
		return false;
	snprintf(line, LOAD_LINE_LEN,
	    "this client was the limit: it ran out of local ports (more "
	    "--clients have more addresses on 127.0.0.0/8; --cork leaves "
	    "TIME_WAIT to the client)");
	return true;
}

static bool cpu_doubt(const struct load_orders *orders,
    const struct load_result *r, char *line)
{
	if (load_answered(r) == 0)
		return false; /* nothing was limited */
	if (cpu_share(r) >= CPU_FULL) {
		snprintf(line, LOAD_LINE_LEN,
		    "this client was the limit: it used %.0f %% of the %u "
		    "CPUs it may use",
		    100 * cpu_share(r), r->cpus);
		return true;
	}
	if (!is_loopback(orders->crew.server.host) || r->idle < 0 ||
	    r->idle > IDLE_NONE)
		return false;
	snprintf(line, LOAD_LINE_LEN,
	    "client and server shared CPUs that were never idle; %.0f %% of "
	    "them was this client's: alone, the server would do more",
	    100 * cpu_share(r));
	return true;
}

static bool late_doubt(const struct load_orders *orders,
    const struct load_result *r, char *line)
{
	double late = microseconds(&r->lateness, 0.5);
	double latency = microseconds(&r->latency, 0.5);

	if (orders->rate == 0 || 2 * late < latency || latency <= 0)
		return false;
	snprintf(line, LOAD_LINE_LEN,
	    "%.1f us of the median latency is this client waking up late",
	    late);
	return true;
}

static bool unsent_doubt(const struct load_orders *orders,
    const struct load_result *r, char *line)
{
	(void)orders;
	if (r->unsent == 0)
		return false;
	snprintf(line, LOAD_LINE_LEN,
	    "the rate was not reached: %" PRIu64
	    " command%s still waiting to be sent at the end, and in no figure",
	    r->unsent, r->unsent == 1 ? " was" : "s were");
	return true;
}

static bool boards_doubt(const struct load_orders *orders,
    const struct load_result *r, char *line)
{
	(void)orders;
	if ((double)r->boards <= BOARDS_MANY * (double)load_answered(r))
		return false;
	snprintf(line, LOAD_LINE_LEN,
	    "the game was over: %.0f %% of the answers were boards instead of "
	    "scores",
	    100 * (double)r->boards / (double)load_answered(r));
	return true;
}

bool load_doubt(const struct load_orders *orders, const struct load_result *r,
    unsigned *number, char line[LOAD_LINE_LEN])
{
	static bool (*const doubts[])(const struct load_orders *,
	    const struct load_result *, char *) = {ports_doubt, cpu_doubt,
	    late_doubt, unsent_doubt, boards_doubt};

	while (*number < sizeof doubts / sizeof doubts[0]) {
		if (doubts[(*number)++](orders, r, line))
			return true;
	}
	return false;
}
