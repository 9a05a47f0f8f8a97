/* usage.c - what a program says to a command line, and how it reads one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/usage.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/number.h"

void usage_wrong(const char *usage)
{
	fputs(usage, stderr);
	exit(EXIT_WRONG_USAGE);
}

void usage_help(const char *usage)
{
	fputs(usage, stdout);
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	exit(EXIT_SUCCESS);
}

void usage_version(const char *program)
{
	printf("%s %s", program, WIRETOLL_VERSION);
	usage_help("\n");
}

void usage_extra(const char *word, const char *usage)
{
	warnx("\"%s\" is one word too many", word);
	usage_wrong(usage);
}

uint64_t usage_number(const char *option, const char *text, uint64_t min,
    uint64_t max)
{
	uint64_t value;

	if (!number_parse(text, min, max, &value))
		errx(EXIT_WRONG_USAGE,
		    "%s: \"%s\" is not a number from %ju to %ju", option, text,
		    (uintmax_t)min, (uintmax_t)max);
	return value;
}

const char *usage_first_word(int *argc, char **argv[])
{
	char **all = *argv;

	if (*argc < 2 || all[1][0] == '-')
		return NULL;
	const char *word = all[1];
	all[1] = all[0];
	++*argv;
	--*argc;
	return word;
}

bool usage_is_first(const char *word, const char *one, const char *other,
    const char *usage)
{
	if (word == NULL) {
		warnx("name the version to play: %s or %s", one, other);
		usage_wrong(usage);
	}
	if (strcmp(word, one) == 0)
		return true;
	if (strcmp(word, other) == 0)
		return false;
	warnx("\"%s\" is neither %s nor %s", word, one, other);
	usage_wrong(usage);
}
