/* merging.c - ledgers into one report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/merging.h"
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"
#include "capture/parse/ledger.h"
#include "capture/report/json.h"
#include "capture/report/show.h"

/* All of a file; NULL, errno set, if it cannot be read.  Caller frees. */
static char *read_all(FILE *file, size_t *len)
{
	char *text = NULL;
	size_t room = 0;

	*len = 0;
	do {
		text = must(grow(text, *len / 4096, &room, 4096), "merge");
		*len += fread(text + *len, 1, room * 4096 - *len, file);
	} while (!feof(file) && !ferror(file));
	if (!ferror(file))
		return text;
	int error = errno;
	free(text);
	errno = error;
	return NULL;
}

static char *read_text(const char *path, size_t *len)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	char *text = file == NULL ? NULL : read_all(file, len);

	if (text == NULL)
		warn("%s", show_path(path).text);
	if (file != NULL && !is_stdin)
		fclose(file);
	return text;
}

static bool read_ledger(const char *path, struct parsed *out)
{
	struct complaint complaint;
	size_t len, line;
	char *text = read_text(path, &len);

	if (text == NULL)
		return false;
	bool is_good = parse_ledger(text, len, out, &complaint, &line);
	free(text);
	if (is_good)
		return true;
	if (line > 0)
		warnx("%s: line %zu: %s", show_path(path).text, line,
		    complaint.text);
	else
		warnx("%s: %s", show_path(path).text, complaint.text);
	return false;
}

/* They are handed over. */
static void take_files(struct merging *merging, struct parsed *from)
{
	for (size_t i = 0; i < from->files; i++) {
		merging->file =
		    must(grow(merging->file, merging->files,
			     &merging->files_room, sizeof(*merging->file)),
			"merge");
		merging->file[merging->files++] = from->file[i];
	}
	from->files = 0;
}

/* Which ledger is that flow of the sum from? */
static const char *origin_of(const struct merging *merging,
    const struct options *options, const struct owner *owner)
{
	size_t i = 0;

	while (owner->id >= merging->ends[i])
		i++;
	return options->path[i];
}

static bool add(struct merging *merging, const struct options *options,
    size_t i, struct parsed *parsed)
{
	const char *path = options->path[i];
	enum level level = parsed->ledger.level;
	const struct owner *lacking = NULL;

	if (i == 0)
		join_init(&merging->join, level);
	if (level != merging->join.ledger.level) {
		warnx("%s: counted from '%s', but %s from '%s'",
		    show_path(path).text, level_name(level),
		    show_path(options->path[0]).text,
		    level_name(merging->join.ledger.level));
		return false;
	}
	enum join_result result =
	    join_add(&merging->join, &parsed->ledger, &lacking);
	merging->ends[i] = merging->join.ledger.owners;
	take_files(merging, parsed);
	merging->merged.ledgers += parsed->merged.ledgers;
	merging->merged.joined_flows += parsed->merged.joined_flows;
	switch (result) {
	case JOIN_DONE:
		return true;
	case JOIN_LACKING:
		warnx("%s: a flow goes on in another ledger, and was not kept "
		      "with 'report --json --mergeable'",
		    show_path(origin_of(merging, options, lacking)).text);
		return false;
	case JOIN_TOO_LARGE:
		warnx("%s: with it the sums are too large",
		    show_path(path).text);
		return false;
	}
	return false;
}

static bool read_and_add(struct merging *merging, const struct options *options,
    size_t i)
{
	struct parsed parsed;

	if (!read_ledger(options->path[i], &parsed))
		return false;
	bool is_good = add(merging, options, i, &parsed);
	parsed_destroy(&parsed);
	return is_good;
}

static void write_report(struct merging *merging, const struct options *options)
{
	struct report *report = &merging->report;

	merging->merged.joined_flows += merging->join.joined_flows;
	*report = (struct report){
	    .ledger = join_close(&merging->join),
	    .file = merging->file,
	    .files = merging->files,
	    .merged = &merging->merged,
	};
	if (options->output == OUTPUT_TEXT && !options->shows_flows)
		return;
	/* They are in memory already. */
	struct shelf_plan plan = {options->sort, options->top, SIZE_MAX};
	int none;
	merging->shelf = shelf_new(&plan);
	for (size_t i = 0; i < report->ledger->owners; i++)
		shelf_add(merging->shelf, report->ledger->owner[i]);
	selection_init(&merging->flows, merging->shelf, &plan, &none);
	report->flows = &merging->flows;
}

bool merging_init(struct merging *merging, const struct options *options)
{
	bool is_good = true;
	size_t i;

	json_secure();
	*merging = (struct merging){
	    .ends = must(calloc(options->paths, sizeof(size_t)), "merge"),
	};
	for (i = 0; i < options->paths && is_good; i++)
		is_good = read_and_add(merging, options, i);
	if (is_good) {
		write_report(merging, options);
		is_good = ledger_balances(merging->report.ledger);
		if (!is_good)
			warnx("the books do not balance: this is a bug of "
			      "wiretoll");
	}
	if (!is_good)
		merging_destroy(merging);
	return is_good;
}

void merging_destroy(struct merging *merging)
{
	for (size_t i = 0; i < merging->files; i++)
		free((void *)(uintptr_t)merging->file[i].path);
	free(merging->file);
	free(merging->ends);
	selection_destroy(&merging->flows);
	shelf_free(merging->shelf);
	join_destroy(&merging->join);
}
