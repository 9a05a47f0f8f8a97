/* treasure.h - the treasure game's bytes, both versions, both directions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_TREASURE_H
#define WIRE_TREASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "wire/cursor.h"

/*
 * A command is one byte:
 *
 *      0   1   2   3   4   5   6   7
 *    +---+---+---+---+---+---+---+---+
 *    |    command    | player| spare |
 *    +---+---+---+---+---+---+---+---+
 *
 * The two spare bits are sent as 0 and ignored on receipt.
 *
 * A reply is a body.  In the one-shot version nothing stands before it and it
 * ends where the connection ends; in the persistent version it is framed:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |   length of the body, bytes   |  body ...
 *    +-------------------------------+-------------------------------+
 *
 * Bodies: an id (1 byte, on connecting), "E" or "O" (1 byte), scores (16 bits
 * a player), or scores followed by the board as text.  All big endian.
 */
enum {
	TREASURE_PORT = 12345,
	TREASURE_PREFIX_LEN = 2, /* bytes before a body, persistent only */
	TREASURE_MIN_PLAYERS = 2,
	TREASURE_MAX_PLAYERS = 3,
	TREASURE_MIN_SIZE = 2,
	TREASURE_MAX_SIZE = 100, /* the board's text fits the 16-bit length */
	TREASURE_TILE_LEN = 5,   /* characters a tile takes in the text */
};

/* The largest body: three scores and a board of 100 x 100 tiles. */
enum {
	TREASURE_MAX_BODY =
	    2 * TREASURE_MAX_PLAYERS +
	    TREASURE_MAX_SIZE * (TREASURE_TILE_LEN * TREASURE_MAX_SIZE + 1)
};

enum treasure_verb {
	TREASURE_UP = 0x2,
	TREASURE_DOWN = 0x3,
	TREASURE_LEFT = 0x4,
	TREASURE_RIGHT = 0x6,
	TREASURE_QUIT = 0x8,
	TREASURE_GET = 0xF,
};

struct treasure_command {
	uint8_t verb;   /* an enum treasure_verb, or a value nobody knows */
	uint8_t player; /* 0..3; 1..3 name a player */
};

/* Scores and tiles as they travel in a reply. */
struct treasure_scores {
	unsigned players; /* 2 or 3 */
	uint16_t score[TREASURE_MAX_PLAYERS];
};

struct treasure_tile {
	bool has_treasure;
	uint8_t player; /* 1..3, or 0 where nobody stands */
};

/* x is the row, y the column: tile[x * size + y]. */
struct treasure_board {
	unsigned size; /* tiles a side */
	struct treasure_tile tile[TREASURE_MAX_SIZE * TREASURE_MAX_SIZE];
};

/* How far a stream parser got. */
enum treasure_result {
	TREASURE_OK,      /* one whole message taken */
	TREASURE_PARTIAL, /* read more; nothing was consumed */
	TREASURE_BAD,     /* no such message; close the connection */
};

/* What a body can be. */
enum treasure_kind {
	TREASURE_NOTHING,      /* 0 bytes: refused, illegal or goodbye */
	TREASURE_ID,           /* 1 byte, 1..3 */
	TREASURE_ERROR,        /* "E" */
	TREASURE_OVER,         /* "O" */
	TREASURE_SCORES,       /* 4 or 6 bytes */
	TREASURE_SCORES_BOARD, /* scores and a board */
};

struct treasure_reply {
	enum treasure_kind kind;
	uint8_t id;                    /* TREASURE_ID */
	struct treasure_scores scores; /* TREASURE_SCORES, _SCORES_BOARD */
	struct treasure_board board;   /* TREASURE_SCORES_BOARD */
};

/* Scores for a person, "13:20", or "-" without players; with its NUL. */
enum { TREASURE_SCORES_TEXT_LEN = TREASURE_MAX_PLAYERS * sizeof "65535" };
const char *treasure_scores_text(const struct treasure_scores *scores,
    char out[TREASURE_SCORES_TEXT_LEN]);

/* A tile as it stands in a board's text, TREASURE_TILE_LEN characters. */
void treasure_encode_tile(struct treasure_tile tile, uint8_t *out);

/* The byte of a command; player is 1..3 (0 is allowed with TREASURE_GET). */
uint8_t treasure_encode_command(struct treasure_command command);

/* Every byte is a command; whether it makes sense is the rules' business. */
struct treasure_command treasure_decode_command(uint8_t byte);

/* Is it one of the four steps?  Any value of a command's verb will do. */
bool treasure_is_step(uint8_t verb) MUST_CHECK;

/* The letter a person types for it, one of U, D, L, R, Q and G. */
char treasure_letter(enum treasure_verb verb);

/* The verb of such a letter, in either case; false if it is none. */
bool treasure_verb_of(char letter, enum treasure_verb *out) MUST_CHECK;

/* The tile one step from at on a board of size x size; false at its edge. */
bool treasure_step_from(unsigned at, unsigned size, enum treasure_verb verb,
    unsigned *to) MUST_CHECK;

/*
 * Write a body to out, which holds at least TREASURE_MAX_BODY bytes; returns
 * its length.  reply->kind says which fields are read.
 */
size_t treasure_encode_body(const struct treasure_reply *reply, uint8_t *out);

/* The same behind its length: at most TREASURE_PREFIX_LEN more bytes. */
size_t treasure_encode_framed(const struct treasure_reply *reply, uint8_t *out);

/*
 * Read a whole body of exactly len bytes: TREASURE_OK fills *out, anything
 * else is TREASURE_BAD and leaves it untouched.
 */
enum treasure_result treasure_decode_body(const uint8_t *body, size_t len,
    struct treasure_reply *out) MUST_CHECK;

/*
 * Take one framed body from the front of in.  Only TREASURE_OK moves in and
 * fills *out.  A length above TREASURE_MAX_BODY is TREASURE_BAD at once.
 */
enum treasure_result treasure_decode_framed(struct cursor *in,
    struct treasure_reply *out) MUST_CHECK;

#endif
