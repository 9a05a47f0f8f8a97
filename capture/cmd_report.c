/* cmd_report.c - wiretoll report: the ledger of captures. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include "capture/options.h"
#include "capture/reading.h"

const char cmd_report_usage[] =
    "wiretoll report [-f FILTER] [--from transport|ip|link|wire] [--flows]\n"
    "                [--json] FILE...";

int cmd_report(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options;
	struct reading reading;
	bool is_written = true;

	(void)stopping;
	if (!options_parse(argc, argv, &options))
		return command_usage(cmd_report_usage, false);
	if (options.is_help)
		return command_usage(cmd_report_usage, true);
	if (options.paths == 0) {
		warnx("report: which capture?");
		return command_usage(cmd_report_usage, false);
	}
	if (!reading_init(&reading, options.path, options.paths, &options,
		options.shows_flows || options.is_json))
		return EXIT_USAGE;
	if (options.is_json)
		is_written = report_json(stdout, &reading.report);
	else if (reading.has_read)
		report_text(stdout, &reading.report);
	int status = command_flush();
	if (reading.has_failed || !is_written)
		status = EXIT_FAILED;
	reading_destroy(&reading);
	return status;
}
