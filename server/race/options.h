/* options.h - treasure-race's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_OPTIONS_H
#define RACE_OPTIONS_H

#include <stdbool.h>
#include "server/race/race.h"

struct options {
	const struct way *way; /* NULL: all of them, or none for is_order */
	bool is_order;
	struct race_size size;
	unsigned runs;
	bool is_traced, is_replayed, is_json;
};

/*
 * Fill *options from the command line and the defaults.  Prints and exits
 * where there is nothing to run: 0 after -h, 2 after a mistake.
 */
void options_parse(int argc, char *argv[], struct options *options);

#endif
