/* options.c - what the subcommands that read captures are asked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/options.h"
#include <err.h>
#include <getopt.h>

static const struct option longs[] = {
    {"from", required_argument, NULL, 'l'},
    {"filter", required_argument, NULL, 'f'},
    {"flows", no_argument, NULL, 'F'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

bool options_parse(int argc, char *argv[], struct options *out)
{
	struct options options = {.level = LEVEL_LINK};
	int c;

	while ((c = getopt_long(argc, argv, "f:h", longs, NULL)) != -1) {
		switch (c) {
		case 'l':
			if (level_parse(optarg, &options.level))
				break;
			warnx("--from: no level is called '%s'", optarg);
			return false;
		case 'f':
			options.filter = optarg;
			break;
		case 'F':
			options.shows_flows = true;
			break;
		case 'j':
			options.is_json = true;
			break;
		case 'h':
			options.is_help = true;
			break;
		default:
			return false;
		}
	}
	options.path = argv + optind;
	options.paths = (size_t)(argc - optind);
	*out = options;
	return true;
}
