/* treasure.c - what the treasure game spends on framing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/treasure.h"
#include "capture/application/application.h"

/* What the words hold. */
enum {
	COMMANDS,    /* an enum commands */
	VERSION,     /* an enum version */
	SERVER_SAID, /* 0, or 1 + the first byte of the server */
	LENGTH_HIGH, /* 0, or 1 + the first byte of a length */
	BODY_LEFT,   /* bytes of a reply that are still to come */
	IS_ID,       /* this reply is the first, which answers nothing */
};

enum commands { COMMANDS_NONE, COMMANDS_MAKE_SENSE, COMMANDS_STRANGE };
enum version { VERSION_OPEN, VERSION_ONESHOT, VERSION_PERSISTENT };

static bool makes_sense(uint8_t byte)
{
	struct treasure_command command = treasure_decode_command(byte);

	if (treasure_is_step(command.verb) || command.verb == TREASURE_QUIT)
		return command.player > 0;
	return command.verb == TREASURE_GET;
}

/* Every byte is a command; the first one helps to recognise the game. */
static enum recognition hear_client(struct application_state *state,
    uint8_t byte, struct application_sums *sums)
{
	uint32_t *word = state->word;

	sums->content++;
	if (word[COMMANDS] == COMMANDS_NONE)
		word[COMMANDS] =
		    makes_sense(byte) ? COMMANDS_MAKE_SENSE : COMMANDS_STRANGE;
	return word[VERSION] != VERSION_OPEN ||
		       word[COMMANDS] == COMMANDS_MAKE_SENSE
		   ? RECOGNITION_SURE
		   : RECOGNITION_OPEN;
}

/* Persistent: a length of two bytes, then as many of the reply. */
static enum recognition hear_framed(uint32_t *word, uint8_t byte,
    struct application_sums *sums)
{
	if (word[BODY_LEFT] > 0) {
		if (word[IS_ID])
			sums->framing++;
		else
			sums->content++;
		word[BODY_LEFT]--;
		return RECOGNITION_SURE;
	}
	word[IS_ID] = false;
	sums->framing++;
	if (word[LENGTH_HIGH] == 0) {
		word[LENGTH_HIGH] = 1u + byte;
		return RECOGNITION_SURE;
	}
	word[BODY_LEFT] = (word[LENGTH_HIGH] - 1) << 8 | byte;
	word[LENGTH_HIGH] = 0;
	return word[BODY_LEFT] == 0 || word[BODY_LEFT] > TREASURE_MAX_BODY
		   ? RECOGNITION_NONE
		   : RECOGNITION_SURE;
}

/*
 * The persistent server begins with 0 1, the length of the id.  No scores
 * begin so: the least treasure is worth more.
 */
static enum recognition tell_version(uint32_t *word, uint8_t byte,
    struct application_sums *sums)
{
	bool is_first = word[SERVER_SAID] == 0;

	if (is_first && byte == 0) {
		word[SERVER_SAID] = 1;
		return RECOGNITION_OPEN;
	}
	if (!is_first && byte == 1) {
		sums->framing += TREASURE_PREFIX_LEN;
		word[VERSION] = VERSION_PERSISTENT;
		word[BODY_LEFT] = word[IS_ID] = 1;
		return RECOGNITION_SURE;
	}
	sums->content += is_first ? 1 : 2;
	word[VERSION] = VERSION_ONESHOT;
	return word[COMMANDS] == COMMANDS_MAKE_SENSE ? RECOGNITION_SURE
						     : RECOGNITION_NONE;
}

static enum recognition hear_server(struct application_state *state,
    uint8_t byte, struct application_sums *sums)
{
	switch ((enum version)state->word[VERSION]) {
	case VERSION_OPEN:
		return tell_version(state->word, byte, sums);
	case VERSION_PERSISTENT:
		return hear_framed(state->word, byte, sums);
	case VERSION_ONESHOT:
		break;
	}
	sums->content++;
	return RECOGNITION_SURE;
}

enum recognition treasure_hear(struct application_state *state, bool is_server,
    const uint8_t *data, size_t len, struct application_sums *sums)
{
	enum recognition result = RECOGNITION_OPEN;

	for (size_t i = 0; i < len; i++) {
		enum recognition told = is_server
					    ? hear_server(state, data[i], sums)
					    : hear_client(state, data[i], sums);

		if (told == RECOGNITION_NONE)
			return told;
		if (told == RECOGNITION_SURE)
			result = told;
	}
	return result;
}
