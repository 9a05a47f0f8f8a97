/* reader_fuzz.c - any bytes as pcap and as pcapng: frames stay inside. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "capture/pipeline.h"
#include "capture/source/pcap.h"
#include "capture/source/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a record gave must lie between where it began and where it ended. */
static void check(enum record record, const struct cursor *before,
    const struct cursor *after, const struct frame *frame)
{
	bool has_moved = after->at > before->at;

	if (has_moved != (record == RECORD_FRAME || record == RECORD_OTHER))
		abort();
	if (record != RECORD_FRAME)
		return;
	if (frame->data < before->at ||
	    frame->captured > (size_t)(after->at - frame->data))
		abort();
}

static void post(struct pipeline *pipeline, struct frame *frame)
{
	if (frame->captured > frame->length)
		frame->captured = frame->length;
	pipeline_post(pipeline, frame, 1);
}

static void read_pcap(struct pipeline *pipeline, struct cursor in)
{
	struct pcap_format format;
	const char *reason;
	struct frame frame;
	struct cursor before;
	enum record record;

	if (pcap_header(&in, &format, &reason) != RECORD_OTHER)
		return;
	do {
		before = in;
		record = pcap_record(&format, &in, &frame, &reason);
		check(record, &before, &in, &frame);
		if (record == RECORD_FRAME)
			post(pipeline, &frame);
	} while (record == RECORD_FRAME);
}

static void read_pcapng(struct pipeline *pipeline, struct cursor in)
{
	struct pcapng_format format = {0};
	const char *reason;
	struct frame frame;
	struct cursor before;
	enum record record;

	do {
		before = in;
		record = pcapng_block_take(&format, &in, &frame, &reason);
		check(record, &before, &in, &frame);
		if (record == RECORD_FRAME)
			post(pipeline, &frame);
	} while (record == RECORD_FRAME || record == RECORD_OTHER);
	pcapng_destroy(&format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pipeline *pipeline =
	    pipeline_new(&(struct pipeline_plan){.level = LEVEL_LINK,
		.keeps_owners = true,
		.interval_ns = 1000});

	read_pcap(pipeline, cursor_over(data, size));
	read_pcapng(pipeline, cursor_over(data, size));
	if (!ledger_balances(pipeline_close(pipeline)))
		abort();
	pipeline_free(pipeline);
	return 0;
}
