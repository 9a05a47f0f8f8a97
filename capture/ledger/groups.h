/* groups.h - books added up by name: of a port, a host, a link, a VLAN. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_GROUPS_H
#define CAPTURE_LEDGER_GROUPS_H

#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/ledger.h"

enum { GROUP_NAME_LEN = 64 };

struct group {
	char name[GROUP_NAME_LEN];
	uint64_t flows;
	struct book book;
};

/* Found by their names; all of it is owned. */
struct groups {
	struct group **slot; /* open addressing, a power of two */
	size_t slots, count;
	struct group *last; /* found; frames of one name often come together */
	uint64_t seed;      /* of the hash */
};

void groups_init(struct groups *groups, uint64_t seed);
void groups_destroy(struct groups *groups);

/*
 * The group of a name, made empty if it is new; it stays in place.  A longer
 * name is cut.  Ends the program when memory is out.
 */
struct group *groups_find(struct groups *groups, const char *name);

/* Add all groups of another worker's. */
void groups_absorb(struct groups *groups, const struct groups *other);

#endif
