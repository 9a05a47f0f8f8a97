/* same.h - do two anatomies say the same? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CAPTURE_SAME_H
#define TESTS_CAPTURE_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include "capture/decode/regular.h"

static inline bool same_rows(const struct anatomy *a, const struct anatomy *b)
{
	for (uint32_t i = 0; i < a->parts; i++)
		if (a->part[i].account != b->part[i].account ||
		    a->part[i].bytes != b->part[i].bytes ||
		    a->part[i].is_inside_ip != b->part[i].is_inside_ip)
			return false;
	for (uint32_t i = 0; i < a->options; i++)
		if (a->option[i].kind != b->option[i].kind ||
		    a->option[i].bytes != b->option[i].bytes)
			return false;
	return true;
}

/*
 * Is the frame regular?  Then *same tells whether the loop of decoders says
 * the same of it, to the last field.
 */
static inline bool same_by_both_ways(const struct frame *frame, bool *same)
{
	static struct anatomy quick, loop;
	size_t at = offsetof(struct anatomy, is_inside_ip);

	memset(&quick, 0, sizeof(quick));
	memset(&loop, 0, sizeof(loop));
	if (!regular_take(frame, &quick))
		return false;
	anatomy_by_layers(frame, &loop);
	*same = quick.parts == loop.parts && quick.options == loop.options &&
		quick.transport_at == loop.transport_at &&
		same_rows(&quick, &loop) &&
		memcmp((const char *)&quick + at, (const char *)&loop + at,
		    sizeof(quick) - at) == 0;
	return true;
}

#endif
