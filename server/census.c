/* census.c - how many connections each address has. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/census.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "wire/random.h"

struct census_entry {
	struct in6_addr address;
	uint64_t connections; /* 1 at least, or the entry goes */
	struct census_entry *next;
};

int census_init(struct census *census, uint64_t max)
{
	memset(census->bucket, 0, sizeof census->bucket);
	census->max = max;
	return pthread_mutex_init(&census->lock, NULL);
}

void census_destroy(struct census *census)
{
	for (unsigned i = 0; i < CENSUS_BUCKETS; i++) {
		while (census->bucket[i] != NULL) {
			struct census_entry *entry = census->bucket[i];

			census->bucket[i] = entry->next;
			free(entry);
		}
	}
	pthread_mutex_destroy(&census->lock);
}

static struct census_entry **find_locked(struct census *census,
    const struct in6_addr *from)
{
	uint64_t half[2];

	memcpy(half, from, sizeof half);
	struct random mixer = {half[0]};
	mixer.state = random_next(&mixer) ^ half[1];
	struct census_entry **at =
	    &census->bucket[random_below(&mixer, CENSUS_BUCKETS)];
	while (*at != NULL && memcmp(&(*at)->address, from, sizeof *from) != 0)
		at = &(*at)->next;
	return at;
}

static int enter_locked(struct census *census, const struct in6_addr *from)
{
	struct census_entry **at = find_locked(census, from);

	if (*at == NULL) {
		*at = calloc(1, sizeof **at);
		if (*at == NULL)
			return ENOMEM;
		(*at)->address = *from;
	}
	if ((*at)->connections >= census->max)
		return EUSERS;
	(*at)->connections++;
	return 0;
}

int census_enter(struct census *census, const struct in6_addr *from)
{
	if (census->max == 0)
		return 0;
	pthread_mutex_lock(&census->lock);
	int error = enter_locked(census, from);
	pthread_mutex_unlock(&census->lock);
	return error;
}

void census_leave(struct census *census, const struct in6_addr *from)
{
	if (census->max == 0)
		return;
	pthread_mutex_lock(&census->lock);
	struct census_entry **at = find_locked(census, from), *entry = *at;
	if (--entry->connections == 0) {
		*at = entry->next;
		free(entry);
	}
	pthread_mutex_unlock(&census->lock);
}
