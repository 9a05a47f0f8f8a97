/* seed.h - a number that nobody outside can foresee, for hash tables. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FLOW_SEED_H
#define CAPTURE_FLOW_SEED_H

#include <stdint.h>

/*
 * Another one at each call.  A capture made to collide in a table would need
 * to know it.  Nothing that is printed may depend on it.
 */
uint64_t seed_new(void);

#endif
