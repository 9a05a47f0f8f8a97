/* set.h - which accounts, or kinds of options, a frame has had so far. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_SET_H
#define CAPTURE_LEDGER_SET_H

#include <assert.h>
#include <stdint.h>
#include "capture/ledger/account.h"

struct set {
	uint64_t word[2];
};

static_assert(ACCOUNT_COUNT <= 128 && TCP_OPTION_COUNT <= 128,
    "a set has room");

/* 1 if the member is new in the set, or 0. */
static inline uint64_t set_add(struct set *set, unsigned member)
{
	uint64_t *word = &set->word[member / 64];
	uint64_t bit = UINT64_C(1) << member % 64;
	uint64_t is_new = (*word & bit) == 0;

	*word |= bit;
	return is_new;
}

#endif
