/* record.c - the bytes of a journal, one record at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/record.h"
#include <stdlib.h>
#include <string.h>

static const char magic[] = "treasure-journal 1\n";

enum {
	MAGIC_LEN = sizeof magic - 1,
	NAME_LEN = MAGIC_LEN - 2, /* without the version */
	ROOM_AT_LEAST = 4096,
	CRC_AT = 2,
	PAYLOAD_MAX = UINT16_MAX,
};

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){.len = 0};
}

static uint8_t *bytes_add(struct bytes *bytes, size_t len)
{
	if (bytes->room - bytes->len < len) {
		size_t room = 2 * (bytes->len + len);
		if (room < ROOM_AT_LEAST)
			room = ROOM_AT_LEAST;
		uint8_t *data = realloc(bytes->data, room);
		if (data == NULL) {
			bytes->has_failed = true;
			return NULL;
		}
		bytes->data = data;
		bytes->room = room;
	}
	uint8_t *added = bytes->data + bytes->len;
	bytes->len += len;
	return added;
}

/* CRC-32 as in zlib, PNG and Ethernet, four bits at a time. */
static uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t len)
{
	static const uint32_t table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8,
	    0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
	    0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0,
	    0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

static uint32_t crc_of(const uint8_t *record, const uint8_t *payload,
    size_t len)
{
	return crc_add(crc_add(0, record, CRC_AT), payload, len);
}

/* A record in the making: begin, put its payload, end. */
struct draft {
	struct bytes *bytes;
	size_t start;
};

static void put(struct draft *draft, const void *data, size_t len)
{
	uint8_t *room = bytes_add(draft->bytes, len);

	if (room != NULL)
		memcpy(room, data, len);
}

static void put_number(struct draft *draft, uint64_t value, size_t len)
{
	uint8_t *room = bytes_add(draft->bytes, len);

	if (room == NULL)
		return;
	for (size_t i = len; i-- > 0; value >>= 8)
		room[i] = (uint8_t)value;
}

static struct draft begin(struct bytes *out, enum record_kind kind)
{
	struct draft draft = {.bytes = out, .start = out->len};

	put_number(&draft, 0, RECORD_HEADER_LEN);
	put_number(&draft, kind, 1);
	return draft;
}

static struct draft begin_in_room(struct bytes *out, enum record_kind kind,
    uint32_t room)
{
	struct draft draft = begin(out, kind);

	put_number(&draft, room, 4);
	return draft;
}

static void end(const struct draft *draft)
{
	struct bytes *bytes = draft->bytes;

	if (bytes->has_failed)
		return;
	uint8_t *record = bytes->data + draft->start;
	uint8_t *payload = record + RECORD_HEADER_LEN;
	size_t len = bytes->len - draft->start - RECORD_HEADER_LEN;
	if (len > PAYLOAD_MAX) { /* no record of ours is */
		bytes->has_failed = true;
		return;
	}
	store_be16(record, (uint16_t)len);
	store_be32(record + CRC_AT, crc_of(record, payload, len));
}

void record_terms(struct bytes *out, const struct record_terms *terms)
{
	struct draft draft = begin(out, RECORD_TERMS);

	put(&draft, magic, MAGIC_LEN);
	put_number(&draft, terms->is_oneshot, 1);
	put_number(&draft, terms->rooms, 4);
	put_number(&draft, terms->board.size, 4);
	put_number(&draft, terms->board.treasures, 4);
	put_number(&draft, terms->board.players, 1);
	put_number(&draft, terms->seed, 8);
	end(&draft);
}

void record_board(struct bytes *out, uint32_t room, const struct match *match)
{
	const struct board *board = &match->board;
	size_t tiles = (size_t)board->tiles.size * board->tiles.size;
	struct draft draft = begin_in_room(out, RECORD_BOARD, room);

	put_number(&draft, match->game, 8);
	put_number(&draft, match->is_end_told, 1);
	put_number(&draft, board->has_quit, 1);
	put_number(&draft, board->points_at_start, 4);
	for (unsigned i = 0; i < board->scores.players; i++) {
		put_number(&draft, board->scores.score[i], 2);
		put_number(&draft, board->position[i], 4);
	}
	put(&draft, board->points, tiles);
	end(&draft);
	for (unsigned i = 0; i < board->scores.players; i++) {
		if (match->seat[i].host[0] != '\0')
			record_seat(out, room, (uint8_t)(i + 1),
			    match->seat[i].host);
	}
}

void record_game(struct bytes *out, uint32_t room, uint64_t game)
{
	struct draft draft = begin_in_room(out, RECORD_GAME, room);

	put_number(&draft, game, 8);
	end(&draft);
}

void record_command(struct bytes *out, uint32_t room,
    struct treasure_command command)
{
	struct draft draft = begin_in_room(out, RECORD_COMMAND, room);

	put_number(&draft, treasure_encode_command(command), 1);
	end(&draft);
}

void record_seat(struct bytes *out, uint32_t room, uint8_t seat,
    const char *host)
{
	struct draft draft = begin_in_room(out, RECORD_SEAT, room);

	put_number(&draft, seat, 1);
	put(&draft, host, strlen(host));
	end(&draft);
}

void record_end(struct bytes *out, uint32_t room)
{
	struct draft draft = begin_in_room(out, RECORD_END, room);

	end(&draft);
}

bool record_take(struct cursor *in, struct cursor *payload)
{
	struct cursor at = *in;
	const uint8_t *header = cursor_take(&at, RECORD_HEADER_LEN);

	if (header == NULL)
		return false;
	size_t len = load_be16(header);
	const uint8_t *data = cursor_take(&at, len);
	if (len == 0 || data == NULL ||
	    load_be32(header + CRC_AT) != crc_of(header, data, len))
		return false;
	*payload = cursor_over(data, len);
	*in = at;
	return true;
}

static bool get(struct cursor *in, size_t len, uint64_t *out)
{
	const uint8_t *data = cursor_take(in, len);
	uint64_t value = 0;

	if (data == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | data[i];
	*out = value;
	return true;
}

static bool read_terms(struct cursor payload, struct record_terms *out)
{
	const uint8_t *kind = cursor_take(&payload, 1);
	const uint8_t *text = cursor_take(&payload, MAGIC_LEN);
	uint64_t is_oneshot, rooms, size, treasures, players, seed;

	if (kind == NULL || *kind != RECORD_TERMS || text == NULL ||
	    memcmp(text, magic, MAGIC_LEN) != 0 ||
	    !get(&payload, 1, &is_oneshot) || !get(&payload, 4, &rooms) ||
	    !get(&payload, 4, &size) || !get(&payload, 4, &treasures) ||
	    !get(&payload, 1, &players) || !get(&payload, 8, &seed))
		return false;
	*out = (struct record_terms){
	    .is_oneshot = is_oneshot != 0,
	    .rooms = (uint32_t)rooms,
	    .board = {.size = (unsigned)size,
		.treasures = (unsigned)treasures,
		.players = (unsigned)players},
	    .seed = seed,
	};
	return true;
}

/* Does a version stand here, and not this one? */
static bool is_other_version(struct cursor in)
{
	bool is_ours = *in.at == magic[NAME_LEN];
	unsigned digits = 0;

	for (; cursor_left(&in) > 0 && *in.at >= '0' && *in.at <= '9'; in.at++)
		digits++;
	bool is_whole = digits > 0 && cursor_left(&in) > 0 && *in.at == '\n';
	return is_whole && (digits > 1 || !is_ours);
}

enum record_first record_take_terms(struct cursor *in, struct record_terms *out)
{
	struct cursor at = *in, payload;

	if (record_take(&at, &payload) && read_terms(payload, out)) {
		*in = at;
		return RECORD_FIRST_OURS;
	}
	at = *in;
	if (cursor_take(&at, RECORD_HEADER_LEN + 1) == NULL ||
	    cursor_left(&at) < MAGIC_LEN || memcmp(at.at, magic, NAME_LEN) != 0)
		return RECORD_FIRST_FOREIGN;
	at.at += NAME_LEN;
	return is_other_version(at) ? RECORD_FIRST_OTHER : RECORD_FIRST_DAMAGED;
}

/* Put the players of a board just read where they stand. */
static bool players_apply(struct cursor *in, struct board *board)
{
	uint64_t score, at;

	for (unsigned i = 0; i < board->scores.players; i++) {
		if (!get(in, 2, &score) || !get(in, 4, &at) ||
		    at >= (uint64_t)board->tiles.size * board->tiles.size)
			return false;
		board->scores.score[i] = (uint16_t)score;
		board->position[i] = (unsigned)at;
	}
	return true;
}

static void tiles_apply(const uint8_t *points, struct board *board)
{
	unsigned tiles = board->tiles.size * board->tiles.size;

	board->treasures_left = 0;
	board->points_left = 0;
	for (unsigned i = 0; i < tiles; i++) {
		board->points[i] = points[i];
		board->tiles.tile[i] =
		    (struct treasure_tile){.has_treasure = points[i] != 0};
		board->treasures_left += points[i] != 0;
		board->points_left += points[i];
	}
	for (unsigned i = 0; i < board->scores.players; i++)
		board->tiles.tile[board->position[i]].player = (uint8_t)(i + 1);
}

/* Only a checksum that is right by chance leaves half of it done. */
static bool board_apply(struct cursor in, struct match *match)
{
	struct board *board = &match->board;
	size_t tiles = (size_t)board->tiles.size * board->tiles.size;
	uint64_t game, is_told, has_quit, points;

	if (!get(&in, 8, &game) || !get(&in, 1, &is_told) ||
	    !get(&in, 1, &has_quit) || !get(&in, 4, &points) ||
	    !players_apply(&in, board) || cursor_left(&in) != tiles)
		return false;
	match->game = game;
	match->is_end_told = is_told != 0;
	board->has_quit = has_quit != 0;
	board->points_at_start = (uint32_t)points;
	tiles_apply(in.at, board);
	return true;
}

static bool seat_apply(struct cursor in, struct match *match)
{
	const uint8_t *seat = cursor_take(&in, 1);
	size_t len = cursor_left(&in);

	if (seat == NULL || *seat < 1 || *seat > match->rules.board.players ||
	    len >= NET_HOST_LEN)
		return false;
	memcpy(match->seat[*seat - 1].host, in.at, len);
	match->seat[*seat - 1].host[len] = '\0';
	return true;
}

static bool command_apply(struct cursor in, struct match *match)
{
	const uint8_t *byte = cursor_take(&in, 1);

	if (byte == NULL)
		return false;
	switch (board_play(&match->board, treasure_decode_command(*byte))) {
	case BOARD_STEPPED:
	case BOARD_QUIT:
		return true;
	case BOARD_SHOWN:
	case BOARD_REFUSED:
		break;
	}
	return false;
}

bool record_apply(struct cursor payload, const struct record_terms *terms,
    struct match *match)
{
	const uint8_t *kind = cursor_take(&payload, 1);
	uint64_t room, game;

	if (kind == NULL || !get(&payload, 4, &room) || room >= terms->rooms)
		return false;
	match += room;
	switch (*kind) {
	case RECORD_BOARD:
		return board_apply(payload, match);
	case RECORD_GAME:
		if (!get(&payload, 8, &game))
			return false;
		match_begin(match, game);
		return true;
	case RECORD_COMMAND:
		return command_apply(payload, match);
	case RECORD_SEAT:
		return seat_apply(payload, match);
	case RECORD_END:
		match->is_end_told = board_is_over(&match->board);
		return match->is_end_told;
	default: /* the byte came from a file */
		return false;
	}
}
