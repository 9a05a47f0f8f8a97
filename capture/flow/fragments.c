/* fragments.c - which flow do later IP fragments belong to? */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/flow/fragments.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

void fragments_destroy(struct fragments *fragments)
{
	free(fragments->origin);
}

static struct fragment_origin *place(const struct fragments *fragments,
    const struct fragment_key *key)
{
	size_t i = XXH3_64bits(key, sizeof(*key)) % FRAGMENTS_MAX;

	return &fragments->origin[i];
}

void fragments_note(struct fragments *fragments,
    const struct fragment_origin *origin)
{
	if (fragments->origin == NULL) {
		fragments->origin =
		    calloc(FRAGMENTS_MAX, sizeof(*fragments->origin));
		if (fragments->origin == NULL)
			err(EXIT_FAILURE, "fragments");
	}
	struct fragment_origin *at = place(fragments, &origin->key);
	*at = *origin;
	at->is_used = true;
}

const struct fragment_origin *fragments_find(const struct fragments *fragments,
    const struct fragment_key *key)
{
	if (fragments->origin == NULL)
		return NULL;
	const struct fragment_origin *at = place(fragments, key);
	return at->is_used && memcmp(&at->key, key, sizeof(*key)) == 0 ? at
								       : NULL;
}
