/* stream.c - a window that slides over a file or pipe. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "capture/grow.h"
#include "capture/source/compressed.h"

enum { FIRST_SIZE = 1 << 16, MAGIC_LEN = 6 };

ssize_t stream_read(int fd, void *to, size_t len)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	ssize_t n;

	while ((n = read(fd, to, len)) == -1 &&
	       (errno == EINTR || errno == EAGAIN))
		if (errno == EAGAIN) /* whoever shares a pipe may make it so */
			(void)poll(&wait, 1, -1);
	return n;
}

/* Read until len bytes are there, or the end; -1 with errno. */
static ssize_t read_whole(int fd, uint8_t *buffer, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = stream_read(fd, buffer + got, len - got);

		if (n == -1)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* The first bytes tell whether the rest must be decompressed. */
static bool look_inside(struct stream *stream)
{
	/* A short read is no end: a pipe may bring a few bytes at a time. */
	ssize_t n = read_whole(stream->fd, stream->head, MAGIC_LEN);

	if (n == -1)
		return false;
	if (!compressed_is(stream->head, (size_t)n)) {
		memcpy(stream->buffer, stream->head, (size_t)n);
		stream->window.end += n;
		return true;
	}
	stream->compressed =
	    compressed_open(stream->fd, stream->head, (size_t)n);
	return stream->compressed != NULL;
}

bool stream_open(struct stream *stream, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	uint8_t *buffer = malloc(FIRST_SIZE);
	*stream = (struct stream){
	    .window = {buffer, buffer},
	    .buffer = buffer,
	    .size = FIRST_SIZE,
	    .fd = fd,
	};
	if (buffer != NULL && look_inside(stream))
		return true;
	int keep = buffer == NULL ? ENOMEM : errno;
	stream_close(stream);
	errno = keep;
	return false;
}

void stream_close(struct stream *stream)
{
	if (stream->compressed != NULL)
		compressed_close(stream->compressed);
	free(stream->buffer);
	close(stream->fd);
}

/* Move what is left to the front, and make room if it fills the buffer. */
static bool make_room(struct stream *stream)
{
	size_t left = cursor_left(&stream->window);

	stream->base = stream_offset(stream);
	if (stream->window.at != stream->buffer)
		memmove(stream->buffer, stream->window.at, left);
	if (left == stream->size) {
		uint8_t *grown = realloc(stream->buffer, stream->size * 2);

		if (grown == NULL)
			return false;
		stream->buffer = grown;
		stream->size *= 2;
	}
	stream->window = cursor_over(stream->buffer, left);
	return true;
}

static ssize_t read_some(struct stream *stream, uint8_t *to, size_t size)
{
	if (stream->compressed != NULL)
		return compressed_read(stream->compressed, to, size);
	return stream_read(stream->fd, to, size);
}

ssize_t stream_fill(struct stream *stream)
{
	if (!make_room(stream))
		return -1;
	size_t left = cursor_left(&stream->window);
	size_t room = stream->size - left;

	/* No more than this beyond a record: stream_swap copies what is left.
	 */
	if (room > FIRST_SIZE)
		room = FIRST_SIZE;
	ssize_t n = read_some(stream, stream->buffer + left, room);
	if (n > 0)
		stream->window.end += n;
	return n;
}

void stream_swap(struct stream *stream, struct buffer *spare)
{
	size_t left = cursor_left(&stream->window);
	size_t wanted = left < FIRST_SIZE ? FIRST_SIZE : left;
	struct buffer used = {stream->buffer, stream->size};

	if (spare->size < wanted) {
		spare->bytes = must(realloc(spare->bytes, wanted), "batch");
		spare->size = wanted;
	}
	memcpy(spare->bytes, stream->window.at, left);
	stream->base = stream_offset(stream);
	stream->buffer = spare->bytes;
	stream->size = spare->size;
	stream->window = cursor_over(stream->buffer, left);
	*spare = used;
}

const char *stream_reason(const struct stream *stream)
{
	const char *reason = stream->compressed != NULL
				 ? compressed_reason(stream->compressed)
				 : "";

	return reason[0] != '\0' ? reason : strerror(errno);
}
