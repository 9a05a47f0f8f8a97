/* dialogue.c - what both ends of a connection say, in order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/application/dialogue.h"
#include <stdlib.h>
#include "capture/grow.h"

/* Row i is the enum application i. */
static const struct {
	uint16_t port;
	application_hear *hear;
} applications[APPLICATION_COUNT] = {
    [APPLICATION_TREASURE] = {12345, treasure_hear},
};

struct stream {
	bool has_start, is_lost;
	uint32_t next; /* the sequence number expected */
};

struct dialogue {
	enum application application;
	enum recognition recognition;
	struct stream stream[2]; /* of the client, of the server */
	struct application_state state;
	struct application_sums kept_back; /* while RECOGNITION_OPEN */
};

static bool is_looked_for(enum application application, uint16_t port,
    const struct port_range *ports)
{
	if (ports->last == 0)
		return port == applications[application].port;
	return port >= ports->first && port <= ports->last;
}

struct dialogue *dialogue_new(uint16_t server_port,
    const struct port_range *ports)
{
	for (unsigned i = 0; i < APPLICATION_COUNT; i++) {
		if (!is_looked_for((enum application)i, server_port, ports))
			continue;
		struct dialogue *dialogue =
		    must(calloc(1, sizeof(*dialogue)), "dialogue");

		dialogue->application = (enum application)i;
		return dialogue;
	}
	return NULL;
}

void dialogue_free(struct dialogue *dialogue)
{
	free(dialogue);
}

void dialogue_start(struct dialogue *dialogue, bool is_server, uint32_t seq)
{
	struct stream *stream = &dialogue->stream[is_server];

	if (stream->has_start)
		return;
	stream->has_start = true;
	stream->next = seq;
}

static void sums_add(struct application_sums *to,
    const struct application_sums *from)
{
	to->framing += from->framing;
	to->content += from->content;
	to->unparsed += from->unparsed;
}

/* The part of an utterance that is next, or a gap: then the side is lost. */
static void listen(struct dialogue *dialogue, bool is_server,
    const struct utterance *said, struct application_sums *sums)
{
	struct stream *stream = &dialogue->stream[is_server];
	uint32_t known = stream->next - said->seq; /* bytes heard before */

	if (!stream->has_start || stream->is_lost || said->data == NULL ||
	    known > said->len || said->len - known != said->fresh ||
	    said->captured < said->len) {
		stream->is_lost = true;
		sums->unparsed += said->fresh;
		return;
	}
	stream->next += said->fresh;
	enum recognition told =
	    applications[dialogue->application].hear(&dialogue->state,
		is_server, said->data + known, said->fresh, sums);
	if (told != RECOGNITION_OPEN)
		dialogue->recognition = told;
}

void dialogue_hear(struct dialogue *dialogue, bool is_server,
    const struct utterance *utterance, struct application_sums sums[])
{
	struct application_sums *to = &sums[dialogue->application];

	if (dialogue->recognition == RECOGNITION_NONE || utterance->fresh == 0)
		return;
	listen(dialogue, is_server, utterance, &dialogue->kept_back);
	if (dialogue->recognition != RECOGNITION_SURE)
		return;
	sums_add(to, &dialogue->kept_back);
	dialogue->kept_back = (struct application_sums){0};
}
