/* cmd_capture.c - wiretoll capture: record while a command is played. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "capture/recording.h"
#include "capture/report/report.h"
#include "wire/number.h"

const char cmd_capture_usage[] =
    "wiretoll capture [-i IF | --private] [-f FILTER] [-B MIB] [-o FILE]\n"
    "                [--live] [-- COMMAND ARG...]";

struct options {
	struct recording_plan plan;
	bool is_help;
};

static bool parse_buffer(const char *text, unsigned *out)
{
	uint64_t mib;

	if (!number_parse(text, 1, LIVE_BUFFER_MAX_MIB, &mib)) {
		warnx("--buffer: not a number of MiB, 1 to %d: '%s'",
		    LIVE_BUFFER_MAX_MIB, text);
		return false;
	}
	*out = (unsigned)mib;
	return true;
}

/*
 * A word behind the command that would be an option of ours before it, and was
 * not given there: most likely it is meant for us.
 */
static void misplaced_tell(const struct recording_plan *plan)
{
	const struct {
		const char *brief, *name;
		bool is_given;
	} ours[] = {
	    {"-i", "--interface", plan->live.interface != NULL},
	    {"-f", "--filter", plan->live.filter != NULL},
	    {"-B", "--buffer", plan->live.buffer_mib != 0},
	    {"-o", "--output", plan->path != NULL},
	    {"--private", "--private", plan->is_private},
	    {"--live", "--live", plan->is_live},
	};

	for (char *const *word = plan->command + 1; *word != NULL; word++) {
		for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
			if (ours[i].is_given ||
			    (strcmp(*word, ours[i].brief) != 0 &&
				strcmp(*word, ours[i].name) != 0))
				continue;
			warnx("%s is behind the command, and so the command's: "
			      "wiretoll's go before it (and \"--\" between)",
			    *word);
			return;
		}
	}
}

static bool parse(int argc, char *argv[], struct options *options)
{
	static const struct option longs[] = {
	    {"interface", required_argument, NULL, 'i'},
	    {"filter", required_argument, NULL, 'f'},
	    {"buffer", required_argument, NULL, 'B'},
	    {"output", required_argument, NULL, 'o'},
	    {"private", no_argument, NULL, 'p'},
	    {"live", no_argument, NULL, 'L'},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	struct recording_plan *plan = &options->plan;
	int c;

	/* "+": the command's own options are not ours. */
	while ((c = getopt_long(argc, argv, "+i:f:B:o:h", longs, NULL)) != -1) {
		switch (c) {
		case 'i':
			plan->live.interface = optarg;
			break;
		case 'f':
			plan->live.filter = optarg;
			break;
		case 'B':
			if (!parse_buffer(optarg, &plan->live.buffer_mib))
				return false;
			break;
		case 'o':
			plan->path = optarg;
			break;
		case 'p':
			plan->is_private = true;
			break;
		case 'L':
			plan->is_live = true;
			break;
		case 'h':
			options->is_help = true;
			return true;
		default:
			return false;
		}
	}
	if (optind == argc)
		return true;
	plan->command = argv + optind;
	if (strcmp(argv[optind - 1], "--") != 0)
		misplaced_tell(plan);
	return true;
}

static bool makes_sense(const struct recording_plan *plan)
{
	bool is_stdout = plan->path != NULL && strcmp(plan->path, "-") == 0;

	if (is_stdout && isatty(STDOUT_FILENO))
		warnx("-o -: a capture is no text for a terminal: "
		      "redirect it, or name a file");
	else if (!plan->is_private)
		return true;
	else if (plan->live.interface != NULL)
		warnx("--private has no interface but its own: drop -i");
	else if (plan->command == NULL)
		warnx("--private needs a command: nobody else is there");
	else
		return true;
	return false;
}

/* The command line, for whoever finds the file; cut where it is too long. */
static void join(char *out, size_t room, int argc, char *argv[])
{
	size_t len = 0;

	for (int i = 0; i < argc && len < room; i++)
		len += (size_t)snprintf(out + len, room - len, "%s%s",
		    i == 0 ? "" : " ", argv[i]);
}

static void say(const struct recording *recording)
{
	const struct live_counts *counts = &recording->counts;

	if (!recording->has_begun)
		return;
	fprintf(stderr,
	    "wiretoll: %" PRIu64 " frames captured on %s, %" PRIu64
	    " dropped by the kernel\n",
	    recording->info.frames, recording->interface, counts->dropped);
}

/* Without a file, the report itself is the result. */
static int report(const struct recording *recording)
{
	struct report_file file = {.path = recording->interface,
	    .info = recording->info};
	struct report shown = {
	    .ledger = pipeline_close(recording->pipeline),
	    .file = &file,
	    .files = 1,
	};

	pipeline_dropped(recording->pipeline, recording->counts.dropped);
	report_text(stdout, &shown);
	return command_flush();
}

int cmd_capture(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options = {0};
	struct recording recording;
	char comment[1000];

	if (!parse(argc, argv, &options) || options.is_help ||
	    !makes_sense(&options.plan))
		return command_usage(cmd_capture_usage, options.is_help);
	join(comment, sizeof(comment), argc, argv);
	options.plan.comment = comment;
	options.plan.keeps_ledger = options.plan.path == NULL;
	if (options.plan.is_private)
		options.plan.live.interface = "lo";
	recording_make(&options.plan, stopping, &recording);
	say(&recording);
	int status = recording.exit_status;
	if (options.plan.keeps_ledger && recording.has_begun &&
	    report(&recording) != EXIT_DONE)
		recording.has_failed = true;
	/* The command's own failure tells more than ours. */
	if (status == EXIT_DONE &&
	    (recording.has_failed || recording.counts.dropped > 0))
		status = EXIT_FAILED;
	recording_destroy(&recording);
	return status;
}
