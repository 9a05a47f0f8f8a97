/* fit.h - what the screen says, as long as there is room for it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_FIT_H
#define CLIENT_FIT_H

#include "client/screen.h"

/*
 * Each has several forms.  What comes is the longest that takes no more than
 * so many columns, or, where none does, the shortest.
 */
enum { FIT_LEN = 512 };

struct fitted {
	char text[FIT_LEN];
};

/* Who plays where. */
struct fitted fit_title(const struct link *link, unsigned columns);

/*
 * How many treasures are left; if the board is shown in part, also the way to
 * the nearest, which the short forms begin with.
 */
struct fitted fit_treasures(const struct view *view, uint8_t player,
    bool is_part, unsigned columns);

/* On the border: which count of size rows or columns, from first, are shown. */
struct fitted fit_part(const char *what, unsigned first, unsigned count,
    unsigned size, unsigned columns);

/* The meter in one line. */
struct fitted fit_meter(const struct meter *meter, unsigned columns);

/* That the server has owed an answer for so many ms. */
struct fitted fit_waiting(int64_t ms, unsigned columns);

/* The keys that do something now.  How to leave is in every form. */
struct fitted fit_keys(const struct screen *screen, unsigned columns);

#endif
