/* pack.h - a flow's figures as few bytes, for memory or for a file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LEDGER_PACK_H
#define CAPTURE_LEDGER_PACK_H

#include <stddef.h>
#include <stdint.h>
#include "capture/ledger/ledger.h"
#include "wire/cursor.h"

/* Bytes that grow at their end; all zero is empty.  free(at) ends it. */
struct bytes {
	uint8_t *at; /* owned */
	size_t len, room;
};

void bytes_put(struct bytes *to, const void *data, size_t len);

/*
 * Append what unpacking takes to make the same again: about 150 bytes instead
 * of 850.  They mean something to this process alone.  Ends the program when
 * memory is out.
 */
void pack_owner(struct bytes *to, const struct owner *owner);

/*
 * Fill an owner that holds an earlier one, or zeros; its memory is used again,
 * and freed with unpack_destroy.  False if the bytes are not those that were
 * packed.
 */
bool unpack_owner(struct cursor *from, struct owner *owner) MUST_CHECK;
void unpack_destroy(struct owner *owner);

#endif
