/* cmd_compare.c - wiretoll compare: two captures of the same work. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include "capture/options.h"
#include "capture/reading.h"

const char cmd_compare_usage[] =
    "wiretoll compare [-f FILTER] [--from transport|ip|link|wire] [--json]\n"
    "                 A B";

/* Of what was never read there is nothing to compare. */
static int print(const struct options *options, const struct reading *a,
    const struct reading *b)
{
	bool is_written = true;

	if (!a->has_read || !b->has_read)
		return EXIT_FAILED;
	if (options->output == OUTPUT_JSON)
		is_written =
		    report_compare_json(stdout, &a->report, &b->report);
	else
		report_compare_text(stdout, &a->report, &b->report);
	int status = command_flush();
	return a->has_failed || b->has_failed || !is_written ? EXIT_FAILED
							     : status;
}

static int compare(const struct options *options)
{
	struct reading a, b;

	if (!reading_init(&a, options->path, 1, options))
		return EXIT_USAGE;
	if (!reading_init(&b, options->path + 1, 1, options)) {
		reading_destroy(&a);
		return EXIT_USAGE;
	}
	int status = print(options, &a, &b);
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
