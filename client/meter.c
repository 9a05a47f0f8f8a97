/* meter.c - what playing costs on the wire, added up and shown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/meter.h"
#include <inttypes.h>

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

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void way_tell(const char *way, uint64_t payload_len, uint64_t header_len,
    uint64_t segments, FILE *out)
{
	fprintf(out,
	    "  %-3s %10" PRIu64 " of payload, %10" PRIu64
	    " of headers, %9" PRIu64 " segment%s\n",
	    way, payload_len, header_len, segments, plural(segments));
}

static void doubts_tell(const struct meter *m, FILE *out)
{
	if (m->repeated_out > 0)
		fprintf(out, "  Sent again: %" PRIu64 " bytes of commands\n",
		    m->repeated_out);
	if (m->inexact > 0)
		fprintf(out,
		    "  At least that: %" PRIu64 " connection%s lost or "
		    "repeated something, or got a fast-open cookie\n",
		    m->inexact, plural(m->inexact));
	if (m->unread > 0)
		fprintf(out,
		    "  Not counted: %" PRIu64 " connection%s of which the "
		    "kernel tells nothing\n",
		    m->unread, plural(m->unread));
}

void meter_tell(const struct meter *m, FILE *out)
{
	if (m->connections == 0 && m->unread == 0)
		return;
	fprintf(out,
	    "On the wire: %" PRIu64 " bytes in %" PRIu64 " connection%s, "
	    "counted from the IP header on\n",
	    meter_bytes(m), m->connections, plural(m->connections));
	way_tell("out", m->payload_out, m->header_out, m->segments_out, out);
	way_tell("in", m->payload_in, m->header_in, m->segments_in, out);
	fprintf(out,
	    "  Overhead per payload byte %.1f, with the closing %.1f\n",
	    meter_figure(m), meter_whole_figure(m));
	doubts_tell(m, out);
	fprintf(out,
	    "  Not seen: the closing, usually %" PRIu64
	    " segment%s and %" PRIu64 " bytes; link headers\n",
	    m->closing_segments, plural(m->closing_segments), m->closing_bytes);
}

void meter_print(const struct meter *m, FILE *out)
{
	if (m->connections == 0 && m->unread == 0)
		return;
	fprintf(out,
	    "wire connections=%" PRIu64 " segments_out=%" PRIu64
	    " segments_in=%" PRIu64 " payload_out=%" PRIu64
	    " payload_in=%" PRIu64 " header_out=%" PRIu64 " header_in=%" PRIu64
	    " repeated_out=%" PRIu64 " bytes=%" PRIu64
	    " overhead_per_payload_byte=%.2f closing_segments=%" PRIu64
	    " closing_bytes=%" PRIu64 " inexact=%" PRIu64 " unread=%" PRIu64
	    "\n",
	    m->connections, m->segments_out, m->segments_in, m->payload_out,
	    m->payload_in, m->header_out, m->header_in, m->repeated_out,
	    meter_bytes(m), meter_figure(m), m->closing_segments,
	    m->closing_bytes, m->inexact, m->unread);
}
