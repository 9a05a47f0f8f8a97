/* load.h - clients that measure how fast the server answers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_LOAD_H
#define CLIENT_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "client/crew.h"
#include "client/histogram.h"

/*
 * Threads: load_run makes one for each client and joins them all.  Each owns
 * its link; they share the histograms, which take any number at once, and the
 * starting line, whose lock guards the rest.
 *
 * Each client takes its seat, looks at the board once, and when all have done
 * so, steps to and fro where no treasure is, so that the game goes on and a
 * command is answered with the scores.  Once the game is over, it asks on and
 * is answered with boards.
 *
 * Without a rate each client sends a command when the last one is answered.
 * With one, all commands have their times beforehand, and an answer is late
 * from the time its command should have left: a server that stalls is not
 * spared the commands that had to wait meanwhile.
 */
struct load_orders {
	struct crew_orders crew; /* max_moves is not looked at */
	uint64_t duration_s;
	uint64_t rate; /* commands a second, all clients together; 0: none */
};

struct load_result {
	unsigned turned_away;     /* clients without a seat */
	unsigned failed;          /* clients that could not begin */
	enum link_result result;  /* of the first error or failure */
	int error;                /* its errno */
	struct exchange exchange; /* the one of LINK_MISFIT */
	bool has_no_ports;        /* a connect found no local port left */
	uint64_t stepped, refused, boards; /* answers, by their kind */
	uint64_t errors;                   /* commands without an answer */
	uint64_t unsent; /* commands whose time came and went */
	double seconds;  /* to its end, or to the last answer if later */
	double cpu;      /* seconds of CPU this program used */
	unsigned cpus;   /* it may use */
	double idle;     /* share of the machine's CPU time; -1: unknown */
	struct meter meter;
	struct histogram latency;  /* of answered commands */
	struct histogram lateness; /* of sending, by this program's doing */
};

/*
 * Run to the end; *result is large and all zero before.  False with errno set
 * if there is no memory or not one client could be started.
 */
bool load_run(const struct load_orders *orders,
    struct load_result *result) MUST_CHECK;

/* Commands that were answered. */
uint64_t load_answered(const struct load_result *result);

/* One line, or JSON (schema wiretoll-load/1): false without memory. */
void load_print(const struct load_orders *orders,
    const struct load_result *result, FILE *out);
bool load_print_json(const struct load_orders *orders,
    const struct load_result *result, FILE *out) MUST_CHECK;

/*
 * What makes the figures say less than they seem to, one line at a time: the
 * doubt number 0, 1, ... in *line, or false when there are no more.
 */
enum { LOAD_LINE_LEN = 256 };
bool load_doubt(const struct load_orders *orders,
    const struct load_result *result, unsigned *number,
    char line[LOAD_LINE_LEN]) MUST_CHECK;

#endif
