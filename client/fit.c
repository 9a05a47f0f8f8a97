/* fit.c - what the screen says, as long as there is room for it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/fit.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "wire/number.h"

/* The forms come from the longest to the shortest: has one been found? */
static bool form(struct fitted *out, unsigned columns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool form(struct fitted *out, unsigned columns, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int len = vsnprintf(out->text, sizeof out->text, format, arguments);
	va_end(arguments);
	return len >= 0 && (unsigned)len <= columns;
}

static struct fitted seat_title(const struct link *link, const char *name,
    unsigned columns)
{
	const char *version = link->version->name;
	struct fitted out;

	(void)(form(&out, columns,
		   "You hold seat %u and speak for player %u at %s: %s",
		   link->seat, link->player, name, version) ||
	       form(&out, columns, "Seat %u, player %u at %s: %s", link->seat,
		   link->player, name, version) ||
	       form(&out, columns, "Seat %u, player %u: %s", link->seat,
		   link->player, version) ||
	       form(&out, columns, "Seat %u, player %u", link->seat,
		   link->player));
	return out;
}

struct fitted fit_title(const struct link *link, unsigned columns)
{
	const char *version = link->version->name;
	char name[NET_NAME_LEN];
	struct fitted out;

	net_print(&link->server, name);
	if (link->seat != 0 && link->seat != link->player)
		return seat_title(link, name, columns);
	(void)(form(&out, columns, "You are player %u at %s: %s, %s",
		   link->player, name, version,
		   link->version->sends_once ? "a connection for each command"
					     : "one connection") ||
	       form(&out, columns, "You are player %u at %s: %s", link->player,
		   name, version) ||
	       form(&out, columns, "Player %u at %s: %s", link->player, name,
		   version) ||
	       form(&out, columns, "Player %u: %s", link->player, version));
	return out;
}

static unsigned apart(unsigned a, unsigned b)
{
	return a > b ? a - b : b - a;
}

/* Steps to a treasure. */
struct way {
	unsigned rows, columns;
	bool is_up, is_left;
};

/* The way to the nearest treasure, as if nobody stood there. */
static bool way_find(const struct view *view, uint8_t player, struct way *out)
{
	const struct treasure_board *board = &view->board;
	unsigned size = board->size, from, best = UINT_MAX, to = 0;

	if (!view_find(view, player, &from))
		return false;
	for (unsigned at = 0; at < size * size; at++) {
		unsigned steps = apart(at / size, from / size) +
				 apart(at % size, from % size);

		if (!board->tile[at].has_treasure || steps >= best)
			continue;
		best = steps;
		to = at;
	}
	if (best == UINT_MAX)
		return false;
	*out = (struct way){.rows = apart(to / size, from / size),
	    .columns = apart(to % size, from % size),
	    .is_up = to / size < from / size,
	    .is_left = to % size < from % size};
	return true;
}

/* "down 2, right 1", without what is 0. */
static struct fitted way_say(const struct way *way)
{
	struct fitted out;
	char rows[32] = "", columns[32] = "";

	if (way->rows > 0)
		snprintf(rows, sizeof rows, "%s %u", way->is_up ? "up" : "down",
		    way->rows);
	if (way->columns > 0)
		snprintf(columns, sizeof columns, "%s %u",
		    way->is_left ? "left" : "right", way->columns);
	snprintf(out.text, sizeof out.text, "%s%s%s", rows,
	    rows[0] != '\0' && columns[0] != '\0' ? ", " : "", columns);
	return out;
}

struct fitted fit_treasures(const struct view *view, uint8_t player,
    bool is_part, unsigned columns)
{
	struct number_text count = number_text(view_treasures(view));
	struct fitted out;
	struct way way;

	if (!is_part || !way_find(view, player, &way)) {
		(void)(form(&out, columns, "treasures left: %s", count.text) ||
		       form(&out, columns, "$: %s", count.text));
		return out;
	}
	struct fitted said = way_say(&way);
	(void)(form(&out, columns, "treasures left: %s, the nearest: %s",
		   count.text, said.text) ||
	       form(&out, columns, "%s: the nearest of %s", said.text,
		   count.text) ||
	       form(&out, columns, "%s ($: %s)", said.text, count.text) ||
	       form(&out, columns, "%s", said.text) ||
	       form(&out, columns, "%c%u %c%u", way.is_up ? 'U' : 'D', way.rows,
		   way.is_left ? 'L' : 'R', way.columns));
	return out;
}

struct fitted fit_part(const char *what, unsigned first, unsigned count,
    unsigned size, unsigned columns)
{
	unsigned from = first + 1, to = first + count;
	struct fitted out;

	(void)(form(&out, columns, " %s %u-%u of %u ", what, from, to, size) ||
	       form(&out, columns, " %u-%u of %u ", from, to, size) ||
	       form(&out, columns, " %u-%u ", from, to));
	return out;
}

struct fitted fit_meter(const struct meter *m, unsigned columns)
{
	struct number_text bytes = number_text(meter_bytes(m));
	struct number_text segments =
	    number_text(m->segments_out + m->segments_in);
	struct number_text figure = meter_figure_text(m, meter_figure(m));
	struct fitted out;

	(void)(form(&out, columns,
		   "wire: %s bytes, %s segments, overhead %s a byte; closing "
		   "not seen",
		   bytes.text, segments.text, figure.text) ||
	       form(&out, columns,
		   "wire: %s bytes, %s segments, overhead %s a byte",
		   bytes.text, segments.text, figure.text) ||
	       form(&out, columns, "wire: %s bytes, overhead %s", bytes.text,
		   figure.text) ||
	       form(&out, columns, "%s bytes, %s", bytes.text, figure.text));
	return out;
}

struct fitted fit_waiting(int64_t ms, unsigned columns)
{
	int s = (int)(ms / NET_MS_PER_S);
	struct fitted out;

	(void)(form(&out, columns,
		   "The server has not answered for %d s: waiting, and keys "
		   "are dropped.",
		   s) ||
	       form(&out, columns, "The server has not answered for %d s.",
		   s) ||
	       form(&out, columns, "No answer for %d s.", s));
	return out;
}

struct fitted fit_keys(const struct screen *s, unsigned columns)
{
	const char *looking = s->is_looking ? "on" : "off";
	struct fitted out;

	if (s->is_waiting) {
		(void)form(&out, columns, "X or Ctrl-C leaves");
		return out;
	}
	if (s->is_over) {
		(void)form(&out, columns, "G looks again, X leaves");
		return out;
	}
	(void)(form(&out, columns,
		   "Arrows or U D L R step, G looks, X leaves, Q quits for "
		   "all, A auto-look (%s)",
		   looking) ||
	       form(&out, columns,
		   "UDLR step, G looks, X leaves, Q quits for all, A auto "
		   "(%s)",
		   looking) ||
	       form(&out, columns,
		   "UDLR step, G looks, X leaves, Q ends all") ||
	       form(&out, columns, "UDLR, G looks, X leaves"));
	return out;
}
