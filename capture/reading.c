/* reading.c - capture files into a report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/reading.h"
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include "capture/jobs.h"
#include "capture/report/show.h"

static void note_error(struct report_file *file,
    const struct source_error *error)
{
	file->has_error = true;
	file->error = *error;
	if (error->has_offset)
		warnx("%s: %s (at offset %" PRIu64 ")",
		    show_path(file->path).text, error->reason, error->offset);
	else
		warnx("%s: %s", show_path(file->path).text, error->reason);
}

static void read_file(struct reading *reading, struct report_file *file)
{
	struct source_error error;
	struct source *source = source_open(file->path, &error);

	if (source == NULL) {
		note_error(file, &error);
		return;
	}
	pipeline_post_file(reading->pipeline, source, reading->filter);
	file->info = *source_info(source);
	if (source_failure(source) != NULL)
		note_error(file, source_failure(source));
	source_close(source);
	reading->has_read = true;
}

/* What only the end shows. */
static void close_books(struct reading *reading)
{
	const struct ledger *ledger = pipeline_close(reading->pipeline);

	if (!ledger_balances(ledger)) {
		warnx("the books do not balance: this is a bug of wiretoll");
		reading->has_failed = true;
	}
	if (reading->filter != NULL && filter_failure(reading->filter)) {
		warnx("%s: none of its frames pass",
		    filter_failure(reading->filter));
		reading->has_failed = true;
	}
	reading->report.ledger = ledger;
	reading->report.slices = pipeline_slices(reading->pipeline);
}

/* JSON and CSV tell of every flow, text if it is asked. */
static bool shows_flows(const struct options *options)
{
	bool is_whole = options->output != OUTPUT_TEXT && options->is_whole;

	return options->shows_flows || (is_whole && options->interval_ns == 0 &&
					   options->grouping == GROUPING_NONE);
}

static bool make_filter(const char *expression, struct filter **out)
{
	char reason[FILTER_REASON_LEN];

	*out = NULL;
	if (expression == NULL)
		return true;
	*out = filter_new(expression, reason);
	if (*out == NULL)
		warnx("%s", reason);
	return *out != NULL;
}

static void select_rows(struct reading *reading, const struct options *options)
{
	const struct groups *groups = pipeline_groups(reading->pipeline);
	struct report *report = &reading->report;

	if (shows_flows(options)) {
		selection_init(&reading->flows, report->ledger, options->sort,
		    options->top);
		report->flows = &reading->flows;
	}
	if (groups != NULL) {
		group_selection_init(&reading->groups, groups, options->sort,
		    options->top);
		report->groups = &reading->groups;
		report->grouping = options->grouping;
	}
}

/* Figures by time, link or VLAN, and of what can be joined, are one's. */
static unsigned workers_for(const struct options *options, char *const path[],
    size_t paths)
{
	if (options->interval_ns > 0 || options->is_mergeable ||
	    options->grouping == GROUPING_LINK ||
	    options->grouping == GROUPING_VLAN)
		return 1;
	return jobs_count(options->jobs, path, paths);
}

static void finish(struct reading *reading, struct jobs *jobs)
{
	uint64_t frames = 0, bytes = 0;

	for (size_t i = 0; i < reading->report.files; i++) {
		frames += reading->file[i].info.frames;
		bytes += reading->file[i].info.bytes;
	}
	if (jobs_finish(jobs, reading->pipeline, frames, bytes))
		return;
	warnx("a capture changed while it was read; read it with --jobs 1");
	reading->has_failed = true;
}

static void read_all(struct reading *reading, char *const path[])
{
	for (size_t i = 0; i < reading->report.files; i++) {
		struct report_file *file = &reading->file[i];

		file->path = path[i];
		read_file(reading, file);
		reading->has_failed |= file->has_error;
	}
}

bool reading_init(struct reading *reading, char *const path[], size_t paths,
    const struct options *options)
{
	struct report_file *file = calloc(paths, sizeof(*file));
	struct filter *filter;

	if (file == NULL)
		err(EXIT_FAILURE, "reading");
	if (!make_filter(options->filter, &filter)) {
		free(file);
		return false;
	}
	struct pipeline_plan plan = {
	    .level = options->level,
	    .keeps_owners = shows_flows(options) ||
			    options->grouping == GROUPING_PORT ||
			    options->grouping == GROUPING_HOST,
	    .is_mergeable = options->is_mergeable,
	    .grouping = options->grouping,
	    .interval_ns = options->interval_ns,
	    .flow_timeout_s = options->flow_timeout_s,
	    .ports = options->ports,
	};
	unsigned workers = workers_for(options, path, paths);
	struct jobs *jobs =
	    jobs_start(&plan, workers, path, paths, options->filter);
	*reading = (struct reading){
	    .pipeline = pipeline_new(&plan),
	    .filter = filter,
	    .file = file,
	    .report = {.file = file, .files = paths, .filter = options->filter},
	};
	read_all(reading, path);
	finish(reading, jobs);
	close_books(reading);
	select_rows(reading, options);
	return true;
}

void reading_destroy(struct reading *reading)
{
	pipeline_free(reading->pipeline);
	filter_free(reading->filter);
	selection_destroy(&reading->flows);
	group_selection_destroy(&reading->groups);
	free(reading->file);
}
