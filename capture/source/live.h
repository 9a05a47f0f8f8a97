/* live.h - frames from a network interface, by libpcap. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_LIVE_H
#define CAPTURE_SOURCE_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include "capture/source/frame.h"
#include "wire/cursor.h"

/* An interface being captured: one thread, one user. */
struct live;

enum {
	LIVE_REASON_LEN = 512,
	LIVE_SNAP_LEN = 262144,
	/* Frames may wait this long in the kernel before they are handed on. */
	LIVE_DELAY_MS = 50,
	/* MiB of frames that may wait in the kernel: by default, at most. */
	LIVE_BUFFER_MIB = 64,
	LIVE_BUFFER_MAX_MIB = 2047,
};

/* What is to be captured; borrows the texts. */
struct live_plan {
	const char *interface; /* NULL: libpcap's choice */
	const char *filter;    /* NULL: everything */
	unsigned buffer_mib;   /* to LIVE_BUFFER_MAX_MIB; 0: LIVE_BUFFER_MIB */
};

/* Frames the kernel counted since live_open. */
struct live_counts {
	uint64_t received; /* passed the filter */
	uint64_t dropped;  /* of these, lost: no room, or by the interface */
};

enum live_result {
	LIVE_OK,
	LIVE_FAILED,
	LIVE_BAD_FILTER, /* it does not compile */
};

/*
 * When it returns LIVE_OK, capturing has begun: close *out with live_close.
 * Else there is a reason for a person.  Where memory is short, the kernel's
 * buffer is smaller than planned.
 */
enum live_result live_open(const struct live_plan *plan, struct live **out,
    char reason[LIVE_REASON_LEN]) MUST_CHECK;
void live_close(struct live *live);

/*
 * From now on the kernel keeps nothing more (on Linux; elsewhere it goes on);
 * what it has can still be taken, all of it after LIVE_DELAY_MS.
 */
void live_stop(const struct live *live);

const char *live_interface(const struct live *live);
uint16_t live_link_type(const struct live *live);

/* False at once if a signal came; else after frames or timeout_ms. */
bool live_wait(const struct live *live, int timeout_ms);

/*
 * Hand over the frames there are; each borrows its bytes for the call.
 * Returns their number, or -1 if the interface failed.
 */
typedef void live_function(const struct frame *frame, void *arg);
int live_take(struct live *live, live_function *take, void *arg) MUST_CHECK;

/* Why live_take failed; borrowed from live. */
const char *live_failure(struct live *live);

/* To be asked once in 2^32 frames at least: the kernel counts in 32 bits. */
struct live_counts live_counts(struct live *live);

#endif
