/* step.h - one increment, as the lecture takes it apart: read, add, save. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RACE_STEP_H
#define RACE_STEP_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * What keeps the demonstration fair:
 *
 * volatile: the compiler must do each read and each save, so it can neither
 * turn the loop into one addition nor keep the number in a register.
 *
 * atomic, relaxed: threads that use the number at the same time would
 * otherwise be a data race, which is undefined behaviour in C11.  So what is
 * lost here is an update, and nothing else can happen.
 *
 * step_in_hand: a compiler may make one instruction of a read, an addition
 * and a save that follow each other (clang does: addq $1, (%rdi)), and a
 * processor is never interrupted within one.  Where nobody can tell what
 * became of the value in between, read and save are two instructions: between
 * them any thread may save its own, on one processor as well.
 *
 * The work between read and save is the addition.  No pause makes the window
 * wider.
 *
 * All ways take this same step, on the shared number or on one of the
 * thread's own, and differ in what they put around it; but `atomic` adds with
 * one instruction on purpose, and `queue-each` leaves it to the collector,
 * which is alone with the number.
 */
typedef volatile _Atomic uint64_t shared_number;

static inline uint64_t step_read(const shared_number *number)
{
	return atomic_load_explicit(number, memory_order_relaxed);
}

static inline void step_save(shared_number *number, uint64_t value)
{
	atomic_store_explicit(number, value, memory_order_relaxed);
}

/* Likewise, and say what it replaced: for who writes down what happened. */
static inline uint64_t step_swap(shared_number *number, uint64_t value)
{
	return atomic_exchange(number, value);
}

/* No instruction; but to the compiler, value may be another from here on. */
static inline void step_in_hand(uint64_t *value)
{
	__asm__ volatile("" : "+r"(*value));
}

static inline void step_once(shared_number *number)
{
	uint64_t seen = step_read(number);

	step_in_hand(&seen);
	step_save(number, seen + 1);
}

/* Count to count on a number of the thread's own. */
static inline uint64_t step_alone(uint64_t count)
{
	shared_number own = 0;

	for (uint64_t i = 0; i < count; i++)
		step_once(&own);
	return step_read(&own);
}

#endif
