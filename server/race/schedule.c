/* schedule.c - who read, added and saved when: the lecture's table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/race/schedule.h"
#include <inttypes.h>
#include <string.h>

enum { CELL_LEN = 32, LINE_LEN = 160, TABLE_WIDTH = 49 };

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

/* One line of one table: time, what either thread does, the number. */
static void print_act(char line[LINE_LEN], const struct schedule *s,
    unsigned place)
{
	const struct act *act = &s->acts[place];
	char time[CELL_LEN] = "", number[CELL_LEN] = "";
	char cells[2][CELL_LEN] = {"", ""};

	if (s->has_clock)
		snprintf(time, sizeof time, "%" PRId64, act->ns);
	else
		snprintf(time, sizeof time, "%u", place + 1);
	snprintf(cells[act->who], CELL_LEN, "%s %" PRIu64, act_name(act->kind),
	    act->value);
	if (act->kind == ACT_SAVE)
		snprintf(number, sizeof number, "%" PRIu64, act->value);
	snprintf(line, LINE_LEN, "%8s  %-12s  %-12s  %s", time, cells[0],
	    cells[1], number);
}

static void print_head(char line[LINE_LEN], const struct schedule *s)
{
	char names[2][CELL_LEN];

	for (unsigned i = 0; i < 2; i++)
		snprintf(names[i], CELL_LEN, "thread %u", s->threads[i] + 1);
	snprintf(line, LINE_LEN, "%8s  %-12s  %-12s  %s",
	    s->has_clock ? "ns" : "step", names[0], names[1], "number");
}

static void print_end(char line[LINE_LEN], const struct schedule *s)
{
	uint64_t gain = schedule_gain(s);

	snprintf(line, LINE_LEN,
	    "2 increments, the number rose by %" PRIu64 "%s", gain,
	    gain < 2 ? ": 1 lost" : "");
}

static void print_pair(FILE *out, const char *left, const char *right)
{
	size_t len = strlen(right);

	while (len > 0 && right[len - 1] == ' ')
		len--;
	fprintf(out, "  %-*s  %.*s\n", TABLE_WIDTH, left, (int)len, right);
}

void schedule_print(FILE *out, const char *const titles[2],
    const struct schedule *const schedules[2])
{
	char lines[2][LINE_LEN];

	print_pair(out, titles[0], titles[1]);
	for (unsigned side = 0; side < 2; side++)
		print_head(lines[side], schedules[side]);
	print_pair(out, lines[0], lines[1]);
	for (unsigned place = 0; place < SCHEDULE_ACTS; place++) {
		for (unsigned side = 0; side < 2; side++)
			print_act(lines[side], schedules[side], place);
		print_pair(out, lines[0], lines[1]);
	}
	for (unsigned side = 0; side < 2; side++)
		print_end(lines[side], schedules[side]);
	print_pair(out, lines[0], lines[1]);
}
