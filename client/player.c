/* player.c - a person, or a pipe, plays line by line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/player.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* What a line from in comes to. */
enum line {
	LINE_COMMAND,
	LINE_EMPTY,
	LINE_UNKNOWN,
	LINE_END,
	LINE_GONE, /* the server closed while the player was thinking */
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
	static const struct {
		char letter;
		enum treasure_verb verb;
	} table[] = {
	    {'U', TREASURE_UP},
	    {'D', TREASURE_DOWN},
	    {'L', TREASURE_LEFT},
	    {'R', TREASURE_RIGHT},
	    {'G', TREASURE_GET},
	    {'Q', TREASURE_QUIT},
	};

	line = trim(line, &len);
	if (len != 1)
		return false;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (toupper((unsigned char)*line) != table[i].letter)
			continue;
		*verb = table[i].verb;
		return true;
	}
	return false;
}

/* Wait for the terminal, but notice a server that leaves meanwhile. */
static bool wait_for_person(struct player *p)
{
	struct pollfd pfd[2] = {
	    {.fd = fileno(p->in), .events = POLLIN},
	    {.fd = p->link->fd, .events = POLLIN}, /* -1 is ignored */
	};
	char byte;

	if (!p->is_terminal)
		return true;
	if (poll(pfd, 2, -1) < 0 || pfd[0].revents != 0)
		return true;
	return recv(p->link->fd, &byte, 1, MSG_PEEK) > 0;
}

static enum line read_line(struct player *p, enum treasure_verb *verb)
{
	char *line = NULL;
	size_t room = 0;

	if (!wait_for_person(p))
		return LINE_GONE;
	ssize_t len = getline(&line, &room, p->in);
	if (len == -1)
		p->link->error = errno; /* for whoever finds ferror */
	enum line result = LINE_UNKNOWN;
	if (len == -1) {
		result = LINE_END;
	} else if (player_parse(line, (size_t)len, verb)) {
		result = LINE_COMMAND;
	} else {
		size_t left = (size_t)len;
		(void)trim(line, &left);
		result = left == 0 ? LINE_EMPTY : LINE_UNKNOWN;
	}
	free(line);
	return result;
}

static void scores_show(struct player *p, const struct treasure_scores *scores)
{
	char text[TREASURE_SCORES_TEXT_LEN];

	fprintf(p->out, "scores %s\n", treasure_scores_text(scores, text));
}

static void tile_show(struct player *p, struct treasure_tile tile)
{
	uint8_t text[TREASURE_TILE_LEN];

	treasure_encode_tile(tile, text);
	fwrite(text, 1, sizeof text, p->out);
}

static void board_show(struct player *p)
{
	const struct treasure_board *board = &p->view.board;

	for (unsigned x = 0; x < board->size; x++) {
		for (unsigned y = 0; y < board->size; y++)
			tile_show(p, board->tile[x * board->size + y]);
		putc('\n', p->out);
	}
}

static void stepped_show(struct player *p, enum treasure_verb verb)
{
	const struct treasure_scores *scores = &p->link->reply.scores;

	(void)view_step(&p->view, p->link->player, verb, scores);
	if (p->is_terminal && p->view.has_board) {
		fputs("The board as last seen, with your steps "
		      "(G looks again):\n",
		    p->out);
		board_show(p);
	}
	scores_show(p, scores);
}

static void board_reply_show(struct player *p, enum treasure_verb verb)
{
	view_see(&p->view, &p->link->reply);
	board_show(p);
	scores_show(p, &p->view.scores);
	if (verb != TREASURE_GET || view_treasures(&p->view) == 0)
		fputs("The game is over.\n", p->out);
}

static void refused_show(struct player *p, enum treasure_verb verb)
{
	if (verb == TREASURE_GET || verb == TREASURE_QUIT)
		fputs("The server refused.\n", p->out);
	else
		fputs("You cannot step there.\n", p->out);
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
		fputs("You have ended the game.\n", p->out);
		break;
	case TREASURE_NOTHING:
		if (verb == TREASURE_QUIT)
			fputs("You have ended the game.\n", p->out);
		else
			refused_show(p, verb);
		break;
	case TREASURE_ERROR:
		refused_show(p, verb);
		break;
	case TREASURE_ID:
		fputs("The server sent an id nobody asked for.\n", p->out);
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

static enum link_result carry_out(struct player *p, enum treasure_verb verb)
{
	if (p->commands++ > 0 && p->think_ms > 0)
		(void)poll(NULL, 0, (int)p->think_ms);
	enum link_result result = p->link->version->ask(p->link, verb);
	if (result == LINK_OK)
		reply_show(p, verb);
	else if (result == LINK_GONE && verb == TREASURE_QUIT)
		return LINK_OK; /* it took us at our word */
	return result;
}

static void prompt(struct player *p)
{
	if (!p->is_terminal)
		return;
	fprintf(p->out, "player %u> ", p->link->player);
	(void)fflush(p->out);
}

static enum link_result play(struct player *p)
{
	enum link_result result = LINK_OK;
	enum treasure_verb verb = TREASURE_GET;

	while (result == LINK_OK) {
		prompt(p);
		switch (read_line(p, &verb)) {
		case LINE_COMMAND:
			result = carry_out(p, verb);
			if (result == LINK_OK && verb == TREASURE_QUIT)
				return is_shown(p) ? LINK_OK : LINK_LOCAL;
			break;
		case LINE_UNKNOWN:
			fputs("Unknown command: U, D, L and R step, G shows "
			      "the board, Q ends the game.\n",
			    p->out);
			break;
		case LINE_EMPTY:
			break;
		case LINE_END:
			if (p->is_terminal)
				putc('\n', p->out);
			return is_shown(p) && !ferror(p->in) ? LINK_OK
							     : LINK_LOCAL;
		case LINE_GONE:
			putc('\n', p->out);
			result = LINK_GONE;
			break;
		}
		if (!is_shown(p))
			return LINK_LOCAL;
	}
	return result;
}

enum link_result player_play(struct player *player)
{
	enum link_result result = player->link->version->join(player->link);

	player->commands = 0;
	player->view.has_board = false;
	player->view.board.size = 0;
	if (result == LINK_OK && player->is_terminal)
		fprintf(player->out,
		    "You are player %u.  U, D, L and R step, G shows the "
		    "board, Q ends the game.\n",
		    player->link->player);
	if (result == LINK_OK)
		result = play(player);
	player->link->version->leave(player->link);
	return result;
}
