/* main.c - treasure-race: what happens when threads share a number. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "server/race/json.h"
#include "server/race/options.h"
#include "server/race/replay.h"
#include "server/race/text.h"
#include "wire/stdio.h"

/* Threads or memory: errno's text says which there was too little of. */
static void check_run(int error, const char *what, unsigned threads)
{
	errno = error;
	if (error != 0)
		err(EXIT_FAILURE, "cannot run %s with %u threads", what,
		    threads);
}

static void check_json(json_t *object)
{
	if (!json_print(object))
		errx(EXIT_FAILURE, "cannot print JSON");
}

/* Many runs take a while: tell whoever watches; NULL wipes it away. */
static void tell(const struct options *options, const char *way, unsigned run)
{
	if ((options->way != NULL && options->runs == 1) ||
	    !isatty(STDERR_FILENO))
		return;
	if (way == NULL)
		fprintf(stderr, "\r%40s\r", "");
	else
		fprintf(stderr, "\rrun %u of %u: %-12s", run + 1, options->runs,
		    way);
}

static unsigned series_init(const struct options *options,
    struct race_series all[WAYS_COUNT])
{
	const struct way *one[] = {options->way, NULL};
	const struct way *const *wanted = options->way != NULL ? one : ways;
	unsigned count = 0;

	for (; *wanted != NULL; wanted++) {
		struct race_series *series = &all[count++];

		*series = (struct race_series){*wanted, options->size, 0,
		    calloc(options->runs, sizeof *series->results)};
		if (series->results == NULL)
			err(EXIT_FAILURE, "results");
	}
	return count;
}

/* Run after run, each through all ways: what disturbs one disturbs all. */
static void races(const struct options *options)
{
	struct race_series all[WAYS_COUNT];
	unsigned count = series_init(options, all);

	for (unsigned run = 0; run < options->runs; run++)
		for (unsigned i = 0; i < count; i++) {
			const char *name = all[i].way->name;

			tell(options, name, run);
			int error = race_run(&all[i]);
			if (error != 0)
				tell(options, NULL, 0);
			check_run(error, name, options->size.threads);
		}
	tell(options, NULL, 0);
	if (options->is_json)
		check_json(json_races(all, count));
	else if (options->way != NULL)
		text_series(&all[0]);
	else
		text_table(all, count);
	for (unsigned i = 0; i < count; i++)
		free(all[i].results);
}

static void trace(const struct race_size *size, struct trace *out)
{
	switch (trace_run(size, out)) {
	case TRACE_FOUND:
		return;
	case TRACE_ERROR:
		err(EXIT_FAILURE, "cannot trace %u threads", size->threads);
	case TRACE_NOT_SEEN:
		errx(EXIT_FAILURE,
		    "none of %u runs shows both a conflict and none: give the "
		    "threads more to do, or more than one processor",
		    out->rounds);
	}
}

/* The schedules traced, if there are any; else the lecture's. */
static void replay(const struct trace *traced, struct schedule out[2])
{
	check_run(replay_run(traced != NULL ? &traced->conflict
					    : &replay_conflict,
		      &out[0]),
	    "the replay", 2);
	check_run(replay_run(traced != NULL ? &traced->clean : &replay_clean,
		      &out[1]),
	    "the replay", 2);
}

static void schedules(const struct options *options)
{
	struct schedule replayed[2];
	struct trace found;
	const struct trace *traced = options->is_traced ? &found : NULL;

	if (options->is_traced)
		trace(&options->size, &found);
	if (options->is_replayed)
		replay(traced, replayed);
	if (options->is_json) {
		check_json(json_schedules(traced,
		    options->is_replayed ? replayed : NULL));
		return;
	}
	if (options->is_traced)
		text_trace(&found);
	if (options->is_traced && options->is_replayed)
		printf("\n");
	if (options->is_replayed)
		text_replay(&replayed[0], &replayed[1]);
}

static void order(const struct options *options)
{
	struct orders orders;

	check_run(orders_run(options->size.threads, options->runs, &orders),
	    "order", options->size.threads);
	if (options->is_json)
		check_json(json_orders(&orders));
	else
		text_orders(&orders);
	orders_destroy(&orders);
}

static void end(int signal)
{
	_exit(128 + signal);
}

/* The first process, as in a container, is ended by what it handles only. */
static void handle_ends(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction action = {.sa_handler = end};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (sigaction(signals[i], &action, NULL) != 0)
			err(EXIT_FAILURE, "sigaction");
}

int main(int argc, char *argv[])
{
	struct options options;

	if (!stdio_secure())
		err(EXIT_FAILURE, "/dev/null");
	if (getpid() == 1)
		handle_ends();
	options_parse(argc, argv, &options);
	if (options.is_order)
		order(&options);
	else if (options.is_traced || options.is_replayed)
		schedules(&options);
	else
		races(&options);
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	return EXIT_SUCCESS;
}
