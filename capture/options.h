/* options.h - what the subcommands that read captures are asked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include "capture/ledger/account.h"
#include "wire/cursor.h"

struct options {
	enum level level;
	const char *filter; /* borrowed; NULL: everything */
	bool shows_flows, is_json;
	bool is_help;      /* -h: all else is unset */
	char *const *path; /* borrowed from argv */
	size_t paths;
};

/* False after wrong usage, which was said on stderr. */
bool options_parse(int argc, char *argv[], struct options *out) MUST_CHECK;

#endif
