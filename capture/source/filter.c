/* filter.c - which frames of a file are wanted. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/filter.h"
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include "capture/source/dlt.h"

struct program {
	uint16_t link_type;
	bool is_valid;
	struct bpf_program code;
};

struct filter {
	const char *expression;
	char failure[FILTER_REASON_LEN];
	struct program *program[UINT16_MAX + 1]; /* owned; by link type */
};

static bool compile(const char *expression, struct program *program,
    char *reason)
{
	pcap_t *pcap =
	    pcap_open_dead(dlt_of_link_type(program->link_type), 262144);

	if (pcap == NULL) {
		snprintf(reason, FILTER_REASON_LEN, "no memory");
		return false;
	}
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

void filter_free(struct filter *filter)
{
	if (filter == NULL)
		return;
	for (size_t i = 0; i <= UINT16_MAX; i++) {
		struct program *program = filter->program[i];

		if (program != NULL && program->is_valid)
			pcap_freecode(&program->code);
		free(program);
	}
	free(filter);
}

static struct program *program_for(struct filter *filter, uint16_t link_type)
{
	struct program **program = &filter->program[link_type];
	char reason[FILTER_REASON_LEN];

	if (*program != NULL)
		return *program;
	*program = calloc(1, sizeof(**program));
	if (*program == NULL) {
		snprintf(filter->failure, sizeof(filter->failure),
		    "no memory for it");
		return NULL;
	}
	(*program)->link_type = link_type;
	(*program)->is_valid = compile(filter->expression, *program, reason);
	if (!(*program)->is_valid && filter->failure[0] == '\0')
		snprintf(filter->failure, sizeof(filter->failure),
		    "%.200s (link type %u)", reason, link_type);
	return *program;
}

bool filter_passes(struct filter *filter, const struct frame *frame)
{
	struct program *program = program_for(filter, frame->link_type);
	struct pcap_pkthdr header = {.caplen = frame->captured,
	    .len = frame->length};

	return program != NULL && program->is_valid &&
	       pcap_offline_filter(&program->code, &header, frame->data) != 0;
}

const char *filter_failure(const struct filter *filter)
{
	return filter->failure[0] == '\0' ? NULL : filter->failure;
}
