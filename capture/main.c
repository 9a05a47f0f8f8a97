/* main.c - wiretoll: one table serves dispatch and help. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/stdio.h"

static volatile sig_atomic_t stopping;

static const struct {
	const char *name;
	command_function *run;
	const char *usage;
} commands[] = {
    {"capture", cmd_capture, cmd_capture_usage},
    {"report", cmd_report, cmd_report_usage},
    {"compare", cmd_compare, cmd_compare_usage},
    {"merge", cmd_merge, cmd_merge_usage},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

int command_usage(const char *usage, bool is_help)
{
	fprintf(is_help ? stdout : stderr, "usage: %s\n", usage);
	return is_help ? command_flush() : EXIT_USAGE;
}

int command_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	warn("standard output");
	return EXIT_FAILED;
}

static int usage_of_all(bool is_help)
{
	FILE *out = is_help ? stdout : stderr;

	for (unsigned i = 0; i < COMMANDS; i++)
		fprintf(out, "%s %s\n", i == 0 ? "usage:" : "      ",
		    commands[i].usage);
	return is_help ? command_flush() : EXIT_USAGE;
}

static void stop(int signal)
{
	(void)signal;
	stopping = 1;
}

/*
 * After nohup, SIGHUP stays ignored.  Writing goes on after a signal; poll, in
 * which recording waits, is woken all the same.
 */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
	struct sigaction old;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, NULL, &old);
	if (old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

int main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!stdio_secure())
		return EXIT_FAILED;
	if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0)
		return usage_of_all(true);
	if (strcmp(name, "--version") == 0) {
		printf("wiretoll %s\n", WIRETOLL_VERSION);
		return command_flush();
	}
	for (unsigned i = 0; i < COMMANDS; i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		if (commands[i].run == cmd_capture)
			catch_signals();
		return commands[i].run(argc - 1, argv + 1, &stopping);
	}
	if (argc > 1)
		warnx("no such command: %s", name);
	return usage_of_all(false);
}
