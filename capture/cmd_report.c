/* cmd_report.c - wiretoll report: the ledger of captures. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include "capture/options.h"
#include "capture/reading.h"
#include "capture/report/csv.h"
#include "capture/report/json.h"

const char cmd_report_usage[] =
    "wiretoll report [-f FILTER] [--from transport|ip|link|wire] [--flows]\n"
    "                [--sort COLUMN] [--top N] [--interval SECONDS] [--each]\n"
    "                [--by port|host|link|vlan] [--port PORT[-LAST]]\n"
    "                [--flow-timeout SECONDS] [--memory MIB] [--jobs N]\n"
    "                [--json [--mergeable]|--csv] FILE...";

/* Reports on their way out: one, or with --each one for each capture. */
struct printing {
	const struct options *options;
	struct json_out json;
	size_t printed;
};

static void print_csv(struct printing *printing, const struct report *report)
{
	const char *name =
	    printing->options->is_each ? report->file[0].path : NULL;

	report_csv(stdout, report, name, printing->printed == 0);
}

static void print_json(struct printing *printing, const struct report *report)
{
	json_open(&printing->json, NULL, '{');
	json_put_report(&printing->json, report);
	json_close(&printing->json, '}');
}

/* Nothing is said of files that could not be opened, but in JSON. */
static void print_text(struct printing *printing, const struct reading *reading)
{
	if (!reading->has_read)
		return;
	if (printing->printed > 0)
		putchar('\n');
	report_text(stdout, &reading->report);
}

static void print(struct printing *printing, const struct reading *reading)
{
	switch (printing->options->output) {
	case OUTPUT_TEXT:
		print_text(printing, reading);
		break;
	case OUTPUT_JSON:
		print_json(printing, &reading->report);
		break;
	case OUTPUT_CSV:
		print_csv(printing, &reading->report);
		break;
	}
	printing->printed++;
}

/* Read some of the captures into one report. */
static int report(struct printing *printing, char *const path[], size_t paths)
{
	struct reading reading;

	if (!reading_init(&reading, path, paths, printing->options))
		return EXIT_USAGE;
	print(printing, &reading);
	int status = reading.has_failed ? EXIT_FAILED : EXIT_DONE;
	reading_destroy(&reading);
	return status;
}

static int report_each(struct printing *printing)
{
	const struct options *options = printing->options;
	int status = EXIT_DONE;

	for (size_t i = 0; i < options->paths && status != EXIT_USAGE; i++) {
		int one = report(printing, options->path + i, 1);

		status = one > status ? one : status;
	}
	return status;
}

static int report_all(const struct options *options)
{
	struct printing printing = {.options = options};
	bool is_json = options->output == OUTPUT_JSON;
	int status;

	if (!reading_can(options)) /* before there is output */
		return EXIT_USAGE;
	if (is_json)
		json_begin(&printing.json, stdout);
	if (is_json && options->is_each)
		json_open(&printing.json, NULL, '[');
	if (options->is_each)
		status = report_each(&printing);
	else
		status = report(&printing, options->path, options->paths);
	if (is_json && options->is_each)
		json_close(&printing.json, ']');
	bool is_written = !is_json || json_end(&printing.json);
	int flushed = command_flush();
	if (!is_written)
		flushed = EXIT_FAILED;
	return status == EXIT_DONE ? flushed : status;
}

int cmd_report(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options;

	(void)stopping;
	/* A file that must not grow is one that cannot be written. */
	signal(SIGXFSZ, SIG_IGN);
	if (!options_parse(argc, argv, READER_REPORT, &options))
		return command_usage(cmd_report_usage, false);
	if (options.is_help)
		return command_usage(cmd_report_usage, true);
	if (options.paths == 0) {
		warnx("report: which capture?");
		return command_usage(cmd_report_usage, false);
	}
	return report_all(&options);
}
