/* filter.c - which frames of a file are wanted. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/filter.h"
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/grow.h"

struct program {
	uint16_t link_type;
	bool is_swapped; /* of a file in the other byte order */
	bool is_valid;
	struct bpf_program code;
};

struct filter {
	const char *expression;
	char failure[FILTER_REASON_LEN];
	struct program *program[UINT16_MAX + 1]; /* owned; by link type */
	struct program *swapped_null;            /* owned; LINK_NULL's other */
};

/*
 * An empty capture of that link type: of loopback interfaces libpcap asks for
 * every system's numbers only if the frames come out of a file, and not from
 * pcap_open_dead.  NULL, with a reason, if there is no memory.
 */
static pcap_t *open_empty(const struct program *program, char *reason)
{
	struct pcap_file_header header = {
	    .magic = program->is_swapped ? 0xd4c3b2a1 : 0xa1b2c3d4,
	    .version_major = program->is_swapped ? 0x0200 : 2,
	    .version_minor = program->is_swapped ? 0x0400 : 4,
	    .snaplen = program->is_swapped ? 0x00000400 : 262144,
	    .linktype = program->link_type, /* LINK_NULL is 0 in any order */
	};
	FILE *file = fmemopen(&header, sizeof(header), "rb");
	char error[PCAP_ERRBUF_SIZE] = "no memory";
	pcap_t *pcap = file == NULL ? NULL : pcap_fopen_offline(file, error);

	if (pcap == NULL) {
		snprintf(reason, FILTER_REASON_LEN, "%.200s", error);
		if (file != NULL)
			fclose(file);
	}
	return pcap;
}

static bool compile(const char *expression, struct program *program,
    char *reason)
{
	pcap_t *pcap = open_empty(program, reason);

	if (pcap == NULL)
		return false;
	bool is_valid = pcap_compile(pcap, &program->code, expression, 1,
			    PCAP_NETMASK_UNKNOWN) == 0;
	if (!is_valid)
		snprintf(reason, FILTER_REASON_LEN, "filter '%s': %s",
		    expression, pcap_geterr(pcap));
	pcap_close(pcap);
	return is_valid;
}

/* Some expressions mean nothing on Ethernet, others nothing without it. */
static bool makes_sense(const char *expression, char *reason)
{
	struct program raw = {.link_type = LINK_RAW};
	struct program ethernet = {.link_type = LINK_ETHERNET};

	if (compile(expression, &raw, reason)) {
		pcap_freecode(&raw.code);
		return true;
	}
	if (!compile(expression, &ethernet, reason))
		return false;
	pcap_freecode(&ethernet.code);
	return true;
}

struct filter *filter_new(const char *expression,
    char reason[FILTER_REASON_LEN])
{
	struct filter *filter = NULL;

	if (!makes_sense(expression, reason))
		return NULL;
	filter = calloc(1, sizeof(*filter));
	if (filter == NULL)
		snprintf(reason, FILTER_REASON_LEN, "no memory");
	else
		filter->expression = expression;
	return filter;
}

static void program_free(struct program *program)
{
	if (program != NULL && program->is_valid)
		pcap_freecode(&program->code);
	free(program);
}

void filter_free(struct filter *filter)
{
	if (filter == NULL)
		return;
	for (size_t i = 0; i <= UINT16_MAX; i++)
		program_free(filter->program[i]);
	program_free(filter->swapped_null);
	free(filter);
}

/* The first four bytes are a small number, in the order of who wrote it. */
static bool is_swapped(const struct frame *frame)
{
	uint32_t family;

	if (frame->link_type != LINK_NULL || frame->captured < sizeof(family))
		return false;
	memcpy(&family, frame->data, sizeof(family));
	return family > UINT16_MAX;
}

/* Where the program for its link type stands; NULL there: not compiled. */
static struct program *const *place_of(const struct filter *filter,
    const struct frame *frame)
{
	return is_swapped(frame) ? &filter->swapped_null
				 : &filter->program[frame->link_type];
}

static void prepare(struct filter *filter, const struct frame *frame)
{
	struct program *program = must(calloc(1, sizeof(*program)), "filter");
	char reason[FILTER_REASON_LEN];

	program->link_type = frame->link_type;
	program->is_swapped = is_swapped(frame);
	program->is_valid = compile(filter->expression, program, reason);
	if (!program->is_valid && filter->failure[0] == '\0')
		snprintf(filter->failure, sizeof(filter->failure),
		    "%.200s (link type %u)", reason, frame->link_type);
	if (program->is_swapped)
		filter->swapped_null = program;
	else
		filter->program[frame->link_type] = program;
}

void filter_prepare(struct filter *filter, const struct frame *frames,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (*place_of(filter, &frames[i]) == NULL)
			prepare(filter, &frames[i]);
}

bool filter_passes(const struct filter *filter, const struct frame *frame)
{
	const struct program *program = *place_of(filter, frame);
	struct pcap_pkthdr header = {.caplen = frame->captured,
	    .len = frame->length};

	return program->is_valid &&
	       pcap_offline_filter(&program->code, &header, frame->data) != 0;
}

size_t filter_sift(const struct filter *filter, struct frame *frames,
    size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (filter_passes(filter, &frames[i]))
			frames[kept++] = frames[i];
	return kept;
}

const char *filter_failure(const struct filter *filter)
{
	return filter->failure[0] == '\0' ? NULL : filter->failure;
}
