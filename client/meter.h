/* meter.h - what playing costs on the wire, as the kernel counts it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_METER_H
#define CLIENT_METER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "wire/cursor.h"

/*
 * Bytes are counted from the IP header on.  Segments, payload and repeats are
 * the kernel's own counters of each connection (TCP_INFO, RFC 4898); it does
 * not count headers, but their sizes follow from the addresses and from what
 * both ends agreed on.  No capture, no privileges.
 *
 * Connections are read just before they are closed, so the segments that
 * closing takes are not seen: closing_* is what it takes when nothing is
 * lost.  Link headers are not seen either, nor payload that came twice.
 */
struct meter {
	uint64_t connections; /* that were read */
	uint64_t segments_out, segments_in;
	uint64_t header_out, header_in;   /* bytes: IP, TCP and its options */
	uint64_t payload_out, payload_in; /* bytes, each counted once */
	uint64_t repeated_out;            /* bytes of payload sent again */
	uint64_t closing_segments, closing_bytes; /* not seen, the usual */
	uint64_t inexact; /* connections whose headers may be larger */
	uint64_t unread;  /* connections of which the kernel told nothing */
};

/* Is there such a counter on this system? */
bool meter_is_supported(void);

/* What the caller knows of a connection and the kernel does not tell. */
struct meter_end {
	bool was_reset;  /* a read failed */
	bool will_reset; /* close() will send a reset instead of a FIN */
};

/*
 * Fill *one with the single connection fd as it stands.  False, and only
 * one->unread is 1, if the kernel does not tell.
 */
bool meter_read(int fd, struct meter_end end, struct meter *one);

void meter_add(struct meter *sum, const struct meter *other);

/*
 * What came between two readings of one meter.  Only the closing can become
 * less, as it is the open connection's: that counts as none.
 */
struct meter meter_since(const struct meter *now, const struct meter *then);

/* Bytes seen, all of them, and those that carry nothing new. */
uint64_t meter_bytes(const struct meter *m);
uint64_t meter_overhead(const struct meter *m);

/* Overhead bytes for each byte of payload; 0 if there is no payload. */
double meter_figure(const struct meter *m);

/* The same with the closing that was not seen. */
double meter_whole_figure(const struct meter *m);

/* A figure for a person, "-" if there is no payload. */
struct number_text meter_figure_text(const struct meter *m, double figure);

/* A few lines for a person; one line for a program.  Nothing if unused. */
void meter_tell(const struct meter *m, FILE *out);
void meter_print(const struct meter *m, FILE *out);

#endif
