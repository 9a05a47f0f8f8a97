/* compressed.c - compressed files, by libarchive. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/compressed.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

struct compressed {
	struct archive *archive;
	int fd;
	const uint8_t *head; /* to be read before what fd still has */
	size_t head_len;
	bool has_begun;
	uint8_t chunk[CHUNK];
};

bool compressed_is(const uint8_t *head, size_t len)
{
	static const struct {
		uint8_t magic[6];
		size_t len;
	} kinds[] = {
	    {{0x1f, 0x8b}, 2},                     /* gzip */
	    {{0x28, 0xb5, 0x2f, 0xfd}, 4},         /* zstd */
	    {{0x04, 0x22, 0x4d, 0x18}, 4},         /* lz4 */
	    {{0xfd, '7', 'z', 'X', 'Z', 0x00}, 6}, /* xz */
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (len >= kinds[i].len &&
		    memcmp(head, kinds[i].magic, kinds[i].len) == 0)
			return true;
	return false;
}

/* libarchive asks for compressed bytes: first the head, then the file. */
static la_ssize_t feed(struct archive *archive, void *context,
    const void **buffer)
{
	struct compressed *compressed = context;
	ssize_t n;

	if (compressed->head_len > 0) {
		n = (ssize_t)compressed->head_len;
		*buffer = compressed->head;
		compressed->head_len = 0;
		return n;
	}
	do
		n = read(compressed->fd, compressed->chunk, CHUNK);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		archive_set_error(archive, errno, "%s", strerror(errno));
	*buffer = compressed->chunk;
	return n;
}

struct compressed *compressed_open(int fd, const uint8_t *head, size_t head_len)
{
	struct compressed *compressed = calloc(1, sizeof(*compressed));
	struct archive *archive = archive_read_new();

	if (compressed == NULL || archive == NULL) {
		free(compressed);
		archive_read_free(archive);
		errno = ENOMEM;
		return NULL;
	}
	*compressed = (struct compressed){.archive = archive,
	    .fd = fd,
	    .head = head,
	    .head_len = head_len};
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_format_raw(archive);
	return compressed;
}

void compressed_close(struct compressed *compressed)
{
	archive_read_free(compressed->archive);
	free(compressed);
}

/* On the first read, so that what is wrong then has a reason. */
static bool begin(struct compressed *compressed)
{
	struct archive *archive = compressed->archive;
	struct archive_entry *entry;

	compressed->has_begun = true;
	return archive_read_open(archive, compressed, NULL, feed, NULL) ==
		   ARCHIVE_OK &&
	       archive_read_next_header(archive, &entry) == ARCHIVE_OK;
}

ssize_t compressed_read(struct compressed *compressed, uint8_t *buffer,
    size_t size)
{
	if (!compressed->has_begun && !begin(compressed))
		return -1;
	la_ssize_t n = archive_read_data(compressed->archive, buffer, size);
	return n < 0 ? -1 : (ssize_t)n;
}

const char *compressed_reason(struct compressed *compressed)
{
	const char *reason = archive_error_string(compressed->archive);

	return reason != NULL ? reason : "damaged compression";
}
