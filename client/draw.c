/* draw.c - the game and its meter on the terminal. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/draw.h"
#include <curses.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "client/fit.h"
#include "wire/number.h"

enum {
	TILE_WIDTH = 3, /* columns */
	HEAD = 2,       /* lines above the board: title and scores */
	FOOT = 2,       /* below: message and keys */
	FRAME = 2,      /* lines, and columns, of the board's border */
	PANEL_WIDTH = 36,
	PANEL_LINES = 15,
	PANEL_GAP = 2,
	SCORE_WIDTH = 11,
	LEAST_LINES = HEAD + FRAME + 3 + FOOT + 1,
	LEAST_COLUMNS = 26,
	TEXT_LEN = 512,
};

/* Pairs of colours: a player's is its number. */
enum { PAIR_TREASURE = TREASURE_MAX_PLAYERS + 1 };

/* What part of the board is shown, and where. */
struct window_on {
	unsigned row, column;   /* the first tile */
	unsigned rows, columns; /* so many */
	int line, left;         /* of the border's corner */
};

unsigned draw_first(unsigned size, unsigned shown, unsigned at)
{
	if (shown >= size || at < shown / 2)
		return 0;
	if (at - shown / 2 + shown > size)
		return size - shown;
	return at - shown / 2;
}

/* Text that ends where the terminal does. */
static void put(int line, int left, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put(int line, int left, const char *format, ...)
{
	char text[TEXT_LEN];
	va_list arguments;

	if (left >= COLS)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	mvaddnstr(line, left, text, COLS - left);
}

static void pairs_prepare(void)
{
	static const short colours[TREASURE_MAX_PLAYERS + 2] = {0, COLOR_CYAN,
	    COLOR_MAGENTA, COLOR_GREEN, COLOR_YELLOW};

	for (short i = 1; i <= PAIR_TREASURE; i++)
		(void)init_pair(i, colours[i], -1);
}

/* Bold tells where there are no colours; our own player is reversed. */
static attr_t player_look(const struct screen *s, unsigned player)
{
	attr_t look = A_BOLD | (attr_t)COLOR_PAIR(player);

	return player == s->link->player ? look | A_REVERSE : look;
}

/* In fixed columns if all the line fits so, or else one behind the other. */
static int score_draw(const struct screen *s, unsigned player, int left)
{
	unsigned score = s->view.scores.score[player - 1];

	attron(player_look(s, player));
	put(1, left, " %u ", player);
	attroff(player_look(s, player));
	put(1, left + 4, "%u", score);
	return left + 4 + snprintf(NULL, 0, "%u ", score);
}

static void scores_draw(const struct screen *s, bool is_part)
{
	unsigned players = s->view.scores.players;
	int left = 0, fixed = SCORE_WIDTH * (int)players;
	struct fitted treasures =
	    fit_treasures(&s->view, s->link->player, is_part, UINT_MAX);
	bool is_wide = fixed + (int)strlen(treasures.text) <= COLS;

	for (unsigned i = 0; i < players; i++) {
		int end = score_draw(s, i + 1, left);

		left = is_wide ? left + SCORE_WIDTH : end;
	}
	treasures = fit_treasures(&s->view, s->link->player, is_part,
	    left < COLS ? (unsigned)(COLS - left) : 0);
	put(1, left, "%s", treasures.text);
}

static void tile_draw(const struct screen *s, struct treasure_tile tile)
{
	if (tile.player != 0) {
		attron(player_look(s, tile.player));
		printw("%c%u%c", tile.has_treasure ? '$' : ' ', tile.player,
		    ' ');
		attroff(player_look(s, tile.player));
		return;
	}
	if (!tile.has_treasure) {
		addstr(" . ");
		return;
	}
	attron(A_BOLD | COLOR_PAIR(PAIR_TREASURE));
	addstr(" $ ");
	attroff(A_BOLD | COLOR_PAIR(PAIR_TREASURE));
}

static void border_draw(const struct window_on *w)
{
	int bottom = w->line + (int)w->rows + 1;
	int right = w->left + (int)w->columns * TILE_WIDTH + 1;

	mvhline_set(w->line, w->left, WACS_HLINE, right - w->left);
	mvhline_set(bottom, w->left, WACS_HLINE, right - w->left);
	mvvline_set(w->line, w->left, WACS_VLINE, bottom - w->line);
	mvvline_set(w->line, right, WACS_VLINE, bottom - w->line);
	mvadd_wch(w->line, w->left, WACS_ULCORNER);
	mvadd_wch(w->line, right, WACS_URCORNER);
	mvadd_wch(bottom, w->left, WACS_LLCORNER);
	mvadd_wch(bottom, right, WACS_LRCORNER);
}

/* A board that is larger than its window says which part is shown. */
static void part_draw(const struct screen *s, const struct window_on *w)
{
	unsigned size = s->view.board.size;
	unsigned room = w->columns * TILE_WIDTH - 2; /* between the corners */
	int bottom = w->line + (int)w->rows + 1;

	if (w->columns < size)
		put(w->line, w->left + 2, "%s",
		    fit_part("columns", w->column, w->columns, size, room)
			.text);
	if (w->rows < size)
		put(bottom, w->left + 2, "%s",
		    fit_part("rows", w->row, w->rows, size, room).text);
}

static void board_draw(const struct screen *s, const struct window_on *w)
{
	const struct treasure_board *board = &s->view.board;

	border_draw(w);
	for (unsigned x = 0; x < w->rows; x++) {
		move(w->line + 1 + (int)x, w->left + 1);
		for (unsigned y = 0; y < w->columns; y++)
			tile_draw(s, board->tile[(w->row + x) * board->size +
						 w->column + y]);
	}
	part_draw(s, w);
}

/* As much of the board, around our player, as fits this room. */
static struct window_on window_fit(const struct screen *s, int lines,
    int columns)
{
	unsigned size = s->view.board.size, at = 0;
	unsigned rows = lines > FRAME ? (unsigned)(lines - FRAME) : 1;
	unsigned wide =
	    columns > FRAME ? (unsigned)(columns - FRAME) / TILE_WIDTH : 1;

	if (!view_find(&s->view, s->link->player, &at))
		at = 0;
	struct window_on w = {.line = HEAD,
	    .rows = rows < size ? rows : size,
	    .columns = wide < size ? wide : size};
	w.row = draw_first(size, w.rows, size == 0 ? 0 : at / size);
	w.column = draw_first(size, w.columns, size == 0 ? 0 : at % size);
	return w;
}

static void counts_draw(int line, int left, const char *name, uint64_t out,
    uint64_t in)
{
	put(line, left, "%-10s %12s %12s", name, number_text(out).text,
	    number_text(in).text);
}

static void last_draw(const struct screen *s, int line, int left)
{
	uint64_t bytes = meter_bytes(&s->last);
	uint64_t segments = s->last.segments_out + s->last.segments_in;

	put(line, left, "last one    %s byte%s, %s segment%s",
	    number_text(bytes).text, number_plural(bytes),
	    number_text(segments).text, number_plural(segments));
}

/* Without a closing of its own there is no second figure. */
static void figure_draw(int line, int left, const char *of,
    const struct meter *m)
{
	put(line, left, "%-10s %12s", of,
	    meter_figure_text(m, meter_figure(m)).text);
	if (m->closing_bytes > 0)
		put(line, left + 24, "%12s",
		    meter_figure_text(m, meter_whole_figure(m)).text);
}

static void figures_draw(const struct screen *s, int line, int left)
{
	attron(A_BOLD);
	put(line, left, "Overhead per payload byte");
	attroff(A_BOLD);
	put(line + 1, left, "%-10s %12s %12s", "", "seen", "with closing");
	figure_draw(line + 2, left, "game", &s->meter);
	figure_draw(line + 3, left, "last one", &s->last);
}

static void unseen_draw(const struct meter *m, int line, int left)
{
	put(line, left, "not seen: closing, about %s byte%s",
	    number_text(m->closing_bytes).text,
	    number_plural(m->closing_bytes));
	put(line + 1, left, "in %s segment%s; link headers%s",
	    number_text(m->closing_segments).text,
	    number_plural(m->closing_segments),
	    m->inexact > 0 ? "; losses" : "");
}

/* The meter beside the board. */
static void panel_draw(const struct screen *s, int line, int left)
{
	const struct meter *m = &s->meter;

	if (m->connections == 0) {
		mvaddstr(line, left, "The wire is not metered.");
		return;
	}
	attron(A_BOLD);
	mvaddstr(line, left, "On the wire, from the IP header on");
	attroff(A_BOLD);
	put(line + 1, left, "%-10s %12s %12s", "bytes", "out", "in");
	counts_draw(line + 2, left, "payload", m->payload_out, m->payload_in);
	counts_draw(line + 3, left, "headers", m->header_out, m->header_in);
	counts_draw(line + 4, left, "segments", m->segments_out,
	    m->segments_in);
	put(line + 5, left, "connections %s", number_text(m->connections).text);
	put(line + 6, left, "commands    %s, %s by the screen",
	    number_text(s->commands).text, number_text(s->own_looks).text);
	last_draw(s, line + 7, left);
	figures_draw(s, line + 9, left);
	unseen_draw(m, line + 13, left);
}

static void foot_draw(const struct screen *s)
{
	const char *message = s->notice != NULL ? s->notice : s->message;
	struct fitted waiting;

	if (s->is_waiting) {
		waiting =
		    fit_waiting(net_now_ms() - s->asked_at, (unsigned)COLS);
		message = waiting.text;
	}
	if (message != NULL) {
		attron(A_BOLD);
		put(LINES - 2, 0, "%s", message);
		attroff(A_BOLD);
	}
	put(LINES - 1, 0, "%s", fit_keys(s, (unsigned)COLS).text);
}

bool draw_has_room(void)
{
	return LINES >= LEAST_LINES && COLS >= LEAST_COLUMNS;
}

void draw_screen(const struct screen *s)
{
	if (has_colors())
		pairs_prepare();
	erase();
	if (!draw_has_room()) {
		put(0, 0, "%d x %d needed", LEAST_COLUMNS, LEAST_LINES);
		put(1, 0, "X leaves");
		refresh();
		return;
	}
	if (!s->view.has_board) { /* it is being waited for */
		foot_draw(s);
		refresh();
		return;
	}
	int lines = LINES - HEAD - FOOT;
	int wide = COLS - PANEL_WIDTH - PANEL_GAP;
	bool has_panel = wide >= FRAME + 5 * TILE_WIDTH && lines >= PANEL_LINES;
	struct window_on w = has_panel ? window_fit(s, lines, wide)
				       : window_fit(s, lines - 1, COLS);
	put(0, 0, "%s", fit_title(s->link, (unsigned)COLS).text);
	scores_draw(s,
	    w.rows < s->view.board.size || w.columns < s->view.board.size);
	board_draw(s, &w);
	if (has_panel)
		panel_draw(s, HEAD,
		    (int)w.columns * TILE_WIDTH + FRAME + PANEL_GAP);
	else if (s->meter.connections > 0)
		put(LINES - FOOT - 1, 0, "%s",
		    fit_meter(&s->meter, (unsigned)COLS).text);
	foot_draw(s);
	refresh();
}
