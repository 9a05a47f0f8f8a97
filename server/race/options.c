/* options.c - treasure-race's command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/options.h"
#include <err.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "server/race/team.h"
#include "wire/usage.h"

enum { THREADS = 10, COUNT = 1000000, ROUNDS = 1000, RUNS_MAX = 10000 };

enum {
	OPTION_THREADS = 't',
	OPTION_COUNT = 'c',
	OPTION_RUNS = 'r',
	OPTION_TRACE = 'T',
	OPTION_REPLAY = 'R',
	OPTION_JSON = 'j',
	OPTION_VERSION = 'V',
};

static const struct option long_options[] = {
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"count", required_argument, NULL, OPTION_COUNT},
    {"runs", required_argument, NULL, OPTION_RUNS},
    {"trace", no_argument, NULL, OPTION_TRACE},
    {"replay", no_argument, NULL, OPTION_REPLAY},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: treasure-race none | mutex | semaphore | spin | atomic | queue |\n"
    "           queue-each | mutex-once | atomic-once | all | order [-h]\n"
    "           [--version] [--threads number] [--count number]\n"
    "           [--runs number] [--trace] [--replay] [--json]\n";

static const char help[] =
    "\n"
    "  none                     nothing keeps the threads apart\n"
    "  mutex, semaphore, spin   a lock around each increment\n"
    "  atomic                   one operation of the processor\n"
    "  queue-each, queue        one thread counts, told of each or of sums\n"
    "  mutex-once, atomic-once  sums of their own, added at the end\n"
    "  all                      a table of all these\n"
    "  order                    who comes first, round after round\n"
    "  --threads number         2 to 1000; 10\n"
    "  --count number           increments of each thread, 1 to 10^12; "
    "1000000\n"
    "  --runs number            1 to 10000; 1, or rounds of order: 1000\n"
    "  --trace                  none: show one lost update as it happened;\n"
    "                           to 50000 a thread, 500000 together, at most\n"
    "  --replay                 none: force such an update, step by step\n"
    "  --json                   print the results as JSON\n"
    "  -h, --help               print this\n"
    "  --version                print the version\n"
    "\n"
    "The manual page treasure-race(1) says more.\n";

static void parse_option(int option, struct options *o)
{
	switch (option) {
	case OPTION_THREADS:
		o->size.threads = (unsigned)usage_number("--threads", optarg,
		    TEAM_MIN, TEAM_MAX);
		break;
	case OPTION_COUNT:
		o->size.count =
		    usage_number("--count", optarg, 1, RACE_COUNT_MAX);
		break;
	case OPTION_RUNS:
		o->runs = (unsigned)usage_number("--runs", optarg, 1, RUNS_MAX);
		break;
	case OPTION_TRACE:
		o->is_traced = true;
		break;
	case OPTION_REPLAY:
		o->is_replayed = true;
		break;
	case OPTION_JSON:
		o->is_json = true;
		break;
	case 'h':
		fputs(usage, stdout);
		usage_help(help);
	case OPTION_VERSION:
		usage_version("treasure-race");
	default:
		usage_wrong(usage);
	}
}

static void name_parse(const char *name, struct options *o)
{
	if (name == NULL) {
		warnx("name a way of counting, all or order");
		usage_wrong(usage);
	}
	o->is_order = strcmp(name, "order") == 0;
	if (o->is_order || strcmp(name, "all") == 0)
		return;
	o->way = way_find(name);
	if (o->way == NULL) {
		warnx("\"%s\" is no way of counting", name);
		usage_wrong(usage);
	}
}

/* What one option alone cannot tell. */
static void check(struct options *o)
{
	bool is_shown = o->is_traced || o->is_replayed;

	if (is_shown && o->way != &way_none)
		errx(EXIT_WRONG_USAGE,
		    "%s is for none: no other way has a "
		    "conflict to show",
		    o->is_traced ? "--trace" : "--replay");
	if (is_shown && o->runs > 0)
		errx(EXIT_WRONG_USAGE, "--runs goes with neither --trace nor "
				       "--replay");
	if (o->is_order && o->size.count > 0)
		errx(EXIT_WRONG_USAGE, "--count is not for order");
	if (o->is_replayed && !o->is_traced &&
	    (o->size.count > 0 || o->size.threads > 0))
		errx(EXIT_WRONG_USAGE,
		    "--replay takes %s with --trace only: it "
		    "is two threads, once each",
		    o->size.count > 0 ? "--count" : "--threads");
	if (o->size.threads == 0)
		o->size.threads = THREADS;
	if (o->size.count == 0)
		o->size.count = COUNT;
	if (o->runs == 0)
		o->runs = o->is_order ? ROUNDS : 1;
}

void options_parse(int argc, char *argv[], struct options *options)
{
	const char *name = usage_first_word(&argc, &argv);
	int option;

	*options = (struct options){0};
	while (
	    (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		parse_option(option, options);
	if (name == NULL && optind < argc)
		name = argv[optind++];
	if (optind < argc)
		usage_extra(argv[optind], usage);
	name_parse(name, options);
	check(options);
}
