/* screen.c - a person plays on a screen. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/screen.h"
#include <curses.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>
#include "client/carry.h"
#include "client/draw.h"
#include "client/terminal.h"

enum {
	WAIT_MS = 250, /* a resize may slip in just before a wait */
	NOTICE_MS = 3000,
	CTRL_D = 4,
	CTRL_L = 12,
	CHAR_ASCII_MAX = 127,
};

/* What the screen waits for. */
enum event {
	EVENT_NONE,
	EVENT_KEY,
	EVENT_LOOK, /* it is time for one of its own */
	EVENT_LEAVE,
	EVENT_LOST, /* the server: s->lost */
};

static void over_tell(struct screen *s)
{
	s->is_over = true;
	s->message = view_verdict(&s->view, s->link->player, s->verdict);
}

static void notice(struct screen *s, const char *text)
{
	s->notice = text;
	s->notice_ends = net_deadline(NOTICE_MS);
}

static void refusal_tell(struct screen *s)
{
	const struct link *link = s->link;

	if (link->seat != 0 && link->seat != link->player) {
		snprintf(s->composed, sizeof s->composed,
		    "Refused: you have seat %u, not player %u.", link->seat,
		    link->player);
		notice(s, s->composed);
	} else {
		notice(s, "You cannot step there.");
	}
}

/*
 * A look alone does not tell that somebody has quit, but who knows it already
 * need not forget: a finished game stays while a player of it is connected, and
 * in the one-shot version as long as it looks the same.
 */
static bool stays_over(const struct screen *s,
    const struct treasure_reply *reply)
{
	return s->is_over &&
	       (!s->link->version->sends_once || view_is_same(&s->view, reply));
}

static void reply_take(struct screen *s, enum treasure_verb verb)
{
	const struct treasure_reply *reply = &s->link->reply;

	switch (reply->kind) {
	case TREASURE_SCORES:
		if (!view_step(&s->view, s->link->player, verb, &reply->scores))
			s->message = "Somebody has moved: G looks again.";
		if (view_is_cleared(&s->view))
			over_tell(s);
		return;
	case TREASURE_SCORES_BOARD:
		s->is_over = verb != TREASURE_GET || stays_over(s, reply);
		view_see(&s->view, reply);
		if (s->is_over || view_treasures(&s->view) == 0)
			over_tell(s);
		return;
	case TREASURE_NOTHING:
	case TREASURE_OVER:
	case TREASURE_ERROR:
		refusal_tell(s);
		return;
	case TREASURE_ID: /* fits no command */
		return;
	}
}

/* Was the quit carried out, as far as anybody can tell? */
static bool is_obeyed(enum link_result result, enum treasure_kind kind)
{
	return result == LINK_GONE ||
	       (result == LINK_OK &&
		   (kind == TREASURE_OVER || kind == TREASURE_NOTHING));
}

static bool is_leaving(int key)
{
	return key == 'x' || key == 'X' || key == CTRL_D ||
	       key == TERMINAL_ESCAPE;
}

/*
 * While the server owes an answer: a signal ends that, and once it is said that
 * it does not come, a key that leaves.  Others would be carried out much later,
 * on another board than was seen: they are dropped.
 */
static bool waits_on(void *context)
{
	struct screen *s = context;
	bool is_left = false;
	int key;

	terminal_set_busy(false);
	if (terminal_signal() != 0)
		return false;
	if (net_now_ms() - s->asked_at < LINK_TELL_MS)
		return true;
	while (!is_left && (key = terminal_key()) != ERR)
		is_left = is_leaving(key);
	s->is_waiting = true;
	draw_screen(s);
	return !is_left;
}

static void waiting_begin(struct screen *s)
{
	s->asked_at = net_now_ms();
	terminal_set_busy(true); /* until it waits, a signal ends all */
}

static void waiting_end(struct screen *s)
{
	terminal_set_busy(false);
	s->is_waiting = false;
}

/* What the last command has cost: its last segment may come after its reply. */
static void meter_look(struct screen *s)
{
	carry_meter(s->link, &s->meter);
	s->last = meter_since(&s->meter, &s->before);
}

/* What comes now is the next command's. */
static void meter_turn(struct screen *s)
{
	meter_look(s);
	if (s->is_own)
		meter_add(&s->own, &s->last);
	s->is_own = false;
	s->before = s->meter;
}

/* Sends nothing once a signal has said that it is time to leave. */
static enum link_result ask(struct screen *s, enum treasure_verb verb)
{
	if (s->commands > 0 && !terminal_pause(s->think_ms))
		return LINK_OK;
	waiting_begin(s);
	if (terminal_signal() != 0)
		return LINK_OK;
	s->commands++;
	meter_turn(s);
	s->message = NULL;
	enum link_result result = link_ask(s->link, verb);
	waiting_end(s);
	meter_look(s);
	s->look_at = net_deadline(s->look_ms);
	if (verb == TREASURE_QUIT && is_obeyed(result, s->link->reply.kind)) {
		s->has_quit = s->is_over = true;
		return LINK_OK;
	}
	if (result == LINK_OK)
		reply_take(s, verb);
	return result;
}

static enum link_result look_by_itself(struct screen *s)
{
	uint64_t commands = s->commands;
	enum link_result result = ask(s, TREASURE_GET);

	if (s->commands == commands)
		return result;
	s->own_looks++;
	s->is_own = true;
	return result;
}

static void looking_switch(struct screen *s)
{
	s->is_looking = !s->is_looking;
	s->look_at = net_now_ms();
	notice(s, s->is_looking ? "The screen looks by itself."
				: "The screen looks only when you do.");
}

static bool will_look(const struct screen *s)
{
	return s->is_looking && !s->is_over && draw_has_room();
}

/* How long to wait for a key, in ms. */
static int patience(const struct screen *s)
{
	int64_t left = s->look_at - net_now_ms();

	if (!will_look(s) || left > WAIT_MS)
		return WAIT_MS;
	return left < 0 ? 0 : (int)left;
}

static enum event event_wait(struct screen *s, int *key)
{
	struct pollfd pfd[2] = {
	    {.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = s->link->fd, .events = POLLIN}, /* -1 is ignored */
	};

	*key = terminal_key();
	if (*key != ERR)
		return EVENT_KEY;
	int ready = terminal_signal() != 0 ? -1 : poll(pfd, 2, patience(s));
	if (terminal_signal() != 0)
		return EVENT_LEAVE;
	s->lost = carry_look(s->link);
	if (s->lost != LINK_OK)
		return EVENT_LOST;
	*key = terminal_key();
	if (*key != ERR)
		return EVENT_KEY;
	if (ready > 0 && pfd[0].revents != 0)
		return EVENT_LEAVE; /* the terminal has gone */
	if (will_look(s) && net_now_ms() >= s->look_at)
		return EVENT_LOOK;
	return EVENT_NONE;
}

/* The command a key stands for; false if it is none. */
static bool key_parse(int key, enum treasure_verb *verb)
{
	switch (key) {
	case KEY_UP:
		*verb = TREASURE_UP;
		return true;
	case KEY_DOWN:
		*verb = TREASURE_DOWN;
		return true;
	case KEY_LEFT:
		*verb = TREASURE_LEFT;
		return true;
	case KEY_RIGHT:
		*verb = TREASURE_RIGHT;
		return true;
	default:
		return key > 0 && key <= 0x7f &&
		       treasure_verb_of((char)key, verb);
	}
}

/*
 * Carry a command out, unless nobody could see what comes of it, or nothing
 * can; false to leave.
 */
static bool command_obey(struct screen *s, enum treasure_verb verb,
    enum link_result *result)
{
	if (!draw_has_room())
		return true;
	if (s->is_over && verb != TREASURE_GET)
		return verb != TREASURE_QUIT;
	*result = ask(s, verb);
	return verb != TREASURE_QUIT || !(s->has_quit || s->is_over ||
					    s->link->route.switches.is_corked);
}

/* Keys above all bytes have names; what else is not ASCII has only a number. */
static void unknown_tell(struct screen *s, int key)
{
	bool has_name = key > TERMINAL_UNKNOWN &&
			(key <= CHAR_ASCII_MAX || key > UCHAR_MAX);
	const char *name = has_name ? keyname(key) : NULL;

	snprintf(s->composed, sizeof s->composed,
	    "Unknown key%s%s: ? tells more.", name == NULL ? "" : " ",
	    name == NULL ? "" : name);
	notice(s, s->composed);
}

/* Do what a key says; false to leave. */
static bool key_obey(struct screen *s, int key, enum link_result *result)
{
	enum treasure_verb verb;

	if (key != KEY_RESIZE)
		s->notice = NULL;
	if (key_parse(key, &verb))
		return command_obey(s, verb, result);
	if (is_leaving(key))
		return false;
	switch (key) {
	case 'a':
	case 'A':
		looking_switch(s);
		break;
	case CTRL_L:
		(void)clearok(curscr, true);
		break;
	case KEY_RESIZE:
		break;
	case '?':
		notice(s, "Escape and Ctrl-D leave, too; Ctrl-L draws anew.");
		break;
	default:
		unknown_tell(s, key);
		break;
	}
	return true;
}

static enum link_result play(struct screen *s)
{
	enum link_result result = look_by_itself(s);
	int key;

	while (result == LINK_OK) {
		if (s->notice != NULL && net_now_ms() >= s->notice_ends)
			s->notice = NULL;
		draw_screen(s);
		switch (event_wait(s, &key)) {
		case EVENT_NONE:
			meter_look(s);
			break;
		case EVENT_KEY:
			if (!key_obey(s, key, &result))
				return result;
			break;
		case EVENT_LOOK:
			result = look_by_itself(s);
			break;
		case EVENT_LEAVE:
			return LINK_OK;
		case EVENT_LOST:
			result = s->lost;
			break;
		}
	}
	return result;
}

enum link_result screen_play(struct screen *screen)
{
	const struct net_patience patience = {waits_on, screen};
	struct link *link = screen->link;

	link->route.patience = &patience;
	waiting_begin(screen);
	enum link_result result = link->version->join(link);
	waiting_end(screen);

	if (result == LINK_OK)
		result = play(screen);
	meter_turn(screen);
	link->version->leave(link);
	link->route.patience = NULL;
	screen->meter = link->meter;
	if (result != LINK_STOPPED)
		return result;
	(void)flushinp(); /* what was typed in vain is not for the shell */
	return LINK_OK;
}
