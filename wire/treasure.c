/* treasure.c - encode and decode the treasure game. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/treasure.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>

enum {
	VERB_SHIFT = 4,
	PLAYER_SHIFT = 2,
	PLAYER_MASK = 0x3,
	SCORE_LEN = 2,
	TWO_SCORES_LEN = 2 * SCORE_LEN,
	THREE_SCORES_LEN = 3 * SCORE_LEN,
};

uint8_t treasure_encode_command(struct treasure_command command)
{
	return (uint8_t)(command.verb << VERB_SHIFT |
			 (command.player & PLAYER_MASK) << PLAYER_SHIFT);
}

struct treasure_command treasure_decode_command(uint8_t byte)
{
	return (struct treasure_command){
	    .verb = byte >> VERB_SHIFT,
	    .player = byte >> PLAYER_SHIFT & PLAYER_MASK,
	};
}

static const struct {
	char letter;
	enum treasure_verb verb;
} letters[] = {
    {'U', TREASURE_UP},
    {'D', TREASURE_DOWN},
    {'L', TREASURE_LEFT},
    {'R', TREASURE_RIGHT},
    {'Q', TREASURE_QUIT},
    {'G', TREASURE_GET},
};

enum { LETTERS = sizeof letters / sizeof letters[0] };

bool treasure_is_step(uint8_t verb)
{
	return verb == TREASURE_UP || verb == TREASURE_DOWN ||
	       verb == TREASURE_LEFT || verb == TREASURE_RIGHT;
}

char treasure_letter(enum treasure_verb verb)
{
	size_t i = 0;

	while (i < LETTERS - 1 && letters[i].verb != verb)
		i++;
	return letters[i].letter;
}

bool treasure_verb_of(char letter, enum treasure_verb *out)
{
	char upper = (char)toupper((unsigned char)letter);

	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].letter != upper)
			continue;
		*out = letters[i].verb;
		return true;
	}
	return false;
}

bool treasure_step_from(unsigned at, unsigned size, enum treasure_verb verb,
    unsigned *to)
{
	unsigned row = at / size, column = at % size;

	if (verb == TREASURE_UP && row > 0)
		*to = at - size;
	else if (verb == TREASURE_DOWN && row + 1 < size)
		*to = at + size;
	else if (verb == TREASURE_LEFT && column > 0)
		*to = at - 1;
	else if (verb == TREASURE_RIGHT && column + 1 < size)
		*to = at + 1;
	else
		return false;
	return true;
}

const char *treasure_scores_text(const struct treasure_scores *scores,
    char out[TREASURE_SCORES_TEXT_LEN])
{
	size_t len = 0;

	snprintf(out, TREASURE_SCORES_TEXT_LEN, "-");
	for (unsigned i = 0; i < scores->players; i++)
		len +=
		    (size_t)snprintf(out + len, TREASURE_SCORES_TEXT_LEN - len,
			"%s%u", i == 0 ? "" : ":", scores->score[i]);
	return out;
}

static size_t scores_len(unsigned players)
{
	return (size_t)players * SCORE_LEN;
}

static size_t board_len(unsigned size)
{
	return (size_t)size * (TREASURE_TILE_LEN * (size_t)size + 1);
}

static size_t scores_encode(const struct treasure_scores *scores, uint8_t *out)
{
	assert(scores->players >= TREASURE_MIN_PLAYERS &&
	       scores->players <= TREASURE_MAX_PLAYERS);
	for (unsigned i = 0; i < scores->players; i++)
		store_be16(out + i * SCORE_LEN, scores->score[i]);
	return scores_len(scores->players);
}

static void scores_decode(const uint8_t *in, unsigned players,
    struct treasure_scores *out)
{
	*out = (struct treasure_scores){.players = players};
	for (unsigned i = 0; i < players; i++)
		out->score[i] = load_be16(in + i * SCORE_LEN);
}

void treasure_encode_tile(struct treasure_tile tile, uint8_t *out)
{
	out[0] = ' ';
	out[1] = tile.has_treasure ? '$' : ' ';
	out[2] = '.';
	out[3] = tile.player == 0 ? ' ' : (uint8_t)('0' + tile.player);
	out[4] = ' ';
}

static bool is_tile(const uint8_t *in, unsigned players)
{
	if (in[0] != ' ' || in[2] != '.' || in[4] != ' ')
		return false;
	if (in[1] != '$' && in[1] != ' ')
		return false;
	return in[3] == ' ' || (in[3] >= '1' && in[3] <= '0' + (int)players);
}

static struct treasure_tile tile_decode(const uint8_t *in)
{
	return (struct treasure_tile){
	    .has_treasure = in[1] == '$',
	    .player = in[3] == ' ' ? 0 : (uint8_t)(in[3] - '0'),
	};
}

static size_t board_encode(const struct treasure_board *board, uint8_t *out)
{
	const struct treasure_tile *tile = board->tile;
	uint8_t *at = out;

	assert(board->size >= TREASURE_MIN_SIZE &&
	       board->size <= TREASURE_MAX_SIZE);
	for (unsigned x = 0; x < board->size; x++) {
		for (unsigned y = 0; y < board->size; y++) {
			treasure_encode_tile(*tile++, at);
			at += TREASURE_TILE_LEN;
		}
		*at++ = '\n';
	}
	return (size_t)(at - out);
}

/* Is this, as long as one is, the text of a board? */
static bool is_board(const uint8_t *in, unsigned size, unsigned players)
{
	for (unsigned x = 0; x < size; x++) {
		for (unsigned y = 0; y < size; y++) {
			if (!is_tile(in, players))
				return false;
			in += TREASURE_TILE_LEN;
		}
		if (*in++ != '\n')
			return false;
	}
	return true;
}

static void board_decode(const uint8_t *in, unsigned size,
    struct treasure_board *out)
{
	struct treasure_tile *tile = out->tile;

	out->size = size;
	for (unsigned x = 0; x < size; x++) {
		for (unsigned y = 0; y < size; y++) {
			*tile++ = tile_decode(in);
			in += TREASURE_TILE_LEN;
		}
		in++; /* the line feed */
	}
}

/* The size of the only board whose text has len bytes, or 0. */
static unsigned board_size(size_t len)
{
	for (unsigned size = TREASURE_MIN_SIZE; size <= TREASURE_MAX_SIZE;
	     size++) {
		if (board_len(size) == len)
			return size;
	}
	return 0;
}

/* Two lengths of board text never differ by one score: one count fits. */
static enum treasure_result scores_board_decode(const uint8_t *body, size_t len,
    struct treasure_reply *out)
{
	for (unsigned players = TREASURE_MIN_PLAYERS;
	     players <= TREASURE_MAX_PLAYERS; players++) {
		size_t skip = scores_len(players);
		unsigned size = len > skip ? board_size(len - skip) : 0;

		if (size == 0)
			continue;
		if (!is_board(body + skip, size, players))
			return TREASURE_BAD;
		out->kind = TREASURE_SCORES_BOARD;
		board_decode(body + skip, size, &out->board);
		scores_decode(body, players, &out->scores);
		return TREASURE_OK;
	}
	return TREASURE_BAD;
}

static enum treasure_result byte_decode(uint8_t byte,
    struct treasure_reply *out)
{
	if (byte >= 1 && byte <= TREASURE_MAX_PLAYERS) {
		out->kind = TREASURE_ID;
		out->id = byte;
		return TREASURE_OK;
	}
	if (byte != 'E' && byte != 'O')
		return TREASURE_BAD;
	out->kind = byte == 'E' ? TREASURE_ERROR : TREASURE_OVER;
	return TREASURE_OK;
}

enum treasure_result treasure_decode_body(const uint8_t *body, size_t len,
    struct treasure_reply *out)
{
	switch (len) {
	case 0:
		out->kind = TREASURE_NOTHING;
		return TREASURE_OK;
	case 1:
		return byte_decode(body[0], out);
	case TWO_SCORES_LEN:
	case THREE_SCORES_LEN:
		out->kind = TREASURE_SCORES;
		scores_decode(body, (unsigned)(len / SCORE_LEN), &out->scores);
		return TREASURE_OK;
	default:
		return scores_board_decode(body, len, out);
	}
}

enum treasure_result treasure_decode_framed(struct cursor *in,
    struct treasure_reply *out)
{
	struct cursor ahead = *in;
	const uint8_t *prefix = cursor_take(&ahead, TREASURE_PREFIX_LEN);

	if (prefix == NULL)
		return TREASURE_PARTIAL;
	size_t len = load_be16(prefix);
	if (len > TREASURE_MAX_BODY)
		return TREASURE_BAD;
	const uint8_t *body = cursor_take(&ahead, len);
	if (body == NULL)
		return TREASURE_PARTIAL;
	enum treasure_result result = treasure_decode_body(body, len, out);
	if (result == TREASURE_OK)
		*in = ahead;
	return result;
}

static size_t byte_encode(uint8_t byte, uint8_t *out)
{
	*out = byte;
	return 1;
}

size_t treasure_encode_body(const struct treasure_reply *reply, uint8_t *out)
{
	switch (reply->kind) {
	case TREASURE_NOTHING:
		return 0;
	case TREASURE_ID:
		return byte_encode(reply->id, out);
	case TREASURE_ERROR:
		return byte_encode('E', out);
	case TREASURE_OVER:
		return byte_encode('O', out);
	case TREASURE_SCORES:
		return scores_encode(&reply->scores, out);
	case TREASURE_SCORES_BOARD:
		break;
	}
	size_t len = scores_encode(&reply->scores, out);
	return len + board_encode(&reply->board, out + len);
}

size_t treasure_encode_framed(const struct treasure_reply *reply, uint8_t *out)
{
	size_t len = treasure_encode_body(reply, out + TREASURE_PREFIX_LEN);

	assert(len <= UINT16_MAX);
	store_be16(out, (uint16_t)len);
	return TREASURE_PREFIX_LEN + len;
}
