/* board_text.h - a board in lines of text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_BOARD_TEXT_H
#define CLIENT_BOARD_TEXT_H

#include <stdio.h>
#include "wire/treasure.h"

/*
 * Print the board as it travels.  Where its lines are longer than so many
 * columns (0: of any length), print the columns around tile at that fit, and
 * say first which these are.
 */
void board_text(FILE *out, const struct treasure_board *board, unsigned at,
    unsigned columns);

#endif
