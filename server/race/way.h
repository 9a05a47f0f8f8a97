/* way.h - a way of counting with many threads. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_WAY_H
#define RACE_WAY_H

#include <stdint.h>
#include "wire/cursor.h"

/*
 * Threads: one calls new, then as many as wanted call add at the same time,
 * each once; when all of them have been joined, one calls finish.  How they
 * share the number in between is what the ways differ in.
 */
struct way {
	const char *name;
	const char *summary; /* a few words, for people */
	void *(*new)(void);  /* NULL with errno set on failure */
	void (*add)(void *, uint64_t count); /* add 1 so many times */
	uint64_t (*finish)(void *);          /* frees; returns the number */
};

extern const struct way way_none, way_mutex, way_semaphore, way_spin,
    way_atomic, way_queue, way_queue_each, way_mutex_once, way_atomic_once;

enum { WAYS_COUNT = 9 };

/* All ways in the order of the table, ended by NULL. */
extern const struct way *const ways[];

/* NULL if there is none of this name. */
const struct way *way_find(const char *name) MUST_CHECK;

#endif
