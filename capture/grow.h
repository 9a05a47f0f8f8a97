/* grow.h - memory: room for one more in an array, and none left. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_GROW_H
#define CAPTURE_GROW_H

#include <stdint.h>
#include <stdlib.h>
#include "wire/cursor.h"

/*
 * The array, moved if need be, with room for more than count items of size
 * bytes; *room is how many it has.  NULL without memory: then the old array
 * and *room stay as they were.
 */
static inline void *grow(void *array, size_t count, size_t *room,
    size_t size) MUST_CHECK;

static inline void *grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room * 2 + 16;

	if (count < *room)
		return array;
	if (wanted < *room || wanted > SIZE_MAX / size)
		return NULL;
	void *grown = realloc(array, wanted * size);
	if (grown != NULL)
		*room = wanted;
	return grown;
}

/* Memory is out: ends the program, and says so once, by any thread. */
_Noreturn void must_end(const char *what);

/* What was allocated; ends the program, naming what it is for, if it was not.
 */
static inline void *must(void *memory, const char *what)
{
	if (memory == NULL)
		must_end(what);
	return memory;
}

#endif
