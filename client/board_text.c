/* board_text.c - a board in lines of text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/board_text.h"
#include "client/draw.h"

static void tile_show(FILE *out, struct treasure_tile tile)
{
	uint8_t text[TREASURE_TILE_LEN];

	treasure_encode_tile(tile, text);
	fwrite(text, 1, sizeof text, out);
}

void board_text(FILE *out, const struct treasure_board *board, unsigned at,
    unsigned columns)
{
	unsigned size = board->size, shown = size, first = 0;

	if (columns != 0 && columns / TREASURE_TILE_LEN < size) {
		shown = columns / TREASURE_TILE_LEN;
		shown = shown == 0 ? 1 : shown;
		first = draw_first(size, shown, at % size);
		fprintf(out, "Columns %u to %u of %u:\n", first + 1,
		    first + shown, size);
	}
	for (unsigned x = 0; x < size; x++) {
		for (unsigned y = first; y < first + shown; y++)
			tile_show(out, board->tile[x * size + y]);
		putc('\n', out);
	}
}
