/* reading.c - capture files into a report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/reading.h"
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>

static void note_error(struct report_file *file,
    const struct source_error *error)
{
	file->has_error = true;
	file->error = *error;
	if (error->has_offset)
		warnx("%s: %s (at offset %" PRIu64 ")", file->path,
		    error->reason, error->offset);
	else
		warnx("%s: %s", file->path, error->reason);
}

static void read_file(struct pipeline *pipeline, struct report_file *file)
{
	struct source_error error;
	struct source *source = source_open(file->path, &error);

	if (source == NULL) {
		note_error(file, &error);
		return;
	}
	pipeline_post_file(pipeline, source);
	file->info = *source_info(source);
	if (source_failure(source) != NULL)
		note_error(file, source_failure(source));
	source_close(source);
}

void reading_init(struct reading *reading, char *const path[], size_t paths,
    enum level level, bool shows_flows)
{
	struct report_file *file = calloc(paths, sizeof(*file));

	if (file == NULL)
		err(EXIT_FAILURE, "reading");
	*reading = (struct reading){
	    .pipeline = pipeline_new(level, shows_flows),
	    .file = file,
	};
	for (size_t i = 0; i < paths; i++) {
		file[i].path = path[i];
		read_file(reading->pipeline, &file[i]);
		reading->has_failed |= file[i].has_error;
		reading->has_read |= file[i].info.format != NULL;
	}
	const struct ledger *ledger = pipeline_close(reading->pipeline);
	if (!ledger_balances(ledger)) {
		warnx("the books do not balance: this is a bug of wiretoll");
		reading->has_failed = true;
	}
	reading->report = (struct report){
	    .ledger = ledger,
	    .file = file,
	    .files = paths,
	    .shows_flows = shows_flows,
	};
}

void reading_destroy(struct reading *reading)
{
	pipeline_free(reading->pipeline);
	free(reading->file);
}
