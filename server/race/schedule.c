/* schedule.c - who read, added and saved when: the lecture's table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/schedule.h"
#include <inttypes.h>

enum {
	CELL_LEN = 32,
	LINE_LEN = 160,
	TABLE_WIDTH = 49,
	LINES_MAX = 2 * SCHEDULE_ACTS + 2,
};

/* One of the two tables, line by line. */
struct table {
	char lines[LINES_MAX][LINE_LEN];
	unsigned used;
};

const char *act_name(enum act_kind kind)
{
	switch (kind) {
	case ACT_READ:
		return "read";
	case ACT_ADD:
		return "add";
	case ACT_SAVE:
		return "save";
	}
	return "";
}

uint64_t schedule_start(const struct schedule *schedule)
{
	return schedule->acts[0].value;
}

uint64_t schedule_gain(const struct schedule *schedule)
{
	const struct act *last = &schedule->acts[SCHEDULE_ACTS - 1];

	return last->value - schedule_start(schedule);
}

uint64_t schedule_lost(const struct schedule *schedule)
{
	const struct act *last = &schedule->acts[SCHEDULE_ACTS - 1];

	return last->replaced - (last->value - 1);
}

/* Time, what either thread does, the number. */
static void add_line(struct table *table, const char *time,
    const char *const cells[2], const char *number)
{
	snprintf(table->lines[table->used++], LINE_LEN, "%8s  %-12s  %-12s  %s",
	    time, cells[0], cells[1], number);
}

static void add_head(struct table *table, const struct schedule *s)
{
	char names[2][CELL_LEN];

	for (unsigned i = 0; i < 2; i++)
		snprintf(names[i], CELL_LEN, "thread %u", s->threads[i] + 1);
	add_line(table, s->has_clock ? "ns" : "step",
	    (const char *[]){names[0], names[1]}, "number");
}

/* The number as an act found it, if it is not as the last one left it. */
static void add_others(struct table *table, const struct act *act,
    uint64_t known)
{
	uint64_t found = act->kind == ACT_SAVE ? act->replaced : act->value;
	char number[CELL_LEN];

	if (act->kind == ACT_ADD || found == known)
		return;
	snprintf(number, sizeof number, "%" PRIu64, found);
	add_line(table, "", (const char *[]){"others save", ""}, number);
}

static void add_act(struct table *table, const struct schedule *s,
    unsigned place)
{
	const struct act *act = &s->acts[place];
	char time[CELL_LEN], number[CELL_LEN] = "", cell[CELL_LEN];
	const char *cells[2] = {"", ""};

	if (s->has_clock)
		snprintf(time, sizeof time, "%" PRId64, act->ns);
	else
		snprintf(time, sizeof time, "%u", place + 1);
	snprintf(cell, sizeof cell, "%s %" PRIu64, act_name(act->kind),
	    act->value);
	cells[act->who] = cell;
	if (act->kind == ACT_SAVE)
		snprintf(number, sizeof number, "%" PRIu64, act->value);
	add_line(table, time, cells, number);
}

static void add_end(struct table *table, const struct schedule *s)
{
	uint64_t lost = schedule_lost(s);
	char what[CELL_LEN] = "";

	if (lost > 0)
		snprintf(what, sizeof what, ": %" PRIu64 " lost", lost);
	snprintf(table->lines[table->used++], LINE_LEN,
	    "2 increments, the number rose by %" PRIu64 "%s", schedule_gain(s),
	    what);
}

static void fill(struct table *table, const struct schedule *s)
{
	uint64_t known = schedule_start(s);

	table->used = 0;
	add_head(table, s);
	for (unsigned i = 0; i < SCHEDULE_ACTS; i++) {
		const struct act *act = &s->acts[i];

		add_others(table, act, known);
		add_act(table, s, i);
		if (act->kind != ACT_ADD)
			known = act->value;
	}
	add_end(table, s);
}

static void print_pair(FILE *out, const char *left, const char *right)
{
	char line[2 * LINE_LEN];
	int len =
	    snprintf(line, sizeof line, "  %-*s  %s", TABLE_WIDTH, left, right);

	while (len > 0 && line[len - 1] == ' ')
		len--;
	fprintf(out, "%.*s\n", len, line);
}

/* Where one table is shorter, its last line stands beside the other's. */
static const char *line_at(const struct table *table, unsigned line,
    unsigned lines)
{
	if (line + 1 == lines)
		return table->lines[table->used - 1];
	return line + 1 < table->used ? table->lines[line] : "";
}

void schedule_print(FILE *out, const char *const titles[2],
    const struct schedule *const schedules[2])
{
	struct table tables[2];

	for (unsigned side = 0; side < 2; side++)
		fill(&tables[side], schedules[side]);
	unsigned lines =
	    tables[0].used > tables[1].used ? tables[0].used : tables[1].used;

	print_pair(out, titles[0], titles[1]);
	for (unsigned i = 0; i < lines; i++)
		print_pair(out, line_at(&tables[0], i, lines),
		    line_at(&tables[1], i, lines));
}
