/* source.c - frames from a capture file: format, stream, counts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/source.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/source/pcap.h"
#include "capture/source/pcapng.h"
#include "capture/source/stream.h"

struct source {
	struct stream stream;
	bool is_pcapng;
	struct pcap_format pcap;
	struct pcapng_format pcapng;
	struct source_info info;
	struct source_error error;
	bool has_failed;
	uint64_t time_ns; /* the last one known, or 0 */
	source_see *see;  /* or NULL */
	void *see_arg;
};

uint32_t format_max_record(uint16_t link_type)
{
	switch (link_type) {
	case 189: /* USB, USBPcap, D-Bus: messages may be huge */
	case 220:
	case 231:
	case 249:
		return 128 * 1024 * 1024;
	default:
		return SOURCE_MAX_RECORD;
	}
}

static void fail(struct source_error *error, uint64_t offset, const char *why)
{
	snprintf(error->reason, sizeof(error->reason), "%s", why);
	error->has_offset = true;
	error->offset = offset;
}

static void source_fail(struct source *source, const char *why)
{
	fail(&source->error, stream_offset(&source->stream), why);
	source->has_failed = true;
}

static void show(const struct source *source, const uint8_t *from,
    enum record record, const struct frame *frame)
{
	size_t len = (size_t)(source->stream.window.at - from);

	if (source->see != NULL && len > 0)
		source->see(source->see_arg, from, len,
		    record == RECORD_FRAME ? frame : NULL);
}

static enum record take(struct source *source, struct frame *out,
    const char **reason)
{
	struct cursor *in = &source->stream.window;
	const uint8_t *from = in->at;
	enum record record =
	    source->is_pcapng
		? pcapng_block_take(&source->pcapng, in, out, reason)
		: pcap_record(&source->pcap, in, out, reason);

	show(source, from, record, out);
	return record;
}

static enum record take_pcap_header(struct source *source, const char **reason)
{
	struct cursor *in = &source->stream.window;
	const uint8_t *from = in->at;
	enum record record = pcap_header(in, &source->pcap, reason);

	show(source, from, record, NULL);
	return record;
}

/* The first bytes tell the format; the file header must follow whole. */
static bool read_head(struct source *source)
{
	struct cursor *in = &source->stream.window;
	const char *reason = "too short to be a capture";
	struct frame none;
	enum record record = RECORD_PARTIAL;
	ssize_t n = 1;

	while (record == RECORD_PARTIAL && n > 0) {
		n = stream_fill(&source->stream);
		if (n < 0 || cursor_left(in) < 4)
			continue;
		source->is_pcapng = load_be32(in->at) == PCAPNG_SECTION;
		record = source->is_pcapng ? take(source, &none, &reason)
					   : take_pcap_header(source, &reason);
	}
	source->info.format = source->is_pcapng ? "pcapng" : "pcap";
	if (record == RECORD_OTHER)
		return true;
	source_fail(source, n < 0 ? stream_reason(&source->stream) : reason);
	return false;
}

struct source *source_open(const char *path, struct source_error *error)
{
	return source_open_seen(path, NULL, NULL, error);
}

struct source *source_open_seen(const char *path, source_see *see, void *arg,
    struct source_error *error)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source == NULL || !stream_open(&source->stream, path)) {
		fail(error, 0, strerror(errno));
		error->has_offset = false;
		free(source);
		return NULL;
	}
	source->see = see;
	source->see_arg = arg;
	if (!read_head(source)) {
		*error = source->error;
		source_close(source);
		return NULL;
	}
	return source;
}

void source_close(struct source *source)
{
	stream_close(&source->stream);
	pcapng_destroy(&source->pcapng);
	free(source);
}

static void note_link_type(struct source_info *info, uint16_t link_type)
{
	size_t room = sizeof(info->link_types) / sizeof(info->link_types[0]);

	for (size_t i = 0; i < info->link_type_count; i++)
		if (info->link_types[i] == link_type)
			return;
	if (info->link_type_count < room)
		info->link_types[info->link_type_count++] = link_type;
}

static void note_time(struct source_info *info, uint64_t time_ns)
{
	if (!info->has_time || time_ns < info->first_ns)
		info->first_ns = time_ns;
	if (time_ns > info->last_ns)
		info->last_ns = time_ns;
	info->has_time = true;
}

void source_info_add(struct source_info *info, const struct frame *frame)
{
	if (!frame->has_no_time)
		note_time(info, frame->time_ns);
	info->frames++;
	info->bytes += frame->length;
	note_link_type(info, frame->link_type);
}

/* Bring more bytes; false at the end, which is a failure inside a record. */
static bool fill(struct source *source)
{
	ssize_t n = stream_fill(&source->stream);

	if (n < 0)
		source_fail(source, stream_reason(&source->stream));
	if (n == 0 && cursor_left(&source->stream.window) > 0)
		source_fail(source, "cut short in the middle of a record");
	return n > 0;
}

/* What was captured beyond its length was never there. */
static void trim(struct frame *frame)
{
	if (frame->captured > frame->length)
		frame->captured = frame->length;
}

/* Without a time it has that of the frame before, or none at all (0). */
static void fit_time(struct source *source, struct frame *frame)
{
	if (frame->has_no_time)
		frame->time_ns = source->time_ns;
	else
		source->time_ns = frame->time_ns;
}

/* One record; false when the window is used up, or reading has failed. */
static bool take_next(struct source *source, struct frame *frames, size_t *n)
{
	const char *reason = "";

	switch (take(source, &frames[*n], &reason)) {
	case RECORD_FRAME:
		trim(&frames[*n]);
		fit_time(source, &frames[*n]);
		source_info_add(&source->info, &frames[(*n)++]);
		return true;
	case RECORD_OTHER:
		return true;
	case RECORD_PARTIAL:
		/* Frames already taken borrow from the window. */
		return *n == 0 && fill(source);
	case RECORD_BAD:
		source_fail(source, reason);
		break;
	}
	return false;
}

/* Count frames of one link type, whose time is known. */
static void add_alike(struct source_info *info, const struct frame *frames,
    size_t n)
{
	uint64_t first = UINT64_MAX, last = 0, bytes = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t time = frames[i].time_ns;

		first = time < first ? time : first;
		last = time > last ? time : last;
		bytes += frames[i].length;
	}
	if (n == 0)
		return;
	note_time(info, first);
	note_time(info, last);
	note_link_type(info, frames[0].link_type);
	info->frames += n;
	info->bytes += bytes;
}

/*
 * Whole records at a time, where nobody wants to see each: 150 instructions a
 * frame became 90.
 */
static size_t read_pcap(struct source *source, struct frame *frames, size_t max)
{
	enum record end = RECORD_PARTIAL;
	const char *reason = "";
	size_t n = 0;

	while (n == 0 && end == RECORD_PARTIAL) {
		n = pcap_records(&source->pcap, &source->stream.window, frames,
		    max, &end, &reason);
		if (n == 0 && end == RECORD_PARTIAL && !fill(source))
			return 0;
	}
	if (end == RECORD_BAD)
		source_fail(source, reason);
	for (size_t i = 0; i < n; i++)
		trim(&frames[i]);
	add_alike(&source->info, frames, n);
	return n;
}

size_t source_read(struct source *source, struct frame *frames, size_t max)
{
	size_t n = 0;

	if (source->has_failed || max == 0)
		return 0;
	if (!source->is_pcapng && source->see == NULL)
		return read_pcap(source, frames, max);
	while (n < max && !source->has_failed && take_next(source, frames, &n))
		continue;
	if (n < max)
		source->info.dropped = pcapng_dropped(&source->pcapng);
	return n;
}

void source_swap(struct source *source, struct buffer *used)
{
	stream_swap(&source->stream, used);
}

const struct source_error *source_failure(const struct source *source)
{
	return source->has_failed ? &source->error : NULL;
}

const struct source_info *source_info(const struct source *source)
{
	return &source->info;
}
