/* player.h - a person, or a pipe, plays line by line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_PLAYER_H
#define CLIENT_PLAYER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "client/link.h"
#include "client/view.h"

struct player {
	struct link *link;     /* borrowed */
	FILE *in, *out;        /* borrowed */
	bool is_terminal;      /* prompt, and redraw the board after a step */
	int64_t think_ms;      /* before every command but the first */
	uint64_t commands;     /* sent */
	bool is_over;          /* and it has been said how another begins */
	bool has_quit;         /* and nothing can follow */
	int64_t tell_at;       /* when to say that we wait, net_now_ms */
	enum link_result lost; /* of a server that did not wait to be asked */
	struct view view;
};

/*
 * Join, carry out one command a line until Q, the end of the input or a signal
 * (terminal_signal), leave.
 * Sends exactly what it is given.  LINK_OK, or why it could not go on;
 * LINK_INPUT or LINK_OUTPUT, with an errno in link->error, if that failed.
 */
enum link_result player_play(struct player *player) MUST_CHECK;

/* The command a line means; false if it is none.  Exposed for its test. */
bool player_parse(const char *line, size_t len,
    enum treasure_verb *verb) MUST_CHECK;

#endif
