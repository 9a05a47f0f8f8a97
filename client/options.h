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
};

/*
 * Fill *options from the command line and the defaults.  Prints and exits
 * where there is nothing to run: 0 after -h, 2 after a mistake.
 */
void options_parse(int argc, char *argv[], struct options *options);

#endif
