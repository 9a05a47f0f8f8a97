/* write.c - frames into a pcapng file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/write.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "capture/source/pcapng.h"
#include "capture/source/utf8.h"

enum {
	BODY_MAX = 4096,   /* bytes of a block that holds no frame */
	OPTION_MAX = 1024, /* bytes of one text option */
	/*
	 * Bytes of one write.  5 million small frames take 0.35 s of processor
	 * time; with 4 KiB, which is what glibc takes if setvbuf brings no
	 * buffer, 0.96 s.  More brings nothing: what is copied stays cached.
	 */
	FILE_BUFFER = 1 << 16,
	FRAME_HEAD = 28,  /* of a block that holds a frame */
	SMALL_MAX = 2048, /* bytes of a frame that is put together first */
	TIME_NANO = 9,
};

/* A block being put together. */
struct block {
	uint8_t bytes[BODY_MAX];
	size_t len;
};

static void put(struct block *block, const void *data, size_t len)
{
	assert(len <= BODY_MAX - block->len);
	memcpy(block->bytes + block->len, data, len);
	block->len += len;
}

static void put16(struct block *block, uint16_t value)
{
	put(block, &value, sizeof(value));
}

static void put32(struct block *block, uint32_t value)
{
	put(block, &value, sizeof(value));
}

/* A stamp is two words, the high one first, in either byte order. */
static void put_time(struct block *block, uint64_t time_ns)
{
	put32(block, (uint32_t)(time_ns >> 32));
	put32(block, (uint32_t)time_ns);
}

/* Code 0 and length 0. */
static void put_end_of_options(struct block *block)
{
	put32(block, PCAPNG_END_OF_OPTIONS);
}

static void put_padding(struct block *block)
{
	static const uint8_t zeros[4];

	put(block, zeros, -block->len & 3);
}

static void put_option(struct block *block, uint16_t code, const void *data,
    size_t len)
{
	put16(block, code);
	put16(block, (uint16_t)len);
	put(block, data, len);
	put_padding(block);
}

static void put_text(struct block *block, uint16_t code, const char *text)
{
	char clean[OPTION_MAX];

	if (text != NULL)
		put_option(block, code, clean,
		    utf8_clean(clean, sizeof(clean), text));
}

static bool write_block(struct writer *writer, uint32_t type,
    const struct block *block)
{
	uint32_t head[2] = {type, (uint32_t)block->len + PCAPNG_MIN_BLOCK};

	return fwrite(head, sizeof(head), 1, writer->file) == 1 &&
	       fwrite(block->bytes, block->len, 1, writer->file) == 1 &&
	       fwrite(&head[1], sizeof(head[1]), 1, writer->file) == 1;
}

bool writer_open(struct writer *writer, const char *path)
{
	int fd = strcmp(path, "-") == 0
		     ? dup(STDOUT_FILENO)
		     : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd == -1)
		return false;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	writer->is_stdout = strcmp(path, "-") == 0;
	writer->buffer = malloc(FILE_BUFFER);
	writer->file = writer->buffer == NULL ? NULL : fdopen(fd, "wb");
	if (writer->file == NULL) {
		int why = errno;

		close(fd);
		free(writer->buffer);
		errno = why;
		return false;
	}
	setvbuf(writer->file, writer->buffer, _IOFBF, FILE_BUFFER);
	return true;
}

static bool write_section(struct writer *writer, const struct writer_head *head)
{
	static const int64_t unknown_len = -1;
	struct block block = {.len = 0};

	put32(&block, PCAPNG_BYTE_ORDER_MAGIC);
	put16(&block, 1); /* version 1.0 */
	put16(&block, 0);
	put(&block, &unknown_len, sizeof(unknown_len));
	put_text(&block, PCAPNG_COMMENT, head->comment);
	put_text(&block, PCAPNG_SHB_APPLICATION, head->application);
	put_end_of_options(&block);
	return write_block(writer, PCAPNG_SECTION, &block);
}

/* What is no regular file, or not ours to choose, keeps what it has. */
bool writer_empty(const struct writer *writer)
{
	struct stat status;
	int fd = fileno(writer->file);

	return writer->is_stdout || fstat(fd, &status) != 0 ||
	       !S_ISREG(status.st_mode) || ftruncate(fd, 0) == 0;
}

bool writer_begin(struct writer *writer, const struct writer_head *head)
{
	static const uint8_t resolution = TIME_NANO;
	struct block block = {.len = 0};

	put16(&block, head->link_type);
	put16(&block, 0);
	put32(&block, head->snap_len);
	put_text(&block, PCAPNG_IF_NAME, head->interface);
	put_option(&block, PCAPNG_IF_TIME_RESOLUTION, &resolution, 1);
	if (head->filter != NULL) { /* its first byte: 0, a libpcap filter */
		char text[OPTION_MAX] = "";
		size_t len =
		    utf8_clean(text + 1, sizeof(text) - 1, head->filter);

		put_option(&block, PCAPNG_IF_FILTER, text, len + 1);
	}
	put_end_of_options(&block);
	return writer_empty(writer) && write_section(writer, head) &&
	       write_block(writer, PCAPNG_INTERFACE, &block);
}

/* What is small is copied once more: cheaper than four calls of stdio. */
static bool write_small(FILE *file, const uint32_t *head,
    const struct frame *frame, uint32_t len)
{
	uint8_t block[FRAME_HEAD + SMALL_MAX + 4 + sizeof(len)];
	uint8_t *end = block + len - sizeof(len);

	memset(end - 4, 0, 4); /* the padding, or what follows */
	memcpy(block, head, FRAME_HEAD);
	memcpy(block + FRAME_HEAD, frame->data, frame->captured);
	memcpy(end, &len, sizeof(len));
	return fwrite(block, len, 1, file) == 1;
}

static bool write_large(FILE *file, const uint32_t *head,
    const struct frame *frame, uint32_t len)
{
	static const uint8_t zeros[4];
	uint32_t padding = -frame->captured & 3;

	return fwrite(head, FRAME_HEAD, 1, file) == 1 &&
	       fwrite(frame->data, 1, frame->captured, file) ==
		   frame->captured &&
	       fwrite(zeros, 1, padding, file) == padding &&
	       fwrite(&len, sizeof(len), 1, file) == 1;
}

bool writer_frame(struct writer *writer, const struct frame *frame)
{
	uint32_t padding = -frame->captured & 3;
	uint32_t len =
	    FRAME_HEAD + frame->captured + padding + (uint32_t)sizeof(len);
	uint32_t head[FRAME_HEAD / sizeof(uint32_t)] = {
	    PCAPNG_ENHANCED,
	    len,
	    0, /* the only interface */
	    (uint32_t)(frame->time_ns >> 32),
	    (uint32_t)frame->time_ns,
	    frame->captured,
	    frame->length,
	};

	return frame->captured <= SMALL_MAX
		   ? write_small(writer->file, head, frame, len)
		   : write_large(writer->file, head, frame, len);
}

bool writer_flush(struct writer *writer)
{
	return fflush(writer->file) == 0;
}

bool writer_end(struct writer *writer, uint64_t time_ns, uint64_t received,
    uint64_t dropped)
{
	struct block block = {.len = 0};

	put32(&block, 0);
	put_time(&block, time_ns);
	put_option(&block, PCAPNG_ISB_RECEIVED, &received, sizeof(received));
	put_option(&block, PCAPNG_ISB_DROPPED, &dropped, sizeof(dropped));
	put_end_of_options(&block);
	return write_block(writer, PCAPNG_STATISTICS, &block);
}

bool writer_close(struct writer *writer)
{
	bool is_whole = fclose(writer->file) == 0;
	int why = errno;

	free(writer->buffer);
	errno = why;
	return is_whole;
}

/* Closed underneath, stdio has nowhere left to write. */
void writer_abandon(struct writer *writer)
{
	close(fileno(writer->file));
	(void)fclose(writer->file);
	free(writer->buffer);
	writer->file = NULL;
}
