/* cmd_compare.c - wiretoll compare: two captures of the same work. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include "capture/options.h"
#include "capture/reading.h"

const char cmd_compare_usage[] =
    "wiretoll compare [-f FILTER] [--from transport|ip|link|wire] [--json]\n"
    "                 A B";

static int compare(const struct options *options)
{
	bool is_json = options->output == OUTPUT_JSON, is_written = true;
	struct reading a, b;

	if (!reading_init(&a, options->path, 1, options))
		return EXIT_USAGE;
	if (!reading_init(&b, options->path + 1, 1, options)) {
		reading_destroy(&a);
		return EXIT_USAGE;
	}
	if (is_json)
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

int cmd_compare(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options;

	(void)stopping;
	if (!options_parse(argc, argv, READER_COMPARE, &options))
		return command_usage(cmd_compare_usage, false);
	if (options.is_help)
		return command_usage(cmd_compare_usage, true);
	if (options.paths == 2)
		return compare(&options);
	warnx("compare: it takes two captures");
	return command_usage(cmd_compare_usage, false);
}
