/* draw.h - the game and its meter on the terminal. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_DRAW_H
#define CLIENT_DRAW_H

#include "client/screen.h"

/* Draw all of it, as large as the terminal is now. */
void draw_screen(const struct screen *screen);

/* Is the terminal large enough to play?  If not, it says so. */
bool draw_has_room(void);

/*
 * Of size tiles only shown fit: the first to show, so that tile at is as near
 * to the middle as the edges allow.  Exposed for its test.
 */
unsigned draw_first(unsigned size, unsigned shown, unsigned at);

#endif
