/* compressed.c - compressed files: a row of frames, as one row of bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/compressed.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/source/codec.h"
#include "capture/source/stream.h"

enum {
	CHUNK = 1 << 16,
	/* Bytes zstd and lz4 skip: 0x184D2A50 to 0x184D2A5F, little endian. */
	SKIPPABLE = 0x184D2A50,
	SKIPPABLE_LEN = 4,
};

struct compressed {
	const struct codec *codec;
	void *state; /* owned, the codec's */
	int fd;
	struct cursor in; /* of chunk: not decompressed yet */
	bool is_at_end;   /* of the file: nothing comes behind `in` */
	bool is_in_frame;
	bool has_failed;
	char reason[128];
	uint8_t chunk[CHUNK];
};

bool compressed_is(const uint8_t *head, size_t len)
{
	return codec_of(head, len) != NULL;
}

struct compressed *compressed_open(int fd, const uint8_t *head, size_t head_len)
{
	const struct codec *codec = codec_of(head, head_len);
	struct compressed *compressed = malloc(sizeof(*compressed));
	void *state = codec->open();

	if (compressed == NULL || state == NULL) {
		free(compressed);
		if (state != NULL)
			codec->close(state);
		errno = ENOMEM;
		return NULL;
	}
	compressed->codec = codec;
	compressed->state = state;
	compressed->fd = fd;
	memcpy(compressed->chunk, head, head_len);
	compressed->in = cursor_over(compressed->chunk, head_len);
	compressed->is_at_end = compressed->is_in_frame = false;
	compressed->has_failed = false;
	compressed->reason[0] = '\0';
	return compressed;
}

void compressed_close(struct compressed *compressed)
{
	compressed->codec->close(compressed->state);
	free(compressed);
}

static void fail(struct compressed *compressed, const char *reason)
{
	compressed->has_failed = true;
	snprintf(compressed->reason, sizeof(compressed->reason), "%s: %s",
	    compressed->codec->name, reason);
}

/* More of the file behind what is left of it; there is always room. */
static void feed(struct compressed *compressed)
{
	size_t left = cursor_left(&compressed->in);

	memmove(compressed->chunk, compressed->in.at, left);
	compressed->in = cursor_over(compressed->chunk, left);
	ssize_t n =
	    stream_read(compressed->fd, compressed->chunk + left, CHUNK - left);
	if (n == -1)
		fail(compressed, strerror(errno));
	if (n > 0)
		compressed->in.end += n;
	compressed->is_at_end = n <= 0;
}

static bool begins_frame(const struct codec *codec, const struct cursor *in)
{
	const uint8_t *h = cursor_peek(in, SKIPPABLE_LEN);
	bool can_skip = codec->magic_len == SKIPPABLE_LEN;

	return codec_of(in->at, cursor_left(in)) == codec ||
	       (can_skip && h != NULL && (load_le32(h) & ~0xfu) == SKIPPABLE);
}

/*
 * Between frames: go into the next, or to the end of the file.  Zero bytes
 * are padding: xz and tape drives put them there.
 */
static void next_frame(struct compressed *compressed)
{
	struct cursor *in = &compressed->in;

	while (in->at < in->end && in->at[0] == 0)
		in->at++;
	if (cursor_left(in) < CODEC_MAGIC_MAX && !compressed->is_at_end) {
		feed(compressed);
		return;
	}
	if (cursor_left(in) == 0)
		return;
	if (!begins_frame(compressed->codec, in))
		fail(compressed, "followed by something else");
	else if (!compressed->codec->begin(compressed->state))
		fail(compressed, "no memory");
	else
		compressed->is_in_frame = true;
}

static void run(struct compressed *compressed, struct room *out)
{
	const uint8_t *in_before = compressed->in.at, *before = out->at;
	const char *reason = NULL;

	switch (compressed->codec->run(compressed->state, &compressed->in, out,
	    &reason)) {
	case CODEC_BAD:
		fail(compressed, reason);
		return;
	case CODEC_DONE:
		compressed->is_in_frame = false;
		return;
	case CODEC_MORE:
		break;
	}
	if (compressed->in.at != in_before || out->at != before)
		return;
	if (compressed->is_at_end)
		fail(compressed, "cut short");
	else
		feed(compressed);
}

ssize_t compressed_read(struct compressed *compressed, uint8_t *buffer,
    size_t size)
{
	struct room out = {buffer, buffer + size};

	while (out.at == buffer && !compressed->has_failed) {
		if (compressed->is_in_frame)
			run(compressed, &out);
		else if (compressed->is_at_end &&
			 cursor_left(&compressed->in) == 0)
			return 0;
		else
			next_frame(compressed);
	}
	return out.at > buffer ? out.at - buffer : -1;
}

const char *compressed_reason(const struct compressed *compressed)
{
	return compressed->reason;
}
