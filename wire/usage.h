/* usage.h - what a program says to a command line, and how it reads one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_USAGE_H
#define WIRE_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

/* The exit status of whoever is called wrongly. */
enum { EXIT_WRONG_USAGE = 2 };

/* Print usage, whole lines, on stderr and exit 2. */
_Noreturn void usage_wrong(const char *usage);

/* Print usage on stdout and exit 0; 1 if it could not be printed. */
_Noreturn void usage_help(const char *usage);

/* Print the program's name and version on stdout and exit 0, or 1. */
_Noreturn void usage_version(const char *program);

/* Say that word is one too many, print usage and exit 2. */
_Noreturn void usage_extra(const char *word, const char *usage);

/* The number that text is; or say what option wants, and exit 2. */
uint64_t usage_number(const char *option, const char *text, uint64_t min,
    uint64_t max) MUST_CHECK;

/*
 * Take the word out that stands before all options, or return NULL if there
 * is none.  getopt can then be given what is left, and finds options where
 * it stops at the first operand, too.
 */
const char *usage_first_word(int *argc, char **argv[]) MUST_CHECK;

/*
 * Is word one, rather than other?  If it is neither, say so and exit 2; NULL
 * is no word at all.
 */
bool usage_is_first(const char *word, const char *one, const char *other,
    const char *usage) MUST_CHECK;

#endif
