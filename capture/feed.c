/* feed.c - capture files, one after the other, as one row of frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/feed.h"
#include <err.h>
#include <inttypes.h>
#include "capture/report/show.h"

void feed_init(struct feed *feed, struct report_file *file, size_t files)
{
	*feed = (struct feed){.file = file, .files = files};
}

static void note_error(struct feed *feed, const struct source_error *error)
{
	struct report_file *file = &feed->file[feed->at];

	feed->has_failed = true;
	file->has_error = true;
	file->error = *error;
	if (error->has_offset)
		warnx("%s: %s (at offset %" PRIu64 ")",
		    show_path(file->path).text, error->reason, error->offset);
	else
		warnx("%s: %s", show_path(file->path).text, error->reason);
}

static bool open_file(struct feed *feed)
{
	struct source_error error;

	feed->source = source_open(feed->file[feed->at].path, &error);
	if (feed->source == NULL)
		note_error(feed, &error);
	else
		feed->has_read = true;
	return feed->source != NULL;
}

static void close_file(struct feed *feed)
{
	struct source *source = feed->source;

	feed->file[feed->at].info = *source_info(source);
	if (source_failure(source) != NULL)
		note_error(feed, source_failure(source));
	source_close(source);
	feed->source = NULL;
}

size_t feed_read(struct feed *feed, struct frame *frames, size_t max)
{
	for (; feed->at < feed->files; feed->at++) {
		if (feed->source == NULL && !open_file(feed))
			continue;
		size_t n = source_read(feed->source, frames, max);
		if (n > 0)
			return n;
		close_file(feed);
	}
	return 0;
}

void feed_swap(struct feed *feed, struct buffer *used)
{
	source_swap(feed->source, used);
}
