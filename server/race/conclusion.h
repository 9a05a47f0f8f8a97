/* conclusion.h - what follows from the table of all ways. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_CONCLUSION_H
#define RACE_CONCLUSION_H

#include <stdbool.h>
#include <stdio.h>
#include "server/race/race.h"

/* The median time of a way in the table, in seconds; 0 if it is not there. */
double conclusion_seconds(const struct race_series *all, unsigned count,
    const struct way *way);

/*
 * Three sentences: queue, mutex-once and queue-each beside mutex, which are
 * all in the table.  A reason is given only where the times bear it out.  Then
 * what would tell more, where one run or too little counting tells little.
 */
void conclusion_print(FILE *out, const struct race_series *all, unsigned count);

#endif
