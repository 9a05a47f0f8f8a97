/* options.h - treasure-client's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include "client/crew.h"

struct options {
	struct crew_orders orders; /* for a person: who, where and think_ms */
	bool is_bot;
	bool has_seed;       /* given */
	bool is_plain;       /* line by line, on a terminal too */
	bool is_json;        /* duration_s is not 0 */
	bool has_refresh;    /* refresh_s was given */
	uint64_t refresh_s;  /* the screen looks by itself so often; 0: never */
	uint64_t duration_s; /* of a load; 0: play to the end */
	uint64_t rate;       /* of a load, commands a second; 0: none */
};

/*
 * Fill *options from the command line and the defaults.  Prints and exits
 * where there is nothing to run: 0 after -h, 2 after a mistake.
 */
void options_parse(int argc, char *argv[], struct options *options);

#endif
