/* options.c - what the subcommands that read captures are asked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/options.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/whose.h"
#include "wire/number.h"

enum {
	OPTION_FROM = 256,
	OPTION_JSON,
	OPTION_FLOWS,
	OPTION_CSV,
	OPTION_EACH,
	OPTION_SORT,
	OPTION_TOP,
	OPTION_INTERVAL,
	OPTION_PORT,
	OPTION_BY,
	OPTION_MERGEABLE,
	OPTION_FLOW_TIMEOUT,
	OPTION_JOBS,
	OPTION_MEMORY,
};

enum { MEMORY_MIB = 64, MEMORY_MAX_MIB = 1 << 20, MIB_SHIFT = 20 };

/* Of all commands that read, and which of them take it. */
static const struct {
	struct option option;
	unsigned readers; /* bits, by enum reader */
} all[] = {
#define OF(reader) (1U << READER_##reader)
    {{"flows", no_argument, NULL, OPTION_FLOWS}, OF(REPORT) | OF(MERGE)},
    {{"csv", no_argument, NULL, OPTION_CSV}, OF(REPORT) | OF(MERGE)},
    {{"each", no_argument, NULL, OPTION_EACH}, OF(REPORT)},
    {{"sort", required_argument, NULL, OPTION_SORT}, OF(REPORT) | OF(MERGE)},
    {{"top", required_argument, NULL, OPTION_TOP}, OF(REPORT) | OF(MERGE)},
    {{"interval", required_argument, NULL, OPTION_INTERVAL}, OF(REPORT)},
    {{"by", required_argument, NULL, OPTION_BY}, OF(REPORT)},
    {{"port", required_argument, NULL, OPTION_PORT}, OF(REPORT)},
    {{"flow-timeout", required_argument, NULL, OPTION_FLOW_TIMEOUT},
	OF(REPORT)},
    {{"jobs", required_argument, NULL, OPTION_JOBS}, OF(REPORT)},
    {{"memory", required_argument, NULL, OPTION_MEMORY}, OF(REPORT)},
    {{"mergeable", no_argument, NULL, OPTION_MERGEABLE}, OF(REPORT)},
    {{"from", required_argument, NULL, OPTION_FROM},
	OF(REPORT) | OF(COMPARE) | OF(ANNOTATE)},
    {{"filter", required_argument, NULL, 'f'}, OF(REPORT) | OF(COMPARE)},
    {{"json", no_argument, NULL, OPTION_JSON},
	OF(REPORT) | OF(COMPARE) | OF(MERGE)},
    {{"help", no_argument, NULL, 'h'},
	OF(REPORT) | OF(COMPARE) | OF(MERGE) | OF(ANNOTATE)},
#undef OF
};

enum { OPTIONS = sizeof(all) / sizeof(all[0]) };

/* Those of one reader, and the end mark. */
static void choose(enum reader reader, struct option known[OPTIONS + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < OPTIONS; i++)
		if (all[i].readers & 1U << reader)
			known[count++] = all[i].option;
	known[count] = (struct option){0};
}

static bool parse_level(const char *text, enum level *out)
{
	if (level_parse(text, out))
		return true;
	warnx("--from: no level is called '%s'", text);
	return false;
}

static bool parse_column(const char *text, enum column *out)
{
	if (column_parse(text, out))
		return true;
	fprintf(stderr, "wiretoll: --sort: no column is called '%s'; there are",
	    text);
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		fprintf(stderr, " %s", column_name((enum column)i));
	fputc('\n', stderr);
	return false;
}

static bool parse_grouping(const char *text, enum grouping *out)
{
	if (grouping_parse(text, out))
		return true;
	warnx("--by: port, host, link or vlan, not '%s'", text);
	return false;
}

static bool parse_top(const char *text, size_t *out)
{
	uint64_t top;

	if (!number_parse(text, 1, SIZE_MAX, &top)) {
		warnx("--top: not a number of flows: '%s'", text);
		return false;
	}
	*out = (size_t)top;
	return true;
}

/* Seconds, also parts of one, from a microsecond to a year. */
static bool parse_interval(const char *text, uint64_t *out)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds >= 1e-6) ||
	    seconds > 366 * 86400.0) {
		warnx("--interval: not a number of seconds: '%s'", text);
		return false;
	}
	*out = (uint64_t)(seconds * 1e9 + 0.5);
	return true;
}

static bool parse_timeout(const char *text, uint64_t *out)
{
	if (number_parse(text, 0, WHOSE_TIMEOUT_MAX_S, out))
		return true;
	warnx("--flow-timeout: not a number of seconds: '%s'", text);
	return false;
}

static bool parse_jobs(const char *text, unsigned *out)
{
	uint64_t jobs;

	if (!number_parse(text, 1, UINT16_MAX, &jobs)) {
		warnx("--jobs: not a number of workers: '%s'", text);
		return false;
	}
	*out = (unsigned)jobs;
	return true;
}

static bool parse_memory(const char *text, size_t *out)
{
	uint64_t mib;

	if (!number_parse(text, 0, MEMORY_MAX_MIB, &mib) ||
	    mib > SIZE_MAX >> MIB_SHIFT) {
		warnx("--memory: not a number of MiB, 0 to %d: '%s'",
		    MEMORY_MAX_MIB, text);
		return false;
	}
	*out = (size_t)mib << MIB_SHIFT;
	return true;
}

/* FIRST-LAST, or one. */
static bool parse_ports(char *text, struct port_range *out)
{
	char *dash = strchr(text, '-');
	uint64_t first, last;
	bool is_good;

	if (dash != NULL)
		*dash = '\0';
	is_good =
	    number_parse(text, 1, UINT16_MAX, &first) &&
	    number_parse(dash == NULL ? text : dash + 1, 1, UINT16_MAX, &last);
	if (dash != NULL)
		*dash = '-';
	if (!is_good) {
		warnx("--port: not a port, or two with a dash: '%s'", text);
		return false;
	}
	if (first > last) {
		warnx("--port: the lower one comes first: '%s'", text);
		return false;
	}
	*out = (struct port_range){(uint16_t)first, (uint16_t)last};
	return true;
}

static bool set_output(struct options *options, enum output output)
{
	if (options->output != OUTPUT_TEXT && options->output != output) {
		warnx("--json and --csv: one at a time");
		return false;
	}
	options->output = output;
	return true;
}

static bool take(int option, struct options *options)
{
	switch (option) {
	case OPTION_FROM:
		return parse_level(optarg, &options->level);
	case OPTION_JSON:
		return set_output(options, OUTPUT_JSON);
	case OPTION_CSV:
		return set_output(options, OUTPUT_CSV);
	case OPTION_FLOWS:
		return options->shows_flows = true;
	case OPTION_EACH:
		return options->is_each = true;
	case OPTION_SORT:
		return parse_column(optarg, &options->sort);
	case OPTION_TOP:
		return parse_top(optarg, &options->top);
	case OPTION_INTERVAL:
		return parse_interval(optarg, &options->interval_ns);
	case OPTION_BY:
		return parse_grouping(optarg, &options->grouping);
	case OPTION_PORT:
		return parse_ports(optarg, &options->ports);
	case OPTION_MERGEABLE:
		return options->is_mergeable = true;
	case OPTION_FLOW_TIMEOUT:
		return parse_timeout(optarg, &options->flow_timeout_s);
	case OPTION_JOBS:
		return parse_jobs(optarg, &options->jobs);
	case OPTION_MEMORY:
		return parse_memory(optarg, &options->memory);
	case 'f':
		options->filter = optarg;
		return true;
	case 'h':
		return options->is_help = true;
	default:
		return false;
	}
}

static bool groups_fit(const struct options *options)
{
	if (options->sort != COLUMN_ID && !column_is_of_books(options->sort)) {
		warnx("--by: its groups have no column '%s'",
		    column_name(options->sort));
		return false;
	}
	if (options->interval_ns > 0 && options->output == OUTPUT_CSV) {
		warnx("--by and --interval: CSV holds one of them");
		return false;
	}
	return true;
}

/* Options that contradict each other are wrong usage. */
static bool fits_together(const struct options *options)
{
	if (options->interval_ns > 0 && options->output == OUTPUT_TEXT) {
		warnx("--interval: with --csv or --json only");
		return false;
	}
	if (options->is_mergeable &&
	    (options->output != OUTPUT_JSON || options->top != SIZE_MAX)) {
		warnx("--mergeable: with --json only, and without --top");
		return false;
	}
	return options->grouping == GROUPING_NONE || groups_fit(options);
}

/* Rows that were sorted or counted, or can be merged, are to be seen. */
static bool needs_flows(const struct options *options)
{
	bool is_sorted = options->sort != COLUMN_ID || options->top != SIZE_MAX;

	return options->is_mergeable ||
	       (is_sorted && options->grouping == GROUPING_NONE);
}

bool options_parse(int argc, char *argv[], enum reader reader,
    struct options *out)
{
	struct options options = {
	    .level = LEVEL_LINK,
	    .top = SIZE_MAX,
	    .memory = (size_t)MEMORY_MIB << MIB_SHIFT,
	    .is_whole = reader != READER_COMPARE,
	    .flow_timeout_s = WHOSE_TIMEOUT_S,
	};
	struct option known[OPTIONS + 1];
	int c;

	choose(reader, known);
	while ((c = getopt_long(argc, argv,
		    reader == READER_REPORT || reader == READER_COMPARE ? "f:h"
									: "h",
		    known, NULL)) != -1)
		if (!take(c, &options))
			return false;
	options.path = argv + optind;
	options.paths = (size_t)(argc - optind);
	options.shows_flows |= needs_flows(&options);
	*out = options;
	return fits_together(out);
}
