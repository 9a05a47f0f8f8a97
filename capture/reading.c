/* reading.c - capture files into a report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/reading.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"
#include "capture/jobs.h"
#include "capture/report/show.h"

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

/* JSON and CSV tell of every flow, text if it is asked; CSV of one thing. */
static bool shows_flows(const struct options *options)
{
	bool is_whole = options->output != OUTPUT_TEXT && options->is_whole;
	bool is_of_flows =
	    options->interval_ns == 0 && options->grouping == GROUPING_NONE;

	if (options->output == OUTPUT_CSV && !is_of_flows)
		return false;
	return options->shows_flows || (is_whole && is_of_flows);
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

bool reading_can(const struct options *options)
{
	struct filter *filter;
	bool is_valid = make_filter(options->filter, &filter);

	filter_free(filter);
	return is_valid;
}

static struct shelf_plan shelf_plan_of(const struct options *options)
{
	return (struct shelf_plan){
	    .column = options->sort,
	    .keep = options->top,
	    .budget = options->memory,
	};
}

/* Without room for them the report is of all else. */
static void select_flows(struct reading *reading, const struct options *options)
{
	struct shelf *flows = pipeline_flows(reading->pipeline);
	struct shelf_plan wanted = shelf_plan_of(options);
	int error;

	selection_init(&reading->flows, flows, &wanted, &error);
	if (error == 0) {
		reading->report.flows = &reading->flows;
		return;
	}
	warnx("flows need a temporary file, and are left out: %s: %s",
	    show_path(shelf_folder()).text, strerror(error));
	reading->has_failed = true;
}

static void select_rows(struct reading *reading, const struct options *options)
{
	const struct groups *groups = pipeline_groups(reading->pipeline);
	struct report *report = &reading->report;

	if (shows_flows(options))
		select_flows(reading, options);
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

static void read_all(struct reading *reading, struct pipeline_plan *plan,
    unsigned workers, char *const path[])
{
	struct feed feed;

	for (size_t i = 0; i < reading->report.files; i++)
		reading->file[i].path = path[i];
	feed_init(&feed, reading->file, reading->report.files);
	reading->pipeline = jobs_post(plan, workers, &feed, reading->filter);
	for (size_t i = 0; i < reading->report.files; i++)
		pipeline_dropped(reading->pipeline,
		    reading->file[i].info.dropped);
	reading->has_failed = feed.has_failed;
	reading->has_read = feed.has_read;
}

bool reading_init(struct reading *reading, char *const path[], size_t paths,
    const struct options *options)
{
	struct report_file *file =
	    must(calloc(paths, sizeof(*file)), "reading");
	struct filter *filter;

	if (!make_filter(options->filter, &filter)) {
		free(file);
		return false;
	}
	struct pipeline_plan plan = {
	    .level = options->level,
	    .keeps_owners = shows_flows(options) ||
			    options->grouping == GROUPING_PORT ||
			    options->grouping == GROUPING_HOST,
	    .shelves_flows = shows_flows(options),
	    .shelf = shelf_plan_of(options),
	    .is_mergeable = options->is_mergeable,
	    .grouping = options->grouping,
	    .interval_ns = options->interval_ns,
	    .flow_timeout_s = options->flow_timeout_s,
	    .ports = options->ports,
	};
	*reading = (struct reading){
	    .filter = filter,
	    .file = file,
	    .report = {.file = file, .files = paths, .filter = options->filter},
	};
	read_all(reading, &plan, workers_for(options, path, paths), path);
	close_books(reading);
	select_rows(reading, options);
	return true;
}

void reading_destroy(struct reading *reading)
{
	selection_destroy(&reading->flows);
	pipeline_free(reading->pipeline);
	filter_free(reading->filter);
	group_selection_destroy(&reading->groups);
	free(reading->file);
}
