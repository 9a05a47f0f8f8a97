/* cmd_report.c - wiretoll report: the ledger of captures. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <getopt.h>
#include "capture/reading.h"

const char cmd_report_usage[] =
    "wiretoll report [--from transport|ip|link|wire] [--flows] [--json]\n"
    "                FILE...";

struct options {
	enum level level;
	bool shows_flows, is_json, is_help;
};

static bool parse(int argc, char *argv[], struct options *options)
{
	static const struct option longs[] = {
	    {"from", required_argument, NULL, 'l'},
	    {"flows", no_argument, NULL, 'F'},
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
		case 'F':
			options->shows_flows = true;
			break;
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
	if (optind < argc)
		return true;
	warnx("report: which capture?");
	return false;
}

int cmd_report(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options = {.level = LEVEL_LINK};
	struct reading reading;
	bool is_written = true;

	(void)stopping;
	if (!parse(argc, argv, &options) || options.is_help)
		return command_usage(cmd_report_usage, options.is_help);
	reading_init(&reading, argv + optind, (size_t)(argc - optind),
	    options.level, options.shows_flows || options.is_json);
	if (options.is_json)
		is_written = report_json(stdout, &reading.report);
	else
		report_text(stdout, &reading.report);
	int status = command_flush();
	if (reading.has_failed || !is_written ||
	    !ledger_balances(reading.report.ledger))
		status = EXIT_FAILED;
	reading_destroy(&reading);
	return status;
}
