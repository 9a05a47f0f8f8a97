/* census.h - how many connections each address has. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_CENSUS_H
#define SERVER_CENSUS_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "wire/cursor.h"

enum { CENSUS_BUCKETS = 1024 };

struct census_entry;

/* Any thread may call; nobody waits long. */
struct census {
	uint64_t max;         /* connections an address may have; 0: any */
	pthread_mutex_t lock; /* guards all below */
	struct census_entry *bucket[CENSUS_BUCKETS];
};

/* 0, or the error that kept it from starting. */
int census_init(struct census *census, uint64_t max) MUST_CHECK;
void census_destroy(struct census *census);

/* One connection more; 0, or EUSERS: that is too many, or ENOMEM. */
int census_enter(struct census *census, const struct in6_addr *from) MUST_CHECK;

/* One that had entered has gone. */
void census_leave(struct census *census, const struct in6_addr *from);

#endif
