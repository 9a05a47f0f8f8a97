/* dialogue.h - what both ends of a connection say, in order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_APPLICATION_DIALOGUE_H
#define CAPTURE_APPLICATION_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/application/application.h"

/* Ports on which the applications are looked for; both 0: on their own. */
struct port_range {
	uint16_t first, last;
};

/*
 * One TCP connection from its start, whose payload some application
 * understands.  What comes out of order is not waited for: from there on that
 * side's payload is `unparsed`.
 */
struct dialogue;

/* What one segment carried. */
struct utterance {
	uint32_t seq;        /* of data[0] */
	const uint8_t *data; /* borrowed; NULL where it is not known */
	uint32_t captured;   /* bytes in data */
	uint32_t len;        /* on the wire */
	uint32_t fresh;      /* of len, not seen before */
};

/*
 * NULL if no application is looked for on the server's port, or without
 * memory: then its payload is not broken down.  Free with _free.
 */
struct dialogue *dialogue_new(uint16_t server_port,
    const struct port_range *ports);
void dialogue_free(struct dialogue *dialogue);

/* The sequence number of the first byte that a side will send. */
void dialogue_start(struct dialogue *dialogue, bool is_server, uint32_t seq);

/* Add what it breaks down into to sums[], of ledger's. */
void dialogue_hear(struct dialogue *dialogue, bool is_server,
    const struct utterance *utterance, struct application_sums sums[]);

#endif
