/* cmd_compare.c - wiretoll compare: two captures of the same work. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <getopt.h>
#include "capture/reading.h"

const char cmd_compare_usage[] =
    "wiretoll compare [--from transport|ip|link|wire] [--json] A B";

struct options {
	enum level level;
	bool is_json, is_help;
};

static bool parse(int argc, char *argv[], struct options *options)
{
	static const struct option longs[] = {
	    {"from", required_argument, NULL, 'l'},
	    {"json", no_argument, NULL, 'j'},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (c) {
		case 'l':
			if (level_parse(optarg, &options->level))
				break;
			warnx("--from: no level is called '%s'", optarg);
			return false;
		case 'j':
			options->is_json = true;
			break;
		case 'h':
			options->is_help = true;
			return true;
		default:
			return false;
		}
	}
	if (argc - optind == 2)
		return true;
	warnx("compare: it takes two captures");
	return false;
}

int cmd_compare(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options = {.level = LEVEL_LINK};
	struct reading a, b;
	bool is_written = true;

	(void)stopping;
	if (!parse(argc, argv, &options) || options.is_help)
		return command_usage(cmd_compare_usage, options.is_help);
	reading_init(&a, argv + optind, 1, options.level, options.is_json);
	reading_init(&b, argv + optind + 1, 1, options.level, options.is_json);
	if (options.is_json)
		is_written = report_compare_json(stdout, &a.report, &b.report);
	else
		report_compare_text(stdout, &a.report, &b.report);
	int status = command_flush();
	if (a.has_failed || b.has_failed || !is_written)
		status = EXIT_FAILED;
	reading_destroy(&a);
	reading_destroy(&b);
	return status;
}
