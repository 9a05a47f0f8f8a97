/* cursor.h - read untrusted bytes without ever passing their end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_CURSOR_H
#define WIRE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))

/*
 * Before a function that few frames need: it is kept out of its caller, which
 * then saves no registers for it.  All of them together bring a thirtieth of
 * a report's instructions.
 */
#define RARELY __attribute__((noinline, cold))

/*
 * A window on somebody else's memory: at <= end, always.  It borrows; it is
 * valid as long as the memory is.  A take succeeds and advances, or changes
 * nothing.
 */
struct cursor {
	const uint8_t *at, *end;
};

static inline struct cursor cursor_over(const uint8_t *data, size_t len)
{
	return (struct cursor){data, data + len};
}

/* Bytes left. */
static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* The next len bytes without moving, or NULL if fewer are left. */
static inline const uint8_t *cursor_peek(const struct cursor *c, size_t len)
{
	return len > cursor_left(c) ? NULL : c->at;
}

/* The next len bytes, moving past them, or NULL if fewer are left. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *taken = cursor_peek(c, len);

	if (taken != NULL)
		c->at += len;
	return taken;
}

/* Integers from the wire: big endian (network order) and little endian. */
static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static inline uint16_t load_le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t load_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[1] << 8 | p[0];
}

static inline void store_be16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void store_be32(uint8_t *p, uint32_t value)
{
	store_be16(p, (uint16_t)(value >> 16));
	store_be16(p + 2, (uint16_t)value);
}

#endif
