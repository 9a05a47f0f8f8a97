/* stream.c - a window that slides over a file or pipe. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_SIZE = 1 << 18 };

bool stream_open(struct stream *stream, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	uint8_t *buffer = malloc(FIRST_SIZE);
	if (buffer == NULL) {
		close(fd);
		errno = ENOMEM;
		return false;
	}
	*stream = (struct stream){
	    .window = {buffer, buffer},
	    .buffer = buffer,
	    .size = FIRST_SIZE,
	    .fd = fd,
	};
	return true;
}

void stream_close(struct stream *stream)
{
	free(stream->buffer);
	close(stream->fd);
}

/* Move what is left to the front, and make room if it fills the buffer. */
static bool make_room(struct stream *stream)
{
	size_t left = cursor_left(&stream->window);

	stream->base = stream_offset(stream);
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

ssize_t stream_fill(struct stream *stream)
{
	if (!make_room(stream))
		return -1;
	size_t left = cursor_left(&stream->window);
	ssize_t n;
	do
		n = read(stream->fd, stream->buffer + left,
		    stream->size - left);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		stream->window.end += n;
	stream->is_at_end = n == 0;
	return n;
}
