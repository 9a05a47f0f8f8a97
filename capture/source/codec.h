/* codec.h - one kind of compression: its frames, byte by byte. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_CODEC_H
#define CAPTURE_SOURCE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "wire/cursor.h"

enum {
	CODEC_MAGIC_MAX = 6,
	/* What a stream may ask us to remember; 2 to the power of it, bytes. */
	CODEC_WINDOW_LOG = 29,
};

enum codec_step {
	CODEC_MORE, /* all is well so far */
	CODEC_DONE, /* the frame is whole, its check sum right */
	CODEC_BAD,
};

/* Where decompressed bytes go: at moves on to end. */
struct room {
	uint8_t *at, *end;
};

/*
 * A compressed file is a row of frames (gzip: members, xz: streams).  Each
 * is begun, and run until it is done.
 */
struct codec {
	const char *name;
	uint8_t magic[CODEC_MAGIC_MAX]; /* of each frame */
	size_t magic_len;
	void *(*open)(void); /* NULL without memory */
	void (*close)(void *state);
	/* False without memory. */
	bool (*begin)(void *state);
	/* Takes from in and puts into out what it can.  CODEC_BAD fills
	 * *reason, which is borrowed. */
	enum codec_step (*run)(void *state, struct cursor *in, struct room *out,
	    const char **reason);
};

/* The one whose frames begin like this, or NULL. */
const struct codec *codec_of(const uint8_t *head, size_t len);

#endif
