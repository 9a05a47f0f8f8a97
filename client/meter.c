/* meter.c - what playing costs on the wire, added up and shown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/meter.h"
#include <inttypes.h>
#include "client/wrap.h"
#include "wire/number.h"

void meter_add(struct meter *sum, const struct meter *other)
{
	sum->connections += other->connections;
	sum->segments_out += other->segments_out;
	sum->segments_in += other->segments_in;
	sum->header_out += other->header_out;
	sum->header_in += other->header_in;
	sum->payload_out += other->payload_out;
	sum->payload_in += other->payload_in;
	sum->repeated_out += other->repeated_out;
	sum->closing_segments += other->closing_segments;
	sum->closing_bytes += other->closing_bytes;
	sum->inexact += other->inexact;
	sum->unread += other->unread;
}

static uint64_t more(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

struct meter meter_since(const struct meter *now, const struct meter *then)
{
	return (struct meter){
	    .connections = now->connections - then->connections,
	    .segments_out = now->segments_out - then->segments_out,
	    .segments_in = now->segments_in - then->segments_in,
	    .header_out = now->header_out - then->header_out,
	    .header_in = now->header_in - then->header_in,
	    .payload_out = now->payload_out - then->payload_out,
	    .payload_in = now->payload_in - then->payload_in,
	    .repeated_out = now->repeated_out - then->repeated_out,
	    .closing_segments =
		more(now->closing_segments, then->closing_segments),
	    .closing_bytes = more(now->closing_bytes, then->closing_bytes),
	    .inexact = now->inexact - then->inexact,
	    .unread = now->unread - then->unread,
	};
}

static uint64_t payload(const struct meter *m)
{
	return m->payload_out + m->payload_in;
}

uint64_t meter_overhead(const struct meter *m)
{
	return m->header_out + m->header_in + m->repeated_out;
}

uint64_t meter_bytes(const struct meter *m)
{
	return meter_overhead(m) + payload(m);
}

static double ratio(uint64_t overhead, uint64_t of)
{
	return of == 0 ? 0 : (double)overhead / (double)of;
}

double meter_figure(const struct meter *m)
{
	return ratio(meter_overhead(m), payload(m));
}

double meter_whole_figure(const struct meter *m)
{
	return ratio(meter_overhead(m) + m->closing_bytes, payload(m));
}

static void way_tell(const char *way, uint64_t payload_len, uint64_t header_len,
    uint64_t segments, FILE *out)
{
	wrap_print(out,
	    "  %-3s %10s of payload, %10s of headers, %9s segment%s", way,
	    number_text(payload_len).text, number_text(header_len).text,
	    number_text(segments).text, number_plural(segments));
}

static void doubts_tell(const struct meter *m, FILE *out)
{
	if (m->repeated_out > 0)
		wrap_print(out, "  Sent again: %s byte%s of commands",
		    number_text(m->repeated_out).text,
		    number_plural(m->repeated_out));
	if (m->inexact > 0)
		wrap_print(out,
		    "  At least that: %s connection%s lost or repeated "
		    "something, or got a fast-open cookie",
		    number_text(m->inexact).text, number_plural(m->inexact));
	if (m->unread > 0)
		wrap_print(out,
		    "  Not counted: %s connection%s of which the kernel tells "
		    "nothing",
		    number_text(m->unread).text, number_plural(m->unread));
}

/* A connection that was broken off has nothing more to close. */
static void closing_tell(const struct meter *m, FILE *out)
{
	if (m->closing_segments == 0) {
		wrap_print(out, "  Not seen: link headers");
		return;
	}
	wrap_print(out,
	    "  Not seen: the closing, usually %s segment%s and %s byte%s; link "
	    "headers",
	    number_text(m->closing_segments).text,
	    number_plural(m->closing_segments),
	    number_text(m->closing_bytes).text,
	    number_plural(m->closing_bytes));
}

static bool has_payload(const struct meter *m)
{
	return payload(m) > 0;
}

struct number_text meter_figure_text(const struct meter *m, double figure)
{
	static const struct number_text none = {"-"};

	return has_payload(m) ? number_decimal(figure) : none;
}

static void figure_tell(const struct meter *m, FILE *out)
{
	struct number_text seen = meter_figure_text(m, meter_figure(m));

	if (m->closing_bytes == 0)
		wrap_print(out, "  Overhead per payload byte %s", seen.text);
	else
		wrap_print(out,
		    "  Overhead per payload byte %s, with the closing %s",
		    seen.text,
		    meter_figure_text(m, meter_whole_figure(m)).text);
}

void meter_tell(const struct meter *m, FILE *out)
{
	if (m->connections == 0 && m->unread == 0)
		return;
	wrap_print(out,
	    "On the wire: %s byte%s in %s connection%s, counted from the IP "
	    "header on",
	    number_text(meter_bytes(m)).text, number_plural(meter_bytes(m)),
	    number_text(m->connections).text, number_plural(m->connections));
	way_tell("out", m->payload_out, m->header_out, m->segments_out, out);
	way_tell("in", m->payload_in, m->header_in, m->segments_in, out);
	figure_tell(m, out);
	doubts_tell(m, out);
	closing_tell(m, out);
}

void meter_print(const struct meter *m, FILE *out)
{
	char figure[32] = "-";

	if (m->connections == 0 && m->unread == 0)
		return;
	if (has_payload(m))
		snprintf(figure, sizeof figure, "%.2f", meter_figure(m));
	fprintf(out,
	    "wire connections=%" PRIu64 " segments_out=%" PRIu64
	    " segments_in=%" PRIu64 " payload_out=%" PRIu64
	    " payload_in=%" PRIu64 " header_out=%" PRIu64 " header_in=%" PRIu64
	    " repeated_out=%" PRIu64 " bytes=%" PRIu64
	    " overhead_per_payload_byte=%s closing_segments=%" PRIu64
	    " closing_bytes=%" PRIu64 " inexact=%" PRIu64 " unread=%" PRIu64
	    "\n",
	    m->connections, m->segments_out, m->segments_in, m->payload_out,
	    m->payload_in, m->header_out, m->header_in, m->repeated_out,
	    meter_bytes(m), figure, m->closing_segments, m->closing_bytes,
	    m->inexact, m->unread);
}
