/* screen.h - a person plays on a screen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_SCREEN_H
#define CLIENT_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include "client/link.h"
#include "client/view.h"

/* How long the screen waits between two looks of its own, if it takes any. */
enum { SCREEN_LOOK_S = 2 };

/* Large: keep it on the heap, all zero but what the caller sets. */
struct screen {
	struct link *link; /* set by the caller, borrowed */
	int64_t think_ms;  /* likewise: before every command but the first */
	int64_t look_ms;   /* likewise: between looks of its own */
	bool is_looking;   /* likewise: it takes some */
	int64_t look_at;   /* when the next is due, net_now_ms */
	struct view view;  /* what is drawn */
	bool is_over;      /* no treasure is left, or somebody has quit */
	bool has_quit;     /* that was us */
	int64_t asked_at;  /* the server, net_now_ms */
	bool is_waiting;   /* for its answer, so long that it is said */
	enum link_result lost; /* of a server that did not wait to be asked */
	uint64_t commands;     /* sent, own_looks included */
	uint64_t own_looks;    /* those that nobody asked for */
	struct meter meter;    /* so far */
	struct meter last;     /* of the last command alone */
	struct meter before;   /* as it was before that command */
	struct meter own;      /* of own_looks, without the last */
	bool is_own;           /* the last command was one of these */
	const char *message;   /* stays until the next command */
	const char *notice;    /* before it, until notice_ends or a key */
	int64_t notice_ends;   /* net_now_ms */
	char verdict[VIEW_VERDICT_LEN]; /* a message that is composed */
	char composed[80];              /* likewise a notice */
};

/*
 * Join, play until the player leaves or quits, or a signal comes
 * (terminal_signal), leave.  The terminal is open.  LINK_OK, or why it could
 * not go on.
 */
enum link_result screen_play(struct screen *screen) MUST_CHECK;

#endif
