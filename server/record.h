/* record.h - the bytes of a journal, one record at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_RECORD_H
#define SERVER_RECORD_H

#include <stdbool.h>
#include "server/match.h"

/*
 * A record, big endian:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |    length of the payload      |  CRC-32 of length and payload :
 *    +-------------------------------+---------------+---------------+
 *    :                               |     kind      |  the rest of  :
 *    +-------------------------------+---------------+               +
 *    :  the payload: a room's number (32 bits), then what belongs to it
 *
 * TERMS has no room and comes first.
 */
enum record_kind {
	RECORD_TERMS = 'T',   /* text, version, rooms, board rules, seed */
	RECORD_BOARD = 'B',   /* all of a room's board */
	RECORD_GAME = 'G',    /* number: a new game has begun */
	RECORD_COMMAND = 'C', /* byte: a command that changed the board */
	RECORD_SEAT = 'S',    /* seat, host: who has a seat now */
	RECORD_END = 'E',     /* the game's end has been told */
};

enum {
	RECORD_HEADER_LEN = 6,
	RECORD_FIRST_LEN = 48, /* TERMS, header and all */
};

/* What a journal is about; another server's journal is of no use. */
struct record_terms {
	bool is_oneshot;
	uint32_t rooms;
	struct board_rules board;
	uint64_t seed;
};

/* Memory that grows; all zero to begin with. */
struct bytes {
	uint8_t *data;
	size_t len, room;
	bool has_failed; /* no memory: what came after is not in it */
};

void bytes_free(struct bytes *bytes);

/* Each adds one record, or sets has_failed. */
void record_terms(struct bytes *out, const struct record_terms *terms);
void record_board(struct bytes *out, uint32_t room, const struct match *match);
void record_game(struct bytes *out, uint32_t room, uint64_t game);
void record_command(struct bytes *out, uint32_t room,
    struct treasure_command command);
void record_seat(struct bytes *out, uint32_t room, uint8_t seat,
    const char *host);
void record_end(struct bytes *out, uint32_t room);

/*
 * Take one record from the front of in.  False, and in is where it was, if
 * what stands there is not a whole record with the right checksum.
 */
bool record_take(struct cursor *in, struct cursor *payload) MUST_CHECK;

/* What a file begins with. */
enum record_first {
	RECORD_FIRST_OURS,
	RECORD_FIRST_OTHER,   /* the first record of another version */
	RECORD_FIRST_DAMAGED, /* it was ours */
	RECORD_FIRST_FOREIGN, /* something else */
};

/*
 * Take TERMS from the front of in, whose first RECORD_FIRST_LEN bytes are
 * enough.  Only RECORD_FIRST_OURS moves in and fills *out.
 */
enum record_first record_take_terms(struct cursor *in,
    struct record_terms *out) MUST_CHECK;

/*
 * Do to the matches, terms->rooms of them, what a later record says.  False if
 * it makes no sense there; then a record of a whole board may have been half
 * done, if its checksum was right by chance.
 */
bool record_apply(struct cursor payload, const struct record_terms *terms,
    struct match *match) MUST_CHECK;

#endif
