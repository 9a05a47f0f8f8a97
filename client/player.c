/* player.c - a person, or a pipe, plays line by line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/player.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include "client/board_text.h"
#include "client/carry.h"
#include "client/line.h"
#include "client/terminal.h"
#include "client/wrap.h"

static const char keys[] =
    "U, D, L and R step, G shows the board, Q ends the game for all, "
    "X leaves.";

enum { WAIT_MS = 250 }; /* a signal may slip in just before a wait */

/* What comes of waiting for a line. */
enum input {
	INPUT_COMMAND,
	INPUT_EMPTY,
	INPUT_UNKNOWN,
	INPUT_LEAVING, /* a line that says so */
	INPUT_END,
	INPUT_LEAVE, /* a signal */
	INPUT_LOST,  /* the server, while the player was thinking: p->lost */
};

static bool is_blank(char c)
{
	return isspace((unsigned char)c) != 0;
}

static const char *trim(const char *line, size_t *len)
{
	while (*len > 0 && is_blank(line[*len - 1]))
		--*len;
	while (*len > 0 && is_blank(*line)) {
		++line;
		--*len;
	}
	return line;
}

bool player_parse(const char *line, size_t len, enum treasure_verb *verb)
{
	line = trim(line, &len);
	return len == 1 && treasure_verb_of(*line, verb);
}

/*
 * Wait for the terminal, but notice a signal, or a server that is lost,
 * meanwhile.
 */
static bool wait_for_person(struct player *p)
{
	struct pollfd pfd[2] = {
	    {.fd = fileno(p->in), .events = POLLIN},
	    {.fd = p->link->fd, .events = POLLIN}, /* -1 is ignored */
	};

	p->lost = LINK_OK;
	while (p->is_terminal && p->lost == LINK_OK) {
		int ready = terminal_signal() != 0 ? -1 : poll(pfd, 2, WAIT_MS);
		if (terminal_signal() != 0)
			return false;
		if (ready > 0 && pfd[0].revents != 0)
			return true;
		p->lost = carry_look(p->link);
	}
	return p->lost == LINK_OK;
}

static enum input read_line(struct player *p, enum treasure_verb *verb)
{
	struct line line;

	if (!wait_for_person(p))
		return p->lost == LINK_OK ? INPUT_LEAVE : INPUT_LOST;
	if (!line_read(p->in, &line)) {
		p->link->error = errno; /* for whoever finds ferror */
		return terminal_signal() != 0 ? INPUT_LEAVE : INPUT_END;
	}
	if (!line.is_cut && player_parse(line.text, line.len, verb))
		return INPUT_COMMAND;
	size_t left = line.len;
	const char *word = trim(line.text, &left);
	if (left == 1 && !line.is_cut && toupper((unsigned char)*word) == 'X')
		return INPUT_LEAVING;
	return left == 0 && !line.is_cut ? INPUT_EMPTY : INPUT_UNKNOWN;
}

static void scores_show(struct player *p, const struct treasure_scores *scores)
{
	char text[TREASURE_SCORES_TEXT_LEN];

	fprintf(p->out, "scores %s\n", treasure_scores_text(scores, text));
}

static void board_show(struct player *p)
{
	unsigned at;

	if (!view_find(&p->view, p->link->player, &at))
		at = 0;
	board_text(p->out, &p->view.board, at, terminal_columns(p->out));
}

static void over_show(struct player *p)
{
	char verdict[VIEW_VERDICT_LEN];

	wrap_print(p->out, "%s",
	    view_verdict(&p->view, p->link->player, verdict));
	if (p->is_over)
		return;
	p->is_over = true;
	wrap_print(p->out, "%s", link_another_game(p->link->version));
	if (p->is_terminal)
		fputs("X leaves.\n", p->out);
}

static void stepped_show(struct player *p, enum treasure_verb verb)
{
	const struct treasure_scores *scores = &p->link->reply.scores;

	bool is_sound = view_step(&p->view, p->link->player, verb, scores);

	if (p->is_terminal && p->view.has_board) {
		wrap_print(p->out,
		    "The board as last seen, with your steps (G looks "
		    "again):");
		board_show(p);
	}
	scores_show(p, scores);
	if (view_is_cleared(&p->view))
		over_show(p);
	else if (p->is_terminal && p->view.has_board && !is_sound)
		fputs("Somebody else has changed the board.\n", p->out);
}

static void board_reply_show(struct player *p, enum treasure_verb verb)
{
	view_see(&p->view, &p->link->reply);
	board_show(p);
	scores_show(p, &p->view.scores);
	if (verb != TREASURE_GET || view_treasures(&p->view) == 0)
		over_show(p);
}

/* An empty reply does not tell a wall from a player nobody knows. */
static void step_refused_show(struct player *p)
{
	bool is_doubtful = p->link->player > TREASURE_MIN_PLAYERS &&
			   p->view.scores.players == 0;

	fputs("You cannot step there", p->out);
	if (is_doubtful)
		fprintf(p->out, ", or there is no player %u", p->link->player);
	fputs(".\n", p->out);
}

static void refused_show(struct player *p, enum treasure_verb verb)
{
	const struct link *link = p->link;

	if (link->seat != 0 && link->seat != link->player)
		wrap_print(p->out,
		    "The server refused: you %smay not speak for player %u "
		    "from seat %u.",
		    verb == TREASURE_QUIT ? "" : "cannot step there, or ",
		    link->player, link->seat);
	else
		step_refused_show(p);
}

static void reply_show(struct player *p, enum treasure_verb verb)
{
	switch (p->link->reply.kind) {
	case TREASURE_SCORES:
		stepped_show(p, verb);
		break;
	case TREASURE_SCORES_BOARD:
		board_reply_show(p, verb);
		break;
	case TREASURE_OVER:
	case TREASURE_NOTHING:
		if (verb == TREASURE_QUIT)
			wrap_print(p->out, "%s",
			    link_quit_told(p->link->version));
		else
			refused_show(p, verb);
		break;
	case TREASURE_ERROR:
		refused_show(p, verb);
		break;
	case TREASURE_ID: /* fits no command */
		break;
	}
}

static bool is_shown(struct player *p)
{
	if (fflush(p->out) == 0)
		return true;
	p->link->error = errno;
	return false;
}

/*
 * While the server owes an answer: a signal ends that, and the person is told
 * once what there is to wait for.
 */
static bool waits_on(void *context)
{
	struct player *p = context;

	terminal_set_busy(false);
	if (terminal_signal() != 0)
		return false;
	if (p->is_terminal && net_now_ms() >= p->tell_at) {
		p->tell_at = NET_FOREVER;
		wrap_print(p->out, "The server has not answered yet: waiting.  "
				   "Ctrl-C leaves.");
		(void)fflush(p->out);
	}
	return true;
}

static enum link_result carry_out(struct player *p, enum treasure_verb verb)
{
	if (p->commands > 0 && !terminal_pause(p->think_ms))
		return LINK_OK;
	terminal_set_busy(true); /* until it waits, a signal ends all */
	if (terminal_signal() != 0)
		return LINK_OK;
	p->commands++;
	p->tell_at = net_deadline(LINK_TELL_MS);
	enum link_result result = link_ask(p->link, verb);
	terminal_set_busy(false);
	/* With --cork nothing can be sent behind it. */
	p->has_quit =
	    verb == TREASURE_QUIT &&
	    (result != LINK_OK || p->link->reply.kind != TREASURE_ERROR ||
		p->link->route.switches.is_corked);
	if (result == LINK_OK || result == LINK_ABSENT)
		reply_show(p, verb);
	else if (result == LINK_GONE && verb == TREASURE_QUIT)
		return LINK_OK; /* it took us at our word */
	return result;
}

static void unknown_show(struct player *p)
{
	wrap_print(p->out, "Unknown command: nothing was sent.");
	wrap_print(p->out, "%s", keys);
}

static void prompt(struct player *p)
{
	if (!p->is_terminal)
		return;
	fprintf(p->out, "player %u> ", p->link->player);
	(void)fflush(p->out);
}

static enum link_result sum_show(struct player *p, enum link_result result)
{
	if (p->is_terminal && p->view.scores.players > 0)
		scores_show(p, &p->view.scores);
	return is_shown(p) ? result : LINK_OUTPUT;
}

/* Behind the prompt, a line of its own. */
static enum link_result left_show(struct player *p, enum link_result result)
{
	if (p->is_terminal)
		putc('\n', p->out);
	return sum_show(p, result);
}

static enum link_result play(struct player *p)
{
	enum link_result result = LINK_OK;
	enum treasure_verb verb = TREASURE_GET;

	while (result == LINK_OK) {
		if (terminal_signal() != 0)
			return left_show(p, LINK_OK);
		prompt(p);
		switch (read_line(p, &verb)) {
		case INPUT_COMMAND:
			result = carry_out(p, verb);
			if (result == LINK_OK && p->has_quit)
				return is_shown(p) ? LINK_OK : LINK_OUTPUT;
			break;
		case INPUT_UNKNOWN:
			unknown_show(p);
			break;
		case INPUT_EMPTY:
			break;
		case INPUT_LEAVING:
			return sum_show(p, LINK_OK);
		case INPUT_END:
			if (ferror(p->in))
				return LINK_INPUT;
			return left_show(p, LINK_OK);
		case INPUT_LEAVE:
			return left_show(p, LINK_OK);
		case INPUT_LOST:
			return left_show(p, p->lost);
		}
		if (result == LINK_STOPPED)
			return left_show(p, LINK_OK);
		if (!is_shown(p))
			return LINK_OUTPUT;
	}
	return result;
}

static void greet(struct player *p)
{
	const struct link *link = p->link;

	if (link->seat != 0 && link->seat != link->player)
		wrap_print(p->out,
		    "The server gave you seat %u, and you speak for player "
		    "%u: it refuses that unless it runs with "
		    "--trust-player-bits.",
		    link->seat, link->player);
	else
		fprintf(p->out, "You are player %u.\n", link->player);
	wrap_print(p->out, "%s", keys);
}

enum link_result player_play(struct player *player)
{
	const struct net_patience patience = {waits_on, player};

	player->link->route.patience = &patience;
	player->tell_at = net_deadline(LINK_TELL_MS);
	terminal_set_busy(true);
	enum link_result result = player->link->version->join(player->link);
	terminal_set_busy(false);

	player->commands = 0;
	player->is_over = false;
	player->view.has_board = player->view.is_sound = false;
	player->view.board.size = player->view.scores.players = 0;
	if (result == LINK_OK && player->is_terminal)
		greet(player);
	if (result == LINK_OK)
		result = play(player);
	player->link->version->leave(player->link);
	player->link->route.patience = NULL;
	return result == LINK_STOPPED ? LINK_OK : result;
}
