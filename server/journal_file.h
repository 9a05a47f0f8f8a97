/* journal_file.h - a journal on disk, and what it comes to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_JOURNAL_FILE_H
#define SERVER_JOURNAL_FILE_H

#include "server/journal.h"

/* One thread at a time may use it. */
struct journal_file {
	char *path;
	char *path_new, *path_damaged, *folder;
	const char *refused; /* see journal_found */
	int fd;              /* locked against other servers */
	struct record_terms terms;
	struct match *match; /* terms.rooms of them: all records, carried out */
	uint64_t len;        /* bytes in the file */
	uint64_t least_len;  /* of them, what it began with */
};

/* As journal_open; after anything but JOURNAL_OK there is nothing to close. */
enum journal_result journal_file_open(const char *path,
    const struct record_terms *terms, bool has_seed, struct journal_file *out,
    struct journal_found *found) MUST_CHECK;

/*
 * Add whole records; true once they are on disk.  May replace a long file by
 * a new one that comes to the same.  False with errno set: the file may now
 * end in part of a record, and is not to be used further.
 */
bool journal_file_add(struct journal_file *file,
    const struct bytes *records) MUST_CHECK;

void journal_file_close(struct journal_file *file);

#endif
