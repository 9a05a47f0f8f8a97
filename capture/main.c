/* main.c - wiretoll: one table serves dispatch and help. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/command.h"
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/stdio.h"

static volatile sig_atomic_t stopping;

static const struct {
	const char *name;
	command_function *run;
	const char *usage;
	const char *does;
} commands[] = {
    {"capture", cmd_capture, cmd_capture_usage,
	"record an interface, while a command runs or until Ctrl-C"},
    {"report", cmd_report, cmd_report_usage,
	"what captures cost: what each byte is, why, and whose"},
    {"compare", cmd_compare, cmd_compare_usage,
	"two captures of the same work, side by side"},
    {"merge", cmd_merge, cmd_merge_usage, "ledgers made apart, added to one"},
    {"annotate", cmd_annotate, cmd_annotate_usage,
	"copy a capture, with a comment on each frame"},
    {"extcap", cmd_extcap, cmd_extcap_usage,
	"games as interfaces of Wireshark, which calls this"},
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
	fprintf(out, "\n");
	for (unsigned i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].does);
	fprintf(out, "\n'wiretoll COMMAND -h' has one usage, "
		     "wiretoll(1) the whole manual.\n");
	return is_help ? command_flush() : EXIT_USAGE;
}

static void stop(int signal);

static void catch_signals(int flags)
{
	struct sigaction action = {.sa_handler = stop, .sa_flags = flags};
	struct sigaction old;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* After nohup, SIGHUP stays ignored. */
	sigaction(SIGHUP, NULL, &old);
	if (old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
}

/*
 * Writing goes on after the first signal (poll, in which recording waits, is
 * woken all the same), but not after the next: it may be stuck.
 */
static void stop(int signal)
{
	int saved = errno;

	(void)signal;
	if (stopping < 2)
		stopping = stopping + 1;
	catch_signals(0);
	errno = saved;
}

static int run(unsigned i, int argc, char *argv[])
{
	char name[32];

	/* getopt names it in its messages. */
	snprintf(name, sizeof(name), "wiretoll %s", commands[i].name);
	argv[0] = name;
	if (commands[i].run == cmd_capture || commands[i].run == cmd_extcap) {
		catch_signals(SA_RESTART);
		signal(SIGPIPE, SIG_IGN);
		signal(SIGCHLD, SIG_DFL);
	}
	return commands[i].run(argc, argv, &stopping);
}

int main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!stdio_secure())
		err(EXIT_FAILED, "/dev/null");
	if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0 ||
	    strcmp(name, "help") == 0)
		return usage_of_all(true);
	if (strcmp(name, "--version") == 0) {
		printf("wiretoll %s\n", WIRETOLL_VERSION);
		return command_flush();
	}
	for (unsigned i = 0; i < COMMANDS; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	}
	if (argc == 1)
		return usage_of_all(false);
	warnx("no such command: %s; 'wiretoll --help' names them all", name);
	return EXIT_USAGE;
}
