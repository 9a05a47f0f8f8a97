/* cmd_merge.c - wiretoll merge: ledgers made apart, added. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include "capture/merging.h"
#include "capture/report/csv.h"
#include "capture/report/show.h"

const char cmd_merge_usage[] =
    "wiretoll merge [--flows] [--sort COLUMN] [--top N] [--json|--csv]\n"
    "               LEDGER.json...";

static void print_text(const struct report *report)
{
	report_text(stdout, report);
	printf("\nMerged: %s ledgers; %s flows that go on from one to "
	       "another.\n",
	    show_count(report->merged->ledgers).text,
	    show_count(report->merged->joined_flows).text);
}

static int merge(const struct options *options)
{
	struct merging merging;
	bool is_written = true;

	if (!merging_init(&merging, options))
		return EXIT_FAILED;
	switch (options->output) {
	case OUTPUT_TEXT:
		print_text(&merging.report);
		break;
	case OUTPUT_JSON:
		is_written = report_json(stdout, &merging.report);
		break;
	case OUTPUT_CSV:
		report_csv(stdout, &merging.report, NULL, true);
		break;
	}
	int status = command_flush();
	merging_destroy(&merging);
	return is_written ? status : EXIT_FAILED;
}

int cmd_merge(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options;

	(void)stopping;
	if (!options_parse(argc, argv, READER_MERGE, &options))
		return command_usage(cmd_merge_usage, false);
	if (options.is_help)
		return command_usage(cmd_merge_usage, true);
	if (options.paths > 0)
		return merge(&options);
	warnx("merge: which ledgers?");
	return command_usage(cmd_merge_usage, false);
}
