/* cmd_annotate.c - wiretoll annotate: the ledger as comments in a capture. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "capture/options.h"
#include "capture/reading.h"
#include "capture/report/show.h"
#include "capture/source/rewrite.h"
#include "capture/source/utf8.h"
#include "capture/source/write.h"

const char cmd_annotate_usage[] =
    "wiretoll annotate [--from transport|ip|link|wire] IN OUT.pcapng";

enum { COMMENT_ROOM = 400 };

/*
 * The report, as it stands in the section's comment, UTF-8 of at most
 * REWRITE_COMMENT_MAX bytes; the caller frees.
 */
static char *summary_of(const struct report *report)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (memory == NULL)
		err(EXIT_FAILURE, "annotate");
	fputs(rewrite_mark, memory);
	report_text(memory, report);
	char *clean = malloc(REWRITE_COMMENT_MAX + 1);
	if (fclose(memory) != 0 || clean == NULL)
		err(EXIT_FAILURE, "annotate");
	clean[utf8_clean(clean, REWRITE_COMMENT_MAX, text)] = '\0';
	free(text);
	return clean;
}

static uint64_t repeated_of(const struct posting *posting)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < posting->entries; i++)
		if (posting->entry[i].account == ACCOUNT_REPEATED)
			bytes += posting->entry[i].bytes;
	return bytes;
}

/* " 280.0 in this connection", if there is such a figure. */
static void add_overhead(FILE *out, const struct book *book, const char *where,
    const char **before)
{
	double none;

	if (!book_overhead(book, &none))
		return;
	fprintf(out, "%s%s %s", *before, show_overhead(book).text, where);
	*before = ", ";
}

/* Overhead so far, of the frame's connection and of all. */
static void add_so_far(FILE *out, struct pipeline *pipeline,
    const struct owner *owner)
{
	const char *before = "; overhead per payload byte so far: ";
	const char *first = before;

	if (owner != NULL) {
		struct book both;

		owner_book_of_both(owner, &both);
		add_overhead(out, &both, "in this connection", &before);
	}
	add_overhead(out, &pipeline_ledger(pipeline)->total, "in the capture",
	    &before);
	if (before == first)
		fprintf(out, "; no payload so far");
}

/* Purpose, header and payload bytes, overhead so far. */
static void comment_on(struct pipeline *pipeline, char *out, size_t room)
{
	struct pipeline_last last = pipeline_last(pipeline);
	const struct posting *posting = last.posting;
	uint64_t repeated = repeated_of(posting);
	FILE *memory = fmemopen(out, room, "w");

	if (memory == NULL)
		err(EXIT_FAILURE, "annotate");
	fprintf(memory, "%s%s: %" PRIu64 " header bytes, %" PRIu64 " payload",
	    rewrite_mark, purpose_name(posting->purpose),
	    posting->bytes - posting->payload - repeated, posting->payload);
	if (repeated > 0)
		fprintf(memory, ", %" PRIu64 " repeated", repeated);
	add_so_far(memory, pipeline, last.owner);
	fclose(memory);
}

/* Is that what the first time met, too?  Then it was said. */
static bool is_known(const struct source_error *failure,
    const struct report_file *file)
{
	return failure == NULL ||
	       (file->has_error && file->error.offset == failure->offset);
}

/* Read it all again, and copy it.  False, and said, if that fails. */
static bool copy(const struct options *options, const struct report_file *file,
    struct rewrite *rewrite)
{
	const char *path = options->path[0];
	struct source_error error;
	struct source *source =
	    source_open_seen(path, rewrite_see, rewrite, &error);
	struct frame frame;
	char comment[COMMENT_ROOM];

	if (source == NULL) {
		warnx("%s: %s", show_path(path).text, error.reason);
		return false;
	}
	struct pipeline *pipeline =
	    pipeline_new(&(struct pipeline_plan){.level = options->level,
		.keeps_owners = true,
		.flow_timeout_s = options->flow_timeout_s});
	while (!rewrite->has_failed && source_read(source, &frame, 1) == 1) {
		pipeline_post(pipeline, &frame, 1);
		comment_on(pipeline, comment, sizeof(comment));
		rewrite_frame(rewrite, comment);
	}
	pipeline_free(pipeline);
	const struct source_error *failure = source_failure(source);
	bool is_same = is_known(failure, file);
	if (!is_same)
		warnx("%s: %s when read again (at offset %" PRIu64 ")",
		    show_path(path).text, failure->reason, failure->offset);
	source_close(source);
	return is_same;
}

/* Open the file, which is then empty.  False, and said, if that fails. */
static bool begin(struct writer *writer, const char *path)
{
	bool is_open = writer_open(writer, path);

	if (is_open && writer_empty(writer))
		return true;
	warn("%s", show_path(path).text);
	if (is_open)
		writer_abandon(writer);
	return false;
}

static bool write_copy(const struct reading *reading,
    const struct options *options)
{
	const char *path = options->path[1];
	char *summary = summary_of(&reading->report);
	struct writer writer;

	if (!begin(&writer, path)) {
		free(summary);
		return false;
	}
	struct rewrite rewrite = {
	    .file = writer.file,
	    .application = "wiretoll " WIRETOLL_VERSION,
	    .summary = summary,
	};
	bool is_copied = copy(options, reading->file, &rewrite);
	bool is_closed = writer_close(&writer);
	if (rewrite.has_failed)
		errno = rewrite.error;
	if (rewrite.has_failed || !is_closed)
		warn("%s", show_path(path).text);
	if (rewrite.mute > 0)
		warnx("%s: %s frame%s in simple packet blocks, which hold no "
		      "comment",
		    show_path(path).text, show_count(rewrite.mute).text,
		    rewrite.mute == 1 ? " is" : "s are");
	free(summary);
	return is_copied && is_closed && !rewrite.has_failed;
}

/* The input is read twice, and must still be there the second time. */
static bool makes_sense(const struct options *options)
{
	struct stat in, out;

	if (options->paths != 2) {
		warnx("annotate: it takes a capture, and a file to write");
		return false;
	}
	if (stat(options->path[0], &in) == 0 && !S_ISREG(in.st_mode)) {
		warnx("annotate: %s is read twice: it must be a file",
		    show_path(options->path[0]).text);
		return false;
	}
	if (strcmp(options->path[0], "-") == 0) {
		warnx("annotate: the capture is read twice: it must be a file");
		return false;
	}
	if (stat(options->path[0], &in) == 0 &&
	    stat(options->path[1], &out) == 0 && in.st_dev == out.st_dev &&
	    in.st_ino == out.st_ino) {
		warnx("annotate: both files are the same");
		return false;
	}
	return true;
}

int cmd_annotate(int argc, char *argv[], const volatile sig_atomic_t *stopping)
{
	struct options options;
	struct reading reading;

	(void)stopping;
	if (!options_parse(argc, argv, READER_ANNOTATE, &options))
		return command_usage(cmd_annotate_usage, false);
	if (options.is_help)
		return command_usage(cmd_annotate_usage, true);
	if (!makes_sense(&options))
		return command_usage(cmd_annotate_usage, false);
	if (!reading_init(&reading, options.path, 1, &options))
		return EXIT_USAGE;
	const char *slash = strrchr(reading.file->path, '/');
	reading.file->path = slash == NULL ? reading.file->path : slash + 1;
	bool is_done = reading.has_read && write_copy(&reading, &options);
	int status = is_done && !reading.has_failed ? EXIT_DONE : EXIT_FAILED;
	reading_destroy(&reading);
	return status;
}
